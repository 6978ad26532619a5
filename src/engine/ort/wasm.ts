import type { Engine } from '../contract.ts'
import { ortEngine } from './engine.ts'
import { checkThreads, type OrtOptions } from './options.ts'

/**
 * ONNX Runtime's WebAssembly build, through onnxruntime-web: runs wherever JavaScript does.
 * One thread by default, since in Node its worker threads would keep the process alive.
 */
export async function wasmEngine({ threads = 1 }: OrtOptions = {}): Promise<Engine> {
  checkThreads('wasm engine', threads)
  const { InferenceSession, Tensor, env } = await import('onnxruntime-web')
  env.wasm.numThreads = threads
  return ortEngine({
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
  })
}
