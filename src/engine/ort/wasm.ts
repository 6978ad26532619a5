import type { Engine } from '../contract.ts'
import { ortEngine } from './engine.ts'
import { checkThreads, type OrtOptions } from './options.ts'
import type { Runtime } from './runtime.ts'

/** The engine of ONNX Runtime's WebAssembly build. Throws as `wasmRuntime`. */
export async function wasmEngine(options: OrtOptions = {}): Promise<Engine> {
  return ortEngine(await wasmRuntime(options))
}

/**
 * ONNX Runtime's WebAssembly build, through onnxruntime-web: runs wherever JavaScript does.
 * One thread by default, since in Node its worker threads would keep the process alive.
 * Throws EngineError for a number of threads that cannot be.
 */
export async function wasmRuntime({ threads = 1 }: OrtOptions = {}): Promise<Runtime> {
  checkThreads('wasm engine', threads)
  const { InferenceSession, Tensor, env } = await import('onnxruntime-web')
  env.wasm.numThreads = threads
  return {
    name: 'wasm',
    description: `onnxruntime-web ${env.versions.web}, ${threads} threads`,
    InferenceSession,
    Tensor,
    writesInPlace: false,
    sessionOptions: {
      executionProviders: ['wasm'],
      graphOptimizationLevel: 'extended',
      logSeverityLevel: 3,
    },
  }
}
