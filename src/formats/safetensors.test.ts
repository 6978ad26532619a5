import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type DType, dtypes, FormatError, sizeOf, tensor, tensorOf } from '../base/index.ts'
import { decodeSafetensors, encodeSafetensors } from './safetensors.ts'

const anyTensor = fc
  .tuple(
    fc.constantFrom(...(Object.keys(dtypes) as DType[])),
    fc.array(fc.nat(4), { maxLength: 3 }),
    fc.infiniteStream(fc.integer({ min: 0, max: 1 })),
  )
  .map(([dtype, shape, bits]) => {
    const data = new dtypes[dtype].array(sizeOf(shape))
    return tensorOf(dtype, shape, data.map(() => bits.next().value ?? 0) as typeof data)
  })
const names = fc.string({ unit: 'grapheme' }).filter(name => name !== '__metadata__')
const file = fc.record({
  // noNullPrototype: what is decoded is a plain object.
  tensors: fc.dictionary(names, anyTensor, { maxKeys: 6, noNullPrototype: true }),
  metadata: fc.dictionary(fc.string(), fc.string(), { maxKeys: 3, noNullPrototype: true }),
})

test('any tensors and metadata come back in their order', () => {
  fc.assert(
    fc.property(file, ({ tensors, metadata }) => {
      const read = decodeSafetensors(encodeSafetensors(tensors, metadata))
      assert.deepEqual(read, { tensors, metadata })
      assert.deepEqual(Object.keys(read.tensors), Object.keys(tensors))
    }),
    { seed: 1, numRuns: 100 },
  )
})

test('the data start on a multiple of 8 and every tensor is aligned', () => {
  const bytes = encodeSafetensors({
    a: tensor([1, 0, 1], 'bool'),
    b: tensor([1, 2, 3]),
    c: tensor([1, 2], 'float64'),
  })
  const headerLength = Number(new DataView(bytes.buffer).getBigUint64(0, true))
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + headerLength)))
  assert.equal(headerLength % 8, 0)
  assert.deepEqual(Object.keys(header), ['a', 'b', 'c'])
  assert.deepEqual(header.c, { dtype: 'F64', shape: [2], data_offsets: [0, 16] })
  assert.deepEqual(header.b, { dtype: 'F32', shape: [3], data_offsets: [16, 28] })
  assert.deepEqual(header.a, { dtype: 'BOOL', shape: [3], data_offsets: [28, 31] })
})

test('a tensor and a note named __proto__ are no different from others', () => {
  const tensors = Object.fromEntries([['__proto__', tensor([1])]])
  const metadata = Object.fromEntries([['__proto__', 'x']])
  const read = decodeSafetensors(encodeSafetensors(tensors, metadata))
  assert.deepEqual(Object.entries(read.tensors), Object.entries(tensors))
  assert.deepEqual(Object.entries(read.metadata), [['__proto__', 'x']])
})

test('decoded tensors do not share memory with the file', () => {
  const bytes = encodeSafetensors({ w: tensor([1, 2]) })
  const { tensors } = decodeSafetensors(bytes)
  bytes.fill(0)
  assert.deepEqual(tensors.w, tensor([1, 2]))
})

/** A file with this header and this many zero bytes of data. */
function build(header: string, dataBytes = 0, lengthBytes = header.length): Uint8Array {
  const text = new TextEncoder().encode(header)
  const bytes = new Uint8Array(8 + text.length + dataBytes)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(lengthBytes), true)
  bytes.set(text, 8)
  return bytes
}

const entry = (dtype: string, shape: unknown, offsets: unknown) =>
  JSON.stringify({ dtype, shape, data_offsets: offsets })

const converted: [dtype: string, stored: Uint8Array, expected: ReturnType<typeof tensor>][] = [
  ['I64', new Uint8Array(BigInt64Array.of(-5n, 7n).buffer), tensor([-5, 7], 'int32')],
  ['F16', new Uint8Array(Uint16Array.of(0x3c00, 0xc000).buffer), tensor([1, -2])],
  ['BF16', new Uint8Array(Uint16Array.of(0x3f80, 0xc000).buffer), tensor([1, -2])],
  ['I16', new Uint8Array(Int16Array.of(-5, 7).buffer), tensor([-5, 7], 'int32')],
  ['U16', new Uint8Array(Uint16Array.of(65535, 7).buffer), tensor([65535, 7], 'int32')],
  ['I8', new Uint8Array(Int8Array.of(-5, 7).buffer), tensor([-5, 7], 'int32')],
]

for (const [dtype, stored, expected] of converted)
  test(`${dtype} is read as ${expected.dtype}, unaligned as it lies`, () => {
    // One byte in front takes the data off every alignment.
    const header = `{"a":${entry('U8', [1], [0, 1])},"b":${entry(dtype, [2], [1, 1 + stored.length])}}`
    const bytes = build(header, 1 + stored.length)
    bytes.set(stored, bytes.length - stored.length)
    assert.deepEqual(decodeSafetensors(bytes).tensors.b, expected)
  })

const floats = (offsets: unknown, shape: unknown = [1]) => entry('F32', shape, offsets)

