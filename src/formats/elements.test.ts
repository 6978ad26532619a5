import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FormatError, type NumericArray } from '../base/index.ts'
import {
  countElements,
  fromBfloat16Bits,
  fromFloat16Bits,
  readElements,
  type StoredType,
  storedTypes,
} from './elements.ts'

const cases: { readonly [K in StoredType]: [stored: ArrayBufferView, read: NumericArray] } = {
  float32: [Float32Array.of(0.1, -0, Infinity), Float32Array.of(0.1, -0, Infinity)],
  float64: [Float64Array.of(0.1, -1e300), Float64Array.of(0.1, -1e300)],
  int32: [Int32Array.of(-1, 2 ** 31 - 1), Int32Array.of(-1, 2 ** 31 - 1)],
  uint8: [Uint8Array.of(0, 255), Uint8Array.of(0, 255)],
  bool: [Uint8Array.of(0, 1), Uint8Array.of(0, 1)],
  int8: [Int8Array.of(-128, 127), Int32Array.of(-128, 127)],
  int16: [Int16Array.of(-32768, 32767), Int32Array.of(-32768, 32767)],
  uint16: [Uint16Array.of(0, 65535), Int32Array.of(0, 65535)],
  int64: [
    BigInt64Array.of(-1n, 2n ** 31n - 1n, -(2n ** 31n)),
    Int32Array.of(-1, 2 ** 31 - 1, -(2 ** 31)),
  ],
  uint32: [Uint32Array.of(0, 2 ** 31 - 1), Int32Array.of(0, 2 ** 31 - 1)],
  uint64: [BigUint64Array.of(0n, 2n ** 31n - 1n), Int32Array.of(0, 2 ** 31 - 1)],
  float16: [Uint16Array.of(0x3c00, 0xc000), Float32Array.of(1, -2)],
  bfloat16: [Uint16Array.of(0x3f80, 0xc049), Float32Array.of(1, -3.140625)],
}

for (const [type, [stored, expected]] of Object.entries(cases) as [
  StoredType,
  (typeof cases)[StoredType],
][])
  test(`${type} elements are read from any byte on`, () => {
    const bytes = new Uint8Array(stored.byteLength + 1)
    bytes.set(new Uint8Array(stored.buffer as ArrayBuffer), 1)
    const read = readElements('t', type, [expected.length], bytes.subarray(1))
    assert.deepEqual(read, {
      dtype: storedTypes[type].dtype,
      shape: [expected.length],
      data: expected,
    })
    assert.notEqual(read.data.buffer, bytes.buffer)
  })

test('every half is the number that its bits say', () => {
  // IEEE 754-2019, table 3.5: the largest, the smallest normal and the smallest subnormal half.
  const known: [bits: number, value: number][] = [
    [0x7bff, 65504],
    [0x0400, 2 ** -14],
    [0x0001, 2 ** -24],
    [0x8000, -0],
    [0x7c00, Infinity],
    [0xfc00, -Infinity],
    [0x7e00, NaN],
    [0x3555, 0.333251953125],
  ]
  for (const [bits, value] of known) assert.ok(Object.is(fromFloat16Bits(bits), value), `${bits}`)
})

test('a bfloat16 is the upper half of a float32', () => {
  const known: [bits: number, value: number][] = [
    [0x3f80, 1],
    [0x8000, -0],
    [0xff80, -Infinity],
    [0x7fc0, NaN],
    [0x0001, 2 ** -133],
  ]
  for (const [bits, value] of known) assert.ok(Object.is(fromBfloat16Bits(bits), value), `${bits}`)
})

const int64Bytes = (value: bigint) => new Uint8Array(BigInt64Array.of(0n, value).buffer)

const refused: [what: string, run: () => unknown, message: RegExp][] = [
  [
    'a byte count that differs from the shape',
    () => readElements('t', 'float32', [2, 3], new Uint8Array(20)),
    /^t: expected 24 bytes for float32 \[2, 3\], received 20$/,
  ],
  [
    'an int64 above int32',
    () => readElements('t', 'int64', [2], int64Bytes(2n ** 31n)),
    /^t: expected int64 elements that fit into int32, received 2147483648 at element 1$/,
  ],
  [
    'an int64 below int32',
    () => readElements('t', 'int64', [2], int64Bytes(-(2n ** 31n) - 1n)),
    /received -2147483649 at element 1$/,
  ],
  [
    'a bool of 2',
    () => readElements('t', 'bool', [2], Uint8Array.of(1, 2)),
    /expected bools stored as 0 or 1, received 2 at element 1$/,
  ],
  ['a negative axis', () => countElements('t', [2, -1]), /received \[2, -1\]$/],
  ['half an axis', () => countElements('t', [0.5]), /received \[0\.5\]$/],
  [
    'more elements than exact numbers',
    () => countElements('t', [2 ** 30, 2 ** 30]),
    /exact element/,
  ],
]

for (const [what, run, expected] of refused)
  test(`${what} is refused`, () => {
    assert.throws(
      run,
      (error: Error) => error instanceof FormatError && expected.test(error.message),
    )
  })
