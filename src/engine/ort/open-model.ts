import type { Named, Tensor } from '../../base/index.ts'
import { explained } from './explained.ts'
import type { Runtime } from './runtime.ts'
import { fromOrt, toOrt } from './state.ts'
import { wasmRuntime } from './wasm.ts'

/** A model of any origin, ready to run. */
export interface OpenModel {
  /** Throws EngineError that names the model when ONNX Runtime refuses the inputs. */
  run(inputs: Named<Tensor>): Promise<Named<Tensor>>
  release(): Promise<void>
}

/**
 * A model from the bytes of its file, run by ONNX Runtime: the native build where there is one, else the
 * WebAssembly build.
 * Throws EngineError that names the model when ONNX Runtime does not accept it.
 */
export async function openModel(bytes: Uint8Array, who: string): Promise<OpenModel> {
  const runtime = await someRuntime()
  const { InferenceSession, sessionOptions } = runtime
  const session = await explained(who, 'a model that ONNX Runtime accepts', () =>
    InferenceSession.create(bytes, sessionOptions),
  )
  return {
    async run(inputs) {
      const given = Object.entries(inputs).map(([name, tensor]) => [name, toOrt(runtime, tensor)])
      const results = await explained(who, 'inputs that the model accepts', () =>
        session.run(Object.fromEntries(given)),
      )
      return Object.fromEntries(
        Object.entries(results).map(([name, tensor]) => [name, fromOrt(tensor)]),
      )
    },
    release: () => session.release(),
  }
}

async function someRuntime(): Promise<Runtime> {
  try {
    const { nativeRuntime } = await import('./native.ts')
    return await nativeRuntime()
  } catch {
    return wasmRuntime()
  }
}
