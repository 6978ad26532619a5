import { createRequire } from 'node:module'
import { availableParallelism } from 'node:os'
import type { Engine } from '../contract.ts'
import { ortEngine } from './engine.ts'

/** How an ONNX Runtime engine is set up. */
export interface OrtOptions {
  /** Threads inside one op; by default one per core. Results can differ in last bits between counts. */
  readonly threads?: number
}

/**
 * ONNX Runtime's native build, through onnxruntime-node.
 * Throws whatever the package throws when it is not installed or has no binary for this platform.
 */
export async function nativeEngine({
  threads = availableParallelism(),
}: OrtOptions = {}): Promise<Engine> {
  const { InferenceSession, Tensor } = await import('onnxruntime-node')
  const { version } = createRequire(import.meta.url)('onnxruntime-node/package.json')
  return ortEngine({
    name: 'native',
    description: `onnxruntime-node ${version}, ${threads} threads`,
    InferenceSession,
    Tensor,
    writesInPlace: true,
    sessionOptions: {
      // 'all' would reorder layouts around pooling, which costs more than it gains.
      graphOptimizationLevel: 'extended',
      executionMode: 'sequential',
      intraOpNumThreads: threads,
      logSeverityLevel: 3,
      extra: {
        session: {
          // Otherwise the pools of a training and an evaluation session spin against each other.
          force_spinning_stop: '1',
          // Numbers below 1e-38 would run a hundred times slower than zeros.
          set_denormal_as_zero: '1',
        },
      },
    },
  })
}
