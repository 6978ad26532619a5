import { EngineError } from '../base/index.ts'
import { input, mul, pureProgram } from '../ir/index.ts'
import type { Engine, EngineName } from './contract.ts'
import { jsEngine } from './js/index.ts'
import { capiEngine, nativeEngine } from './ort/on-node.ts'
import { type Device, devices, type OrtOptions, requireDevice } from './ort/options.ts'
import { wasmEngine } from './ort/wasm.ts'
import { referenceEngine } from './reference/index.ts'

/** An engine by name, or the fastest one that works here. */
export type EngineChoice = EngineName | 'auto'

interface EngineRow {
  /** One line for the catalogue. */
  readonly doc: string
  /** Throws when the machine lacks what the engine needs. */
  readonly create: (options: OrtOptions) => Promise<Engine>
}

/** One row per engine; for large programs the fastest first. */
export const engineTable: { readonly [K in EngineName]: EngineRow } = {
  capi: {
    doc: 'ONNX Runtime by its C interface, without copies of what a step returns; where koffi is installed',
    create: capiEngine,
  },
  native: {
    doc: 'ONNX Runtime by its Node binding; with --device webgpu or cuda the only one',
    create: nativeEngine,
  },
  wasm: {
    doc: 'ONNX Runtime as WebAssembly: browsers, and where there is no native build',
    create: wasmEngine,
  },
  js: {
    doc: 'JavaScript written for the program, with fused loops; the fastest for small ones',
    create: async () => jsEngine(),
  },
  reference: {
    doc: 'plain loops in float32 or float64: slow, and the definition that the others are held to',
    create: async () => referenceEngine(),
  },
}

/** The names of the engines, in the order of their table. */
export const engineNames = Object.keys(engineTable) as readonly EngineName[]

/** Engines that have to be asked for, since no test has tried to crash them on this platform. */
const untried: readonly EngineName[] = isLinuxX64() ? [] : ['capi']

function isLinuxX64(): boolean {
  const { platform, arch } = globalThis.process ?? {}
  return platform === 'linux' && arch === 'x64'
}

/** The engine that computes elsewhere than on the processor. */
const deviceEngine: EngineName = 'native'

/**
 * The engine of a name, or the fastest that works here.
 * Throws EngineError that says why, when the named one, or every one, does not work.
 */
export async function chooseEngine(
  choice: EngineChoice = 'auto',
  options: OrtOptions = {},
): Promise<Engine> {
  if (choice !== 'auto' && !Object.hasOwn(engineTable, choice))
    throw new EngineError({
      who: 'engine',
      expected: `auto or one of ${engineNames.join(', ')}`,
      received: `"${choice}"`,
    })
  const { device = 'cpu' } = options
  requireDevice(device)
  if (device !== 'cpu' && choice !== 'auto' && choice !== deviceEngine)
    throw new EngineError({
      who: `engine "${choice}"`,
      expected: 'device cpu, the only one it knows',
      received: device,
      hint: `Choose engine ${deviceEngine}`,
    })
  const reasons: string[] = []
  for (const name of namesFor(choice, device)) {
    const report = await tryEngine(name, options)
    if (report.engine) return report.engine
    reasons.push(`${name}: ${report.problem}`)
  }
  const on = device === 'cpu' ? '' : ` on ${device}`
  throw new EngineError({
    who: (choice === 'auto' ? 'engines' : `engine "${choice}"`) + on,
    expected: 'an engine that works here',
    received: reasons.join('; '),
    hint:
      device === 'cpu' ? 'Run "justright doctor-install" to see what is missing' : needs[device],
  })
}

/** What has to be there for a device. */
const needs: { readonly [K in Exclude<Device, 'cpu'>]: string } = {
  webgpu:
    'WebGPU needs a graphics driver for Vulkan on Linux, Metal on macOS or Direct3D 12 on Windows',
  cuda: 'CUDA needs Linux x64, an Nvidia driver, CUDA 12 and cuDNN 9, and onnxruntime-node with its CUDA files: "npm rebuild onnxruntime-node --onnxruntime-node-install=cuda12"',
}

function namesFor(choice: EngineChoice, device: Device): readonly EngineName[] {
  if (choice !== 'auto') return [choice]
  if (device !== 'cpu') return [deviceEngine]
  return engineNames.filter(name => !untried.includes(name))
}

/** Whether an engine works here; if not, why. */
export interface EngineReport {
  readonly name: EngineName
  /** Another device than the processor, and what it needs. */
  readonly device?: Device
  readonly needs?: string
  readonly engine?: Engine
  readonly problem?: string
}

/** Tries every engine on a small program, and the other devices. */
export async function reportEngines(): Promise<EngineReport[]> {
  const reports: EngineReport[] = []
  for (const name of engineNames) reports.push(await tryEngine(name, {}))
  for (const device of devices.filter(device => device !== 'cpu'))
    reports.push({ ...(await tryEngine(deviceEngine, { device })), device, needs: needs[device] })
  return reports
}

async function tryEngine(name: EngineName, options: OrtOptions): Promise<EngineReport> {
  try {
    const engine = await engineTable[name].create(options)
    const program = pureProgram({ y: mul(input('x', []), 2) })
    const executable = await engine.compile(program)
    const { y } = await executable.run({
      x: { dtype: 'float32', shape: [], data: Float32Array.of(21) },
    })
    await executable.release()
    if (y?.data[0] !== 42) return { name, problem: `computed 2 * 21 as ${y?.data[0]}` }
    return { name, engine }
  } catch (error) {
    return { name, problem: firstLine(error) }
  }
}

function firstLine(error: unknown): string {
  return String(error instanceof Error ? error.message : error).split('\n')[0]!
}
