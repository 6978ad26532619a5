import { EngineError } from '../../base/index.ts'

/** What computes: the processor, any graphics processor by WebGPU, or one of Nvidia's by CUDA. */
export type Device = 'cpu' | 'webgpu' | 'cuda'

/** The names of the devices. */
export const devices: readonly Device[] = ['cpu', 'webgpu', 'cuda']

/** Throws EngineError unless there is such a device. */
export function requireDevice(device: string): void {
  if ((devices as readonly string[]).includes(device)) return
  throw new EngineError({
    who: 'device',
    expected: `one of ${devices.join(', ')}`,
    received: `"${device}"`,
  })
}

/** How an ONNX Runtime engine is set up. */
export interface OrtOptions {
  /** Threads inside one op; by default one per core. Results can differ in last bits between counts. */
  readonly threads?: number
  /** What computes, default the processor. Only the native engine knows others. */
  readonly device?: Device
}

const mostThreads = 256

/** Throws EngineError unless so many threads can be. */
export function checkThreads(who: string, threads: number): void {
  if (Number.isInteger(threads) && threads >= 1 && threads <= mostThreads) return
  throw new EngineError({
    who: `${who}: threads`,
    expected: `an integer from 1 to ${mostThreads}`,
    received: String(threads),
  })
}

/** What every session on the processor is set to. */
export const sessionSettings = {
  // Otherwise the pools of a training and an evaluation session spin against each other.
  force_spinning_stop: '1',
  // Numbers below 1e-38 would run a hundred times slower than zeros.
  set_denormal_as_zero: '1',
} as const
