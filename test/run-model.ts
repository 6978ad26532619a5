import { type Named, type Shape, sizeOf, type Tensor, tensorOf } from '../src/base/index.ts'
import { pureProgram, type Value } from '../src/ir/index.ts'
import { type ModelOptions, modelOf } from '../src/onnx/index.ts'
import { wave } from './gradient-check.ts'

/** Runs the bytes of a model with ONNX Runtime alone, without any of our engines. */
export async function runModel(bytes: Uint8Array, feeds: Named<Tensor>): Promise<Named<Tensor>> {
  const ort = await import('onnxruntime-node')
  const session = await ort.InferenceSession.create(bytes, { logSeverityLevel: 3 })
  const given = Object.entries(feeds).map(([name, { dtype, data, shape }]) => [
    name,
    new ort.Tensor(dtype, data as Float32Array, shape),
  ])
  const results = await session.run(Object.fromEntries(given))
  await session.release()
  return Object.fromEntries(
    Object.entries(results).map(([name, { type, data, dims }]) => [
      name,
      tensorOf(type as Tensor['dtype'], dims, data as Tensor['data']),
    ]),
  )
}

/** The types of the ONNX nodes that a value becomes, in order. */
export function nodesOf(y: Value, options?: ModelOptions): string[] {
  const { graph } = modelOf(pureProgram({ y }), options)
  return (graph?.node ?? []).map(({ opType }) => opType ?? '')
}

/** A float32 tensor of numbers that look random. */
export function floats(...shape: Shape): Tensor {
  return tensorOf('float32', shape, Float32Array.from(wave(sizeOf(shape))))
}
