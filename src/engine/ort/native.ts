import { createRequire } from 'node:module'
import { availableParallelism } from 'node:os'
import type { Engine } from '../contract.ts'
import { ortEngine } from './engine.ts'
import { checkThreads, type OrtOptions, sessionSettings } from './options.ts'

/**
 * ONNX Runtime's native build, through onnxruntime-node.
 * Throws EngineError for a number of threads that cannot be, and whatever the package throws when it
 * is not installed or has no binary for this platform.
 */
export async function nativeEngine({
  threads = availableParallelism(),
}: OrtOptions = {}): Promise<Engine> {
  checkThreads('native engine', threads)
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
      extra: { session: sessionSettings },
    },
  })
}
