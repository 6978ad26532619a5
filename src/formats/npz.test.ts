import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { type Tensor, tensor, tensorOf } from '../base/index.ts'
import { decodeNpz, encodeNpz } from './npz.ts'

const fixture = (name: string) =>
  readFileSync(new URL(`../../test/fixtures/${name}`, import.meta.url))
const bytes = new Uint8Array(fixture('arrays.npz'))
const arrays = decodeNpz(bytes, 'arrays.npz')

const grid = [
  [0, 1, 2],
  [3, 4, 5],
]
const cube = Array.from({ length: 2 }, (_, i) =>
  Array.from({ length: 3 }, (_, j) => Array.from({ length: 4 }, (_, k) => 12 * i + 4 * j + k)),
)

// Source: test/fixtures/make.py, NumPy 2.4.
const expected: readonly (readonly [string, Tensor])[] = [
  [
    'float64',
    tensor(
      grid.map(row => row.map(x => x / 4)),
      'float64',
    ),
  ],
  ['float16', tensor([0.5, -2, 65504, Number.POSITIVE_INFINITY])],
  [
    'int64',
    tensor(
      grid.map(row => row.map(x => x - 3)),
      'int32',
    ),
  ],
  ['uint64', tensor(grid, 'int32')],
  ['uint32', tensor(grid, 'int32')],
  ['int16', tensor([-300, 300], 'int32')],
  ['int8', tensor([-128, 127], 'int32')],
  ['uint8', tensor(grid, 'uint8')],
  ['bool', tensor([true, false], 'bool')],
  ['big-endian', tensor(grid)],
  ['big-endian int64', tensor(grid, 'int32')],
  ['fortran', tensor(cube)],
  ['scalar', tensor(7, 'int32')],
  ['empty', tensorOf('float32', [0, 3], new Float32Array())],
]
for (const [name, t] of expected)
  test(`the array "${name}" is what NumPy saved`, () => {
    assert.deepEqual(arrays.read(name), t)
  })

const refused: readonly (readonly [string, RegExp])[] = [
  [
    'objects',
    /^arrays\.npz, array "objects": expected an array of .*, received pickled Python objects/,
  ],
  ['texts', /received texts\. Convert/],
  ['complex', /received complex numbers/],
  ['dates', /received dates/],
  ['records', /received records/],
  ['too large', /expected int64 elements that fit into int32, received 1099511627776 at element 0/],
  ['too large unsigned', /expected uint64 elements .*, received 9223372036854775808 at element 0/],
  ['float', /expected an array among float64, .*, received "float"\. Did you mean float/],
]
for (const [name, message] of refused)
  test(`the array "${name}" is refused by name, and the others can be read`, () => {
    assert.throws(() => arrays.read(name), { name: 'FormatError', message })
  })

test('what is written is read again, and equal arrays give equal bytes', () => {
  const written = { x: tensor(grid), 'a b/y': tensor([1, 0], 'uint8') }
  const zip = encodeNpz(written)
  const { names, read } = decodeNpz(zip, 't')
  assert.deepEqual(Object.fromEntries(names.map(name => [name, read(name)])), written)
  assert.deepEqual(encodeNpz(written), zip)
})

test('a file cut short anywhere is refused', () => {
  for (const length of [0, 1, 21, 22, 100, bytes.length - 23, bytes.length - 1])
    assert.throws(() => decodeNpz(bytes.subarray(0, length), 'x.npz').read('uint8'), {
      name: 'FormatError',
      message: /^x\.npz.*: expected (a whole zip file|an array)/,
    })
})

test('a changed byte is noticed', () => {
  const zip = encodeNpz({ x: tensor(grid) })
  // The last element, before the directory of 52 and the end of 22 bytes.
  zip[zip.length - 74 - 1]! ^= 1
  assert.throws(() => decodeNpz(zip, 'x.npz').read('x'), {
    name: 'FormatError',
    message: /^x\.npz, array "x": expected checksum \d+, received \d+\. The file was damaged/,
  })
})
