import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type DType, dtypes, tensor } from '../base/index.ts'
import { decodeNpy, encodeNpy, readNpyHeader } from './npy.ts'

for (const dtype of Object.keys(dtypes) as DType[])
  for (const [what, t] of [
    [
      'a matrix',
      tensor(
        [
          [1, 0, 1],
          [0, 1, 0],
        ],
        dtype,
      ),
    ],
    ['a vector', tensor([1, 0], dtype)],
    ['a scalar', tensor(1, dtype)],
    ['no rows', tensor([], dtype)],
  ] as const)
    test(`${what} of ${dtype} comes back`, () => assert.deepEqual(decodeNpy(encodeNpy(t), 't'), t))

/** A file as NumPy writes it, its header padded to a multiple of 64 bytes. */
function numpy(header: string, elements: readonly number[], version = 1): Uint8Array {
  const lead = version === 1 ? 10 : 12
  const length = Math.ceil((lead + header.length + 1) / 64) * 64 - lead
  const size = version === 1 ? [length & 255, length >> 8] : [length & 255, length >> 8, 0, 0]
  const text = new TextEncoder().encode(`${header.padEnd(length - 1)}\n`)
  return Uint8Array.of(0x93, ...Buffer.from('NUMPY'), version, 0, ...size, ...text, ...elements)
}

// Source: numpy.save of numpy.array([[1, 2], [3, 4]], dtype='<i4'), NumPy 2.
const plain = "{'descr': '<i4', 'fortran_order': False, 'shape': (2, 2), }"
const elements = [1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 4, 0, 0, 0]

test('the bytes are those that NumPy writes', () => {
  const t = tensor(
    [
      [1, 2],
      [3, 4],
    ],
    'int32',
  )
  assert.deepEqual(encodeNpy(t), numpy(plain, elements))
  assert.deepEqual(decodeNpy(numpy(plain, elements, 2), 't'), t, 'version 2')
  const big = [0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 4]
  assert.deepEqual(decodeNpy(numpy(plain.replace('<', '>'), big), 't'), t, 'big-endian')
})

test('rows can be read where they lie only of our element types in C order', () => {
  const headerOf = (text: string) => readNpyHeader(numpy(text, []), 'x.npy')
  assert.deepEqual(headerOf(plain).shape, [2, 2])
  assert.throws(
    () => headerOf(plain.replace('False', 'True')),
    /C order, received Fortran order.*ascontiguousarray/,
  )
  assert.throws(() => headerOf(plain.replace('i4', 'i8')), /received int64.*astype/)
})

const hostile: readonly (readonly [string, Uint8Array, RegExp])[] = [
  ['an empty file', new Uint8Array(), /^x\.npy: expected a \.npy file.*, received 0 other bytes$/],
  ['another file', new Uint8Array(100), /received 100 other bytes$/],
  [
    'a header cut short',
    numpy(plain, []).subarray(0, 60),
    /expected 128 bytes of header, received 60$/,
  ],
  [
    'missing elements',
    numpy(plain, elements.slice(1)),
    /expected 144 bytes for int32 \[2, 2\], received 143$/,
  ],
  [
    'complex numbers',
    numpy(plain.replace('i4', 'c8'), elements),
    /expected an array of float32,.*received complex numbers.*astype/,
  ],
  ...(
    [
      ['|O', 'pickled Python objects, which are programs and never run'],
      ['<U4', 'texts'],
      ['|S4', 'texts'],
      ['<M8[D]', 'dates'],
      ['<f16', '.*f16'],
    ] as const
  ).map(
    ([name, received]) =>
      [
        `an array of ${name}`,
        numpy(plain.replace('<i4', name), elements),
        new RegExp(`received ${received}`),
      ] as const,
  ),
  [
    'records',
    numpy("{'descr': [('a', '<i4')], 'fortran_order': False, 'shape': (1,), }", elements),
    /received records/,
  ],
  ['no shape', numpy("{'descr': '<i4'}", []), /expected an array of/],
]

for (const [what, bytes, message] of hostile)
  test(`${what} is refused`, () => {
    assert.throws(() => decodeNpy(bytes, 'x.npy'), { name: 'FormatError', message })
  })
