import { availableParallelism } from 'node:os'

/** How an ONNX Runtime engine is set up. */
export interface OrtOptions {
  /** Threads inside one op; by default one per core. Results can differ in last bits between counts. */
  readonly threads?: number
}

/** One thread per core. */
export function defaultThreads(): number {
  return availableParallelism()
}

/** What every session on the processor is set to. */
export const sessionSettings = {
  // Otherwise the pools of a training and an evaluation session spin against each other.
  force_spinning_stop: '1',
  // Numbers below 1e-38 would run a hundred times slower than zeros.
  set_denormal_as_zero: '1',
} as const
