import { bytesOf, type DType, dtypes, FormatError, type Named, type Tensor } from '../base/index.ts'
import { readElements, type StoredType } from './elements.ts'
import { checkLayout, parseHeader, type TensorEntry, tensorIn } from './safetensors-header.ts'

/** Names of element types in the header. Source: safetensors, "Format". */
const storedTypeOf = new Map<string, StoredType>([
  ['F64', 'float64'],
  ['F32', 'float32'],
  ['F16', 'float16'],
  ['BF16', 'bfloat16'],
  ['I64', 'int64'],
  ['I32', 'int32'],
  ['I16', 'int16'],
  ['U16', 'uint16'],
  ['I8', 'int8'],
  ['U8', 'uint8'],
  ['BOOL', 'bool'],
])

const nameOf: { readonly [K in DType]: string } = {
  float64: 'F64',
  float32: 'F32',
  int32: 'I32',
  uint8: 'U8',
  bool: 'BOOL',
}

/** Tensors under their names, with what the writer noted about them. */
export interface Safetensors {
  readonly tensors: Named<Tensor>
  readonly metadata: Named<string>
}

/**
 * The bytes of a safetensors file. The header keeps the order of the names; the data lie without a
 * gap, wide elements first, so that every tensor is aligned.
 * Throws FormatError when a tensor is named `__metadata__`.
 * Source: safetensors, https://github.com/huggingface/safetensors, "Format".
 */
export function encodeSafetensors(
  tensors: Named<Tensor>,
  metadata: Named<string> = {},
): Uint8Array<ArrayBuffer> {
  if (Object.hasOwn(tensors, '__metadata__'))
    throw new FormatError({
      who: 'safetensors',
      expected: 'tensor names other than "__metadata__"',
      received: 'a tensor of that name',
    })
  const { begins, sizeBytes } = placeTensors(tensors)
  const header = encodeHeader(tensors, begins, metadata)
  const bytes = new Uint8Array(8 + header.length + sizeBytes)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(header.length), true)
  bytes.set(header, 8)
  for (const [name, begin] of begins) bytes.set(bytesOf(tensors[name]!), 8 + header.length + begin)
  return bytes
}

function placeTensors(tensors: Named<Tensor>) {
  const wideFirst = Object.entries(tensors).sort(
    ([, a], [, b]) => dtypes[b.dtype].sizeBytes - dtypes[a.dtype].sizeBytes,
  )
  const begins = new Map<string, number>()
  let sizeBytes = 0
  for (const [name, { data }] of wideFirst) {
    begins.set(name, sizeBytes)
    sizeBytes += data.byteLength
  }
  return { begins, sizeBytes }
}

function encodeHeader(
  tensors: Named<Tensor>,
  begins: ReadonlyMap<string, number>,
  metadata: Named<string>,
): Uint8Array {
  const notes = Object.keys(metadata).length > 0 ? [['__metadata__', metadata]] : []
  const entries = Object.entries(tensors).map(([name, { dtype, shape, data }]) => {
    const begin = begins.get(name)!
    return [name, { dtype: nameOf[dtype], shape, data_offsets: [begin, begin + data.byteLength] }]
  })
  const text = new TextEncoder().encode(JSON.stringify(Object.fromEntries([...notes, ...entries])))
  const header = new Uint8Array(Math.ceil(text.length / 8) * 8).fill(0x20)
  header.set(text)
  return header
}

/**
 * The tensors in a safetensors file, copied out of it, in the order of the header. F16 and BF16
 * become float32; I64, I16, U16 and I8 become int32.
 * Throws FormatError, naming the tensor, when the header is not what the format says, the data
 * overlap, leave holes or do not fill the shapes, a type is unknown or an I64 is beyond int32.
 * Source: safetensors, https://github.com/huggingface/safetensors, "Format".
 */
export function decodeSafetensors(bytes: Uint8Array, who = 'safetensors'): Safetensors {
  const { entries, metadata, dataStart } = parseHeader(bytes, who)
  const data = bytes.subarray(dataStart)
  checkLayout(entries, data.length, who)
  // fromEntries, not assignment: a tensor may be called __proto__.
  const tensors = Object.fromEntries(
    entries.map(entry => [entry.name, readTensor(entry, data, who)]),
  )
  return { tensors, metadata }
}

function readTensor(entry: TensorEntry, data: Uint8Array, file: string): Tensor {
  const who = tensorIn(file, entry.name)
  const type = storedTypeOf.get(entry.dtype)
  if (!type)
    throw new FormatError({
      who,
      expected: `an element type among ${[...storedTypeOf.keys()].join(', ')}`,
      received: `"${entry.dtype.slice(0, 80)}"`,
    })
  return readElements(who, type, entry.shape, data.subarray(entry.begin, entry.end))
}
