import { copyTensor, type DType } from '../../base/index.ts'
import { input, pureProgram } from '../../ir/index.ts'
import { encodeProgram } from '../../onnx/index.ts'
import type { Runtime } from './runtime.ts'
import { type Download, fromOrt } from './state.ts'

/**
 * Brings tensors from the device through a session that does nothing else, one for each shape: asked
 * for its data directly, a tensor on the device ends the process in Node.
 */
export function downloader(runtime: Runtime): Download {
  const { InferenceSession, sessionOptions, dialect = 'runtime' } = runtime
  const sessions = new Map<string, ReturnType<typeof InferenceSession.create>>()
  return async tensor => {
    const key = `${tensor.type} ${tensor.dims}`
    if (!sessions.has(key)) {
      const y = input('x', tensor.dims, tensor.type as DType)
      const model = encodeProgram(pureProgram({ y }), { dialect })
      sessions.set(key, InferenceSession.create(model, sessionOptions))
    }
    const { y } = await (await sessions.get(key)!).run({ x: tensor })
    return copyTensor(fromOrt(y!))
  }
}