const hostile: [what: string, bytes: Uint8Array, message: RegExp][] = [
  [
    'a file of 7 bytes',
    new Uint8Array(7),
    /expected at least 8 bytes of header length, received 7$/,
  ],
  [
    'a header longer than the file',
    build('{}', 0, 3),
    /expected a header of at most 2 bytes, received 3 \(a file of 10 bytes\)$/,
  ],
  [
    'a header length of 2^64 - 1',
    new Uint8Array(16).fill(255),
    /expected a header of at most 8 bytes, received 18446744073709552000/,
  ],
  [
    'a header over 100 MB',
    build('{}', 100_000_001, 100_000_001),
    /expected a header of at most 100000000 bytes, received 100000001/,
  ],
  ['a header that is not JSON', build('{"a":'), /JSON object in UTF-8, received .*JSON/],
  [
    'a header that is not UTF-8',
    Uint8Array.of(9, 0, 0, 0, 0, 0, 0, 0, ...Buffer.from('{"a":"\xff"}', 'latin1')),
    /JSON object in UTF-8, received .*encoded data was not valid/,
  ],
  ['a header that is a list', build('[]'), /JSON object in UTF-8, received "\[\]"$/],
  ['a header that is null', build('null'), /received "null"$/],
  ['a header behind a space', build(' {}'), /received " {}"$/],
  [
    'a name given twice',
    build(`{"w":${floats([0, 4])},"w":${floats([0, 4])}}`, 4),
    /expected each name once in the header, received "w" twice$/,
  ],
  [
    'metadata that are no object',
    build('{"__metadata__":"x"}'),
    /"__metadata__" .*, received "x"$/,
  ],
  ['metadata that are no strings', build('{"__metadata__":{"n":1}}'), /received \{"n":1\}$/],
  ['an entry that is no object', build('{"w":null}'), /^file tensor "w": .*, received null$/],
  ['an entry without a type', build('{"w":{}}'), /^file tensor "w": .*, received \{\}$/],
  [
    'an entry nested a million deep',
    build(`{"w":${'['.repeat(1e6)}${']'.repeat(1e6)}}`),
    /^file tensor "w": .*, received a value nested too deep to show$/,
  ],
  [
    'a name of a million letters',
    build(`{"${'w'.repeat(1e6)}":0}`),
    /^file tensor "w{80}": expected .*, received 0$/,
  ],
  ['a negative axis', build(`{"w":${floats([0, 4], [-1])}}`, 4), /"w": .*"shape":\[-1\]/],
  ['half an axis', build(`{"w":${floats([0, 4], [0.5])}}`, 4), /"w": .*"shape":\[0\.5\]/],
  ['a negative offset', build(`{"w":${floats([-4, 0])}}`, 4), /"w": .*"data_offsets":\[-4,0\]/],
  ['three offsets', build(`{"w":${floats([0, 4, 8])}}`, 4), /"w": .*"data_offsets":\[0,4,8\]/],
  [
    'an unknown type',
    build(`{"w":${entry('constructor', [1], [0, 4])}}`, 4),
    /^file tensor "w": expected an element type among F64, .*, received "constructor"$/,
  ],
  [
    'data behind the end',
    build(`{"w":${floats([0, 8], [2])}}`, 4),
    /^file tensor "w": expected data within 4 bytes, received \[0, 8\]$/,
  ],
  ['an end before its beginning', build(`{"w":${floats([4, 0])}}`, 4), /"w": .*received \[4, 0\]$/],
  [
    'an overlap',
    build(`{"v":${floats([0, 4])},"w":${floats([2, 6])}}`, 6),
    /tensor "w": expected data that begin at byte 4, where "v" ends, received 2, an overlap$/,
  ],
  [
    'a hole between two tensors',
    build(`{"v":${floats([0, 4])},"w":${floats([8, 12])}}`, 12),
    /tensor "w": expected data that begin at byte 4, where "v" ends, received 8, a hole$/,
  ],
  ['a hole before the first', build(`{"w":${floats([4, 8])}}`, 8), /"w": .* received 4, a hole$/],
  [
    'a hole after the last',
    build(`{"w":${floats([0, 4])}}`, 9),
    /at byte 4 with "w", received 5 bytes/,
  ],
  [
    'data that do not fill the shape',
    build(`{"w":${floats([0, 4], [2, 3])}}`, 4),
    /^file tensor "w": expected 24 bytes for float32 \[2, 3\], received 4$/,
  ],
  [
    'a shape beyond exact numbers',
    build(`{"w":${floats([0, 4], [2 ** 52, 2 ** 52])}}`, 4),
    /^file tensor "w": .*exact element count/,
  ],
  [
    'an I64 beyond int32',
    (() => {
      const bytes = build(`{"w":${entry('I64', [1], [0, 8])}}`, 8)
      new DataView(bytes.buffer).setBigInt64(bytes.length - 8, 2n ** 40n, true)
      return bytes
    })(),
    /^file tensor "w": expected int64 .*, received 1099511627776 at element 0$/,
  ],
]

for (const [what, bytes, expected] of hostile)
  test(`${what} is refused`, () => {
    assert.throws(
      () => decodeSafetensors(bytes, 'file'),
      (error: Error) => error instanceof FormatError && expected.test(error.message),
    )
  })

test('any damage either reads or says FormatError', () => {
  const damage = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 3 })
  let refused = 0
  fc.assert(
    fc.property(file, damage, fc.nat(3), ({ tensors, metadata }, edits, cut) => {
      const bytes = encodeSafetensors(tensors, metadata)
      for (const [at, byte] of edits) bytes[at % bytes.length] = byte
      try {
        decodeSafetensors(bytes.subarray(0, bytes.length - cut))
      } catch (error) {
        assert.ok(error instanceof FormatError, String(error))
        refused++
      }
    }),
    { seed: 1, numRuns: 300 },
  )
  assert.ok(refused > 100, `only ${refused} were refused`)
})

test('a tensor named __metadata__ is refused on writing', () => {
  assert.throws(
    () => encodeSafetensors({ __metadata__: tensor([1]) }),
    /^FormatError: safetensors: expected tensor names other than "__metadata__"/,
  )
})
