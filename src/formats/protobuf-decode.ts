import { BinaryReader, WireType } from '@bufbuild/protobuf/wire'
import { FormatError } from '../base/index.ts'
import {
  type Field,
  type Message,
  type MessageTable,
  type Scalar,
  scalars,
} from './protobuf-schema.ts'
import { describePlace, type Trail } from './protobuf-trail.ts'

/** Deeper nesting than this is not a model but an attack on the stack. */
const depthLimit = 100

type Fields = Record<string, unknown>

interface Cursor {
  readonly reader: BinaryReader
  readonly trail: Trail
  depth: number
  /** Where the field being read starts. */
  startByte: number
}

/**
 * The object in protobuf bytes. Fields that the schema lacks are skipped; `bytes` fields are views.
 * Throws FormatError, with the path of the field and its byte, when the bytes are cut or malformed.
 * Source: Protocol Buffers, "Encoding".
 */
export function decodeMessage<T extends object>(
  message: Message<T>,
  bytes: Uint8Array,
  who = message.name,
): T {
  // A Node Buffer is viewed as a plain Uint8Array, so that views of it are plain too.
  const plain = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const cursor: Cursor = { reader: new BinaryReader(plain), trail: [], depth: 0, startByte: 0 }
  try {
    return readMessage(cursor, message, plain.length) as T
  } catch (cause) {
    throw new FormatError({
      who: describePlace(who, cursor.trail),
      expected: `a whole field from byte ${cursor.startByte} on`,
      received: (cause as Error).message,
      from: `${plain.length} bytes of ${message.name}`,
      cause,
    })
  }
}

function readMessage(cursor: Cursor, message: MessageTable, end: number, known?: Fields): Fields {
  const { reader, trail } = cursor
  const { byNumber } = message.fields()
  const value: Fields = known ?? { ...(message.empty as Fields) }
  if (++cursor.depth > depthLimit) throw new Error(`messages nested deeper than ${depthLimit}`)
  while (reader.pos < end) {
    cursor.startByte = reader.pos
    const [number, wire] = reader.tag()
    const field = byNumber[number]
    if (field) {
      trail.push(field.name)
      readField(cursor, field, wire, value, message.empty)
      trail.pop()
    } else reader.skip(wire, number)
    if (reader.pos > end) throw new Error(`a field past the end of its message at byte ${end}`)
  }
  cursor.depth--
  return value
}

function readField(
  cursor: Cursor,
  field: Field,
  wire: WireType,
  value: Fields,
  empty: Fields,
): void {
  const { name, kind, label } = field
  if (label === undefined) {
    // The last scalar wins; a message in two pieces is merged, as the standard says.
    value[name] = readOne(
      cursor,
      field,
      wire,
      value[name] === empty[name] ? undefined : value[name],
    )
    return
  }
  if (value[name] === empty[name]) value[name] = []
  const items = value[name] as unknown[]
  cursor.trail.push(items.length)
  // Packed and unpacked lists are both read, whatever the schema writes.
  const isPacked = wire !== field.wire && wire === WireType.LengthDelimited
  if (typeof kind === 'string' && isPacked) readPacked(cursor, kind, items)
  else items.push(readOne(cursor, field, wire, undefined))
  cursor.trail.pop()
}

function readOne(cursor: Cursor, field: Field, wire: WireType, known: unknown): unknown {
  if (wire !== field.wire) throw new Error(`wire type ${wire} instead of ${field.wire}`)
  const { kind } = field
  if (typeof kind === 'string') return scalars[kind].read(cursor.reader)
  return readMessage(cursor, kind, readEnd(cursor.reader), known as Fields | undefined)
}

function readPacked({ reader }: Cursor, kind: Scalar, items: unknown[]): void {
  const { read } = scalars[kind]
  const end = readEnd(reader)
  while (reader.pos < end) items.push(read(reader))
  if (reader.pos > end) throw new Error(`an element past the end of its list at byte ${end}`)
}

function readEnd(reader: BinaryReader): number {
  const lengthBytes = reader.uint32()
  const left = reader.len - reader.pos
  if (lengthBytes > left) throw new Error(`${left} of ${lengthBytes} bytes`)
  return reader.pos + lengthBytes
}
