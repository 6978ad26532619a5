import { createRequire } from 'node:module'
import { availableParallelism } from 'node:os'
import type { InferenceSession } from 'onnxruntime-common'
import type { Engine } from '../contract.ts'
import { channelsPerBlock } from './blocks.ts'
import { ortEngine } from './engine.ts'
import { checkThreads, type Device, type OrtOptions, sessionSettings } from './options.ts'
import type { Runtime } from './runtime.ts'

/** What a device needs beside what all have in common. */
interface DeviceRow extends Pick<Runtime, 'callMs' | 'dialect' | 'hasLoop' | 'isResident'> {
  /** What the description of the engine says of it. */
  readonly says: string
  readonly writesInPlace: boolean
  readonly providers: readonly InferenceSession.ExecutionProviderConfig[]
  readonly settings?: Readonly<Record<string, string>>
}

const deviceTable: { readonly [K in Device]: DeviceRow } = {
  cpu: { says: '', writesInPlace: true, providers: ['cpu'] },
  webgpu: {
    says: ' on WebGPU',
    // Each run is made at once, and the state stays where it is.
    callMs: 0,
    dialect: 'webgpu',
    hasLoop: false,
    isResident: true,
    writesInPlace: false,
    providers: ['webgpu'],
    // An op that the device lacks would move the whole state to and fro: better told.
    settings: { disable_cpu_ep_fallback: '1' },
  },
  cuda: {
    // The binding moves the state to the device and back in every call.
    says: ' on CUDA (never measured by us)',
    writesInPlace: true,
    providers: ['cuda', 'cpu'],
  },
}

/** The engine of ONNX Runtime's native build. Throws as `nativeRuntime`. */
export async function nativeEngine(options: OrtOptions = {}): Promise<Engine> {
  const runtime = await nativeRuntime(options)
  const inBlocks = (perBlock: number) => ortEngine({ ...runtime, perBlock })
  const isOnProcessor = (options.device ?? 'cpu') === 'cpu'
  const perBlock = isOnProcessor
    ? await channelsPerBlock((program, size) => inBlocks(size).compile(program))
    : undefined
  return perBlock ? inBlocks(perBlock) : ortEngine(runtime)
}

/**
 * ONNX Runtime's native build, through onnxruntime-node.
 * Throws EngineError for a number of threads that cannot be, and whatever the package throws when it
 * is not installed or has no binary for this platform.
 */
export async function nativeRuntime({
  threads = availableParallelism(),
  device = 'cpu',
}: OrtOptions = {}): Promise<Runtime> {
  checkThreads('native engine', threads)
  const { InferenceSession, Tensor } = await import('onnxruntime-node')
  const { version } = createRequire(import.meta.url)('onnxruntime-node/package.json')
  const { says, providers, settings = {}, ...row } = deviceTable[device]
  return {
    name: 'native',
    description: `onnxruntime-node ${version}${says}, ${threads} threads`,
    InferenceSession,
    Tensor,
    ...row,
    sessionOptions: {
      executionProviders: providers,
      // 'all' would reorder layouts around pooling, which costs more than it gains.
      graphOptimizationLevel: 'extended',
      executionMode: 'sequential',
      intraOpNumThreads: threads,
      logSeverityLevel: 3,
      extra: { session: { ...sessionSettings, ...settings } },
    },
  }
}
