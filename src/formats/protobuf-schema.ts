import { type BinaryReader, type BinaryWriter, WireType } from '@bufbuild/protobuf/wire'

/** The scalar kinds of a protobuf field and what they are in TypeScript. */
export interface Scalars {
  string: string
  bytes: Uint8Array<ArrayBuffer>
  bool: boolean
  float: number
  double: number
  int32: number
  int64: number
}

/** The name of a scalar kind. */
export type Scalar = keyof Scalars

interface ScalarRow<V> {
  readonly wire: WireType
  readonly write: (writer: BinaryWriter, value: V) => unknown
  readonly read: (reader: BinaryReader) => V
}

/** One row per scalar kind: how it stands in the bytes. */
export const scalars: { readonly [K in Scalar]: ScalarRow<Scalars[K]> } = {
  string: {
    wire: WireType.LengthDelimited,
    write: (w, v) => w.string(v),
    read: r => r.string(true),
  },
  bytes: {
    wire: WireType.LengthDelimited,
    write: (w, v) => w.bytes(v),
    read: r => r.bytes() as Uint8Array<ArrayBuffer>,
  },
  bool: { wire: WireType.Varint, write: (w, v) => w.bool(v), read: r => r.bool() },
  float: { wire: WireType.Bit32, write: (w, v) => w.float(v), read: r => r.float() },
  double: { wire: WireType.Bit64, write: (w, v) => w.double(v), read: r => r.double() },
  int32: { wire: WireType.Varint, write: (w, v) => w.int32(v), read: r => r.int32() },
  int64: { wire: WireType.Varint, write: writeInt64, read: readInt64 },
}

function writeInt64(writer: BinaryWriter, value: number): void {
  if (!Number.isSafeInteger(value)) throw new Error(`${value}, which is no safe integer`)
  // Most are small: spare them the way through BigInt.
  if (value >= 0 && value < 2 ** 32) writer.uint32(value)
  else writer.int64(value)
}

function readInt64(reader: BinaryReader): number {
  const exact = reader.int64()
  const value = Number(exact)
  if (!Number.isSafeInteger(value)) throw new Error(`int64 ${exact}, beyond the safe integers`)
  return value
}

type ScalarOf<V> = { [K in Scalar]: V extends Scalars[K] ? K : never }[Scalar]
type KindOf<V> = ScalarOf<V> | (V extends object ? Message<V> : never)

/** What stands behind a field's name: its number, its kind and, for lists, how they are written. */
export type Row<V> = V extends readonly (infer E)[]
  ? readonly [number: number, kind: KindOf<E>, label: 'repeated' | 'packed']
  : readonly [number: number, kind: KindOf<V>]

/** One row per property of T: a property without a row does not compile. */
export type Rows<T> = { readonly [K in keyof T]-?: Row<NonNullable<T[K]>> }

/** The properties that T always has, with what they are when the bytes say nothing of them. */
export type Empty<T> = { readonly [K in keyof T as object extends Pick<T, K> ? never : K]: T[K] }

/** A row as the encoder and the decoder use it. */
export interface Field {
  readonly name: string
  readonly number: number
  readonly kind: Scalar | MessageTable
  readonly label: 'repeated' | 'packed' | undefined
  readonly wire: WireType
  /** Number and wire type of one element in a single varint. */
  readonly tag: number
}

/** The fields of a message. */
export interface FieldIndex {
  readonly all: readonly Field[]
  /** Those that can hold many bytes: `bytes` and messages. */
  readonly nested: readonly Field[]
  /** Field by number; unknown numbers are undefined. */
  readonly byNumber: readonly (Field | undefined)[]
}

/** A schema as the encoder and the decoder use it. */
export interface MessageTable {
  readonly name: string
  readonly empty: Readonly<Record<string, unknown>>
  readonly fields: () => FieldIndex
}

/** The schema of a message whose objects are `T`. */
export interface Message<in out T> extends MessageTable {
  /** Never set: it ties the schema to `T` for the compiler. */
  readonly of?: (value: T) => T
}

/**
 * A message's schema. `rows` is a function, so that messages can hold each other; it runs once,
 * at first use.
 */
export function message<T>(
  name: string,
  empty: NoInfer<Empty<T>>,
  rows: () => NoInfer<Rows<T>>,
): Message<T> {
  let index: FieldIndex | undefined
  return { name, empty, fields: () => (index ??= indexFields(rows())) }
}

type AnyRow = readonly [number, Scalar | MessageTable, ('repeated' | 'packed')?]

function indexFields(rows: object): FieldIndex {
  const all = Object.entries(rows as Record<string, AnyRow>).map(
    ([name, [number, kind, label]]): Field => {
      const wire = typeof kind === 'string' ? scalars[kind].wire : WireType.LengthDelimited
      return { name, number, kind, label, wire, tag: (number << 3) | wire }
    },
  )
  const byNumber: Field[] = []
  for (const field of all) byNumber[field.number] = field
  const nested = all.filter(({ kind }) => typeof kind !== 'string' || kind === 'bytes')
  return { all, nested, byNumber }
}
