import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type DType, dtypes, FormatError, type NumericArray, tensorOf } from '../base/index.ts'
import { int64TensorProto, tensorFromProto, tensorProto } from './onnx-tensor.ts'
import { onnxTypes, type TensorProto } from './onnx-types.ts'

for (const dtype of Object.keys(dtypes) as DType[])
  test(`a ${dtype} tensor comes back from its stored form`, () => {
    const data = new dtypes[dtype].array(6)
    data.set([0, 1, 1, 0, 1, 1])
    const t = tensorOf(dtype, [2, 3], data)
    assert.deepEqual(tensorFromProto(tensorProto('t', t)), t)
  })

const lists: [what: string, proto: Omit<TensorProto, 'dims'>, expected: NumericArray][] = [
  ['float', { dataType: onnxTypes.float, floatData: [0.5, -1] }, Float32Array.of(0.5, -1)],
  ['double', { dataType: onnxTypes.double, doubleData: [0.1, -1] }, Float64Array.of(0.1, -1)],
  ['int32', { dataType: onnxTypes.int32, int32Data: [-1, 5] }, Int32Array.of(-1, 5)],
  ['int64', { dataType: onnxTypes.int64, int64Data: [-1, 5] }, Int32Array.of(-1, 5)],
  ['int16', { dataType: onnxTypes.int16, int32Data: [-9, 5] }, Int32Array.of(-9, 5)],
  ['uint16', { dataType: onnxTypes.uint16, int32Data: [65535, 5] }, Int32Array.of(65535, 5)],
  ['int8', { dataType: onnxTypes.int8, int32Data: [-128, 5] }, Int32Array.of(-128, 5)],
  ['uint8', { dataType: onnxTypes.uint8, int32Data: [255, 5] }, Uint8Array.of(255, 5)],
  ['bool', { dataType: onnxTypes.bool, int32Data: [0, 1] }, Uint8Array.of(0, 1)],
  ['float16', { dataType: onnxTypes.float16, int32Data: [0x3c00, 0] }, Float32Array.of(1, 0)],
  ['bfloat16', { dataType: onnxTypes.bfloat16, int32Data: [0x3f80, 0] }, Float32Array.of(1, 0)],
]

for (const [what, proto, expected] of lists)
  test(`${what} elements are read from their list`, () => {
    assert.deepEqual(tensorFromProto({ ...proto, dims: [2] }).data, expected)
  })

test('an int64 tensor holds exact numbers and the two ends', () => {
  const { rawData, dims, dataType } = int64TensorProto(
    'ends',
    [2, 2],
    [-3, 2 ** 40, Infinity, -Infinity],
  )
  assert.deepEqual([dims, dataType], [[2, 2], 7])
  assert.deepEqual(
    [...new BigInt64Array(rawData!.buffer)],
    [-3n, 2n ** 40n, 2n ** 63n - 1n, -(2n ** 63n)],
  )
})

const refused: [what: string, run: () => unknown, message: RegExp][] = [
  [
    'an unsupported element type',
    () => tensorFromProto({ name: 'w', dataType: onnxTypes.string, dims: [] }),
    /^ONNX tensor "w": expected an element type among 1,11,.*, received 8$/,
  ],
  [
    'data in another file',
    () => tensorFromProto({ name: 'w', dataType: 1, dims: [], dataLocation: 1 }),
    /expected its data inside the model, received external data$/,
  ],
  [
    'raw data that do not fill the shape',
    () => tensorFromProto({ name: 'w', dataType: 1, dims: [2], rawData: new Uint8Array(4) }),
    /expected 8 bytes for float32 \[2\], received 4$/,
  ],
  [
    'no data',
    () => tensorFromProto({ dataType: 1, dims: [2] }),
    /expected 8 bytes .*, received 0$/,
  ],
  [
    'a list element beyond its type',
    () => tensorFromProto({ dataType: onnxTypes.uint8, dims: [2], int32Data: [1, 256] }),
    /expected uint8 elements in int32Data, received 256 at element 1$/,
  ],
  [
    'a negative axis',
    () => tensorFromProto({ dataType: 1, dims: [-1], rawData: new Uint8Array(4) }),
    /received \[-1\]$/,
  ],
  [
    'too few int64 values',
    () => int64TensorProto('i', [2], [1]),
    /^int64 tensor "i": .* received 1$/,
  ],
  ['half an int64', () => int64TensorProto('i', [1], [0.5]), /received 0\.5$/],
]

for (const [what, run, expected] of refused)
  test(`${what} is refused`, () => {
    assert.throws(
      run,
      (error: Error) => error instanceof FormatError && expected.test(error.message),
    )
  })
