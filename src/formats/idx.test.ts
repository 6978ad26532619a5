import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { FormatError, sizeOf, tensor, tensorOf } from '../base/index.ts'
import { decodeIdx, encodeIdx } from './idx.ts'

const shape = fc.array(fc.nat(5), { maxLength: 4 })
const elements = {
  uint8: fc.nat(255),
  int32: fc.integer(),
  float32: fc.float(),
  float64: fc.double(),
}
const arrays = {
  uint8: Uint8Array,
  int32: Int32Array,
  float32: Float32Array,
  float64: Float64Array,
}

for (const dtype of Object.keys(elements) as (keyof typeof elements)[])
  test(`any ${dtype} tensor comes back`, () => {
    const any = shape.chain(dims =>
      fc
        .array(elements[dtype], { minLength: sizeOf(dims), maxLength: sizeOf(dims) })
        .map(values => tensorOf(dtype, dims, arrays[dtype].from(values))),
    )
    fc.assert(
      fc.property(any, t => assert.deepEqual(decodeIdx(encodeIdx(t), 't'), t)),
      { seed: 1, numRuns: 50 },
    )
  })

test('the bytes are those of the published format', () => {
  // The header of MNIST's training labels: magic 0x00000801, then 60000 = 0x0000ea60 items.
  const labels = tensorOf('uint8', [60000], new Uint8Array(60000))
  assert.deepEqual([...encodeIdx(labels).subarray(0, 8)], [0, 0, 8, 1, 0, 0, 0xea, 0x60])
  // The most significant byte comes first: -2 as int32, 1.5 as float32 and float64.
  const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')
  assert.equal(hex(encodeIdx(tensor([-2], 'int32'))), '00000c0100000001fffffffe')
  assert.equal(hex(encodeIdx(tensor([1.5]))), '00000d01000000013fc00000')
  assert.equal(hex(encodeIdx(tensor([1.5], 'float64'))), '00000e01000000013ff8000000000000')
})

test('decoded elements do not share memory with the file', () => {
  const bytes = encodeIdx(tensor([1, 2], 'uint8'))
  const read = decodeIdx(bytes, 't')
  bytes.fill(0)
  assert.deepEqual(read, tensor([1, 2], 'uint8'))
})

const magic = (code: number, ...dims: number[]) =>
  Uint8Array.of(0, 0, code, dims.length, ...new Uint8Array(Uint32Array.from(dims).buffer).reverse())

const hostile: [what: string, bytes: Uint8Array, message: RegExp][] = [
  ['an empty file', new Uint8Array(), /^x\.idx: expected an IDX file: .*, received 0 bytes$/],
  ['three bytes', Uint8Array.of(0, 0, 8), /received 3 bytes$/],
  ['a first byte that is not 0', Uint8Array.of(1, 0, 8, 0, 7), /received bytes 01 00 08 00$/],
  ['an unknown type', Uint8Array.of(0, 0, 0x0b, 1, 0, 0, 0, 0), /received bytes 00 00 0b 01$/],
  [
    'a gzipped file',
    Uint8Array.of(0x1f, 0x8b, 8, 0),
    /received bytes 1f 8b 08 00\. It is gzipped: unzip it first\.$/,
  ],
  [
    'a header cut short',
    magic(8, 3).subarray(0, 7),
    /^x\.idx: expected 8 bytes of header for 1 axes, received 7$/,
  ],
  ['missing elements', magic(8, 3), /^x\.idx: expected 11 bytes for uint8 \[3\], received 8$/],
  [
    'trailing bytes',
    Uint8Array.of(...magic(0x0c, 1), 0, 0, 0, 1, 9),
    /^x\.idx: expected 12 bytes for int32 \[1\], received 13$/,
  ],
  [
    'four billion elements in a file of 12 bytes',
    magic(8, 2 ** 31, 2),
    /expected 4294967308 bytes for uint8 \[2, 2147483648\], received 12$/,
  ],
  ['a count beyond exact numbers', magic(8, 2 ** 31, 2 ** 31, 2 ** 31), /exact element count/],
]

for (const [what, bytes, expected] of hostile)
  test(`${what} is refused`, () => {
    assert.throws(
      () => decodeIdx(bytes, 'x.idx'),
      (error: Error) => error instanceof FormatError && expected.test(error.message),
    )
  })

const unwritable = [
  ['bools', tensor([1], 'bool'), /received bool \[1\]$/],
  ['256 axes', tensorOf('uint8', new Array(256).fill(1), new Uint8Array(1)), /at most 255 axes/],
  [
    'an axis of 2^32',
    tensorOf('uint8', [2 ** 32, 0], new Uint8Array()),
    /received uint8 \[4294967296, 0\]$/,
  ],
] as const

for (const [what, t, expected] of unwritable)
  test(`${what} are refused on writing`, () => {
    assert.throws(
      () => encodeIdx(t),
      (error: Error) => error instanceof FormatError && expected.test(error.message),
    )
  })
