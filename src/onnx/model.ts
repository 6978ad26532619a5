import type { Named, Shape } from '../base/index.ts'
import {
  attribute,
  encodeModel,
  type GraphProto,
  int64TensorProto,
  type ModelProto,
  type NodeProto,
  onnxTypeOf,
  onnxTypes,
  type ValueInfoProto,
  valueInfo,
} from '../formats/index.ts'
import {
  inputsOf,
  type OpName,
  type OpRow,
  opTable,
  type Program,
  resultsOf,
  useCounts,
  type Value,
  valuesOf,
} from '../ir/index.ts'
import { blockDomain, intoBlocks, outOfBlocks } from './blocks.ts'
import { biasedConv } from './convolution.ts'
import { channelDots } from './dots.ts'
import { type Dialect, Emitter } from './emitter.ts'
import type { Fusion } from './fusion.ts'
import { inBlocks } from './in-blocks.ts'
import { lowerings } from './lowering.ts'
import { gemmOf } from './matmul.ts'
import { lowerBy } from './row.ts'
import { webgpuLowerings } from './webgpu.ts'

/** How a program becomes a model. */
export interface ModelOptions {
  readonly dialect?: Dialect
  /** Steps run by one call inside a Loop, default 1. Feeds and outputs gain a leading axis. */
  readonly stepsPerCall?: number
  /** Axes whose size is only known at run time, by value. */
  readonly openAxes?: ReadonlyMap<Value, readonly number[]>
  readonly metadata?: Named<string>
  /** Channels in a block, where the 'runtime' that is meant has operators for images in such blocks. */
  readonly perBlock?: number
}

/** The opset we write: the newest one that every ONNX Runtime since 1.18 reads. */
export const opset = 21
const irVersion = 10

/** The name of the output that holds what an input of state becomes. */
export function nextName(stateName: string): string {
  return `${stateName}:next`
}

/** The name of the model's output that holds an output of the program; an input's name is taken. */
export function outputName(program: Program, name: string): string {
  return inputsOf(program).has(name) ? `${name}:result` : name
}

/** A program as the bytes of an ONNX model; state inputs come back as outputs named by `nextName`. */
export function encodeProgram(
  program: Program,
  options: ModelOptions = {},
): Uint8Array<ArrayBuffer> {
  return encodeModel(modelOf(program, options))
}

/** A program as an ONNX model. */
export function modelOf(program: Program, options: ModelOptions = {}): ModelProto {
  const { stepsPerCall = 1, dialect = 'runtime', perBlock, metadata = {} } = options
  const graph =
    stepsPerCall === 1 ? stepGraph(program, options) : loopGraph(program, stepsPerCall, options)
  return {
    irVersion,
    producerName: 'justright',
    opsetImport: [
      { domain: '', version: opset },
      ...(dialect === 'runtime' ? [{ domain: 'com.microsoft', version: 1 }] : []),
      ...(perBlock ? [{ domain: blockDomain, version: 1 }] : []),
    ],
    graph,
    metadataProps: Object.entries(metadata).map(([key, value]) => ({ key, value })),
  }
}

/** One step: every input in, every output and next state out. */
function stepGraph(
  program: Program,
  { dialect = 'runtime', openAxes, perBlock }: ModelOptions,
): GraphProto {
  const emit = new Emitter(dialect, openAxes)
  const info = (name: string, value: Value): ValueInfoProto => {
    const open = emit.openAxes(value)
    const dims = value.shape.map((n, axis) => (open.includes(axis) ? 'batch' : n))
    return valueInfo(name, onnxTypeOf[value.dtype], dims)
  }
  const names = lowerAll(program, emit, perBlock)
  const output = namedResults(program).map(([name, value]) => {
    emit.publish(names.get(value)!, name)
    return info(name, value)
  })
  return {
    name: 'step',
    node: emit.finish(),
    initializer: emit.initializers,
    input: [...inputsOf(program)].map(([name, value]) => info(name, value)),
    output,
  }
}

/**
 * K steps in one Loop. The state is carried from step to step; step i reads row i of every feed
 * and writes row i of every output.
 */
function loopGraph(
  program: Program,
  steps: number,
  { dialect = 'runtime', perBlock }: ModelOptions,
): GraphProto {
  const emit = new Emitter(dialect, undefined, 'step/')
  const feeds = [...inputsOf(program)].filter(([name]) => !(name in program.state))
  for (const [name] of feeds) {
    const row = emit.node('Gather', [name, emit.local('iteration')])
    emit.publish(row, emit.local(name))
  }
  const names = lowerAll(program, emit, perBlock)
  emit.publish(emit.local('running'), emit.local('stillRunning'))
  const results = namedResults(program)
  for (const [name, value] of results) emit.publish(names.get(value)!, emit.local(name))

  const state = Object.entries(program.state)
  const flag = (name: string) => valueInfo(emit.local(name), onnxTypes.bool, [])
  const body: GraphProto = {
    name: 'step',
    node: emit.finish(),
    initializer: emit.initializers,
    input: [
      valueInfo(emit.local('iteration'), onnxTypes.int64, []),
      flag('running'),
      ...state.map(([name, value]) => fixedInfo(emit.local(name), value)),
    ],
    output: [
      flag('stillRunning'),
      ...results.map(([name, value]) => fixedInfo(emit.local(name), value)),
    ],
  }
  const loop: NodeProto = {
    name: 'steps',
    opType: 'Loop',
    input: ['stepsPerCall', '', ...state.map(([name]) => name)],
    output: results.map(([name]) => name),
    attribute: [attribute('body', { graph: body })],
  }
  return {
    name: 'steps',
    node: [loop],
    initializer: [int64TensorProto('stepsPerCall', [], [steps])],
    input: [
      ...state.map(([name, value]) => fixedInfo(name, value)),
      ...feeds.map(([name, value]) => fixedInfo(name, value, [steps])),
    ],
    output: [
      ...state.map(([name, value]) => fixedInfo(nextName(name), value)),
      ...results.slice(state.length).map(([name, value]) => fixedInfo(name, value, [steps])),
    ],
  }
}

function fixedInfo(name: string, value: Value, lead: Shape = []): ValueInfoProto {
  return valueInfo(name, onnxTypeOf[value.dtype], [...lead, ...value.shape])
}

/** State first, as Loop wants it, then outputs. */
function namedResults(program: Program): [string, Value][] {
  const { outputs, state } = program
  return [
    ...Object.entries(state).map(([name, value]): [string, Value] => [nextName(name), value]),
    ...Object.entries(outputs).map(([name, value]): [string, Value] => [
      outputName(program, name),
      value,
    ]),
  ]
}

/** Emits every value of a program; returns the name of each result. */
function lowerAll(program: Program, emit: Emitter, perBlock?: number): Map<Value, string> {
  const results = resultsOf(program)
  const uses = useCounts(results)
  const fusions = new Map<Value, Fusion>()
  const blocked = new Set<Value>()
  for (const value of valuesOf(results)) {
    const fusion =
      (perBlock ? inBlocks(value, { uses, blocked, perBlock }) : undefined) ??
      gemmOf(value, uses) ??
      biasedConv(value, uses) ??
      channelDots(value, uses)
    if (fusion) fusions.set(value, fusion)
    if (fusion?.blocked?.result) blocked.add(value)
  }
  const operandsOf = (value: Value) => fusions.get(value)?.operands ?? value.inputs
  const rows = emit.dialect === 'webgpu' ? { ...lowerings, ...webgpuLowerings } : lowerings
  const names = new Map<Value, string>()
  const blockedNames = new Map<Value, string>()
  // Each is brought into the other order once, when that is first asked for.
  const plain = (value: Value) =>
    remembered(names, value, () => outOfBlocks(emit, blockedNames.get(value)!, value))
  const inBlocksOf = (value: Value) =>
    remembered(blockedNames, value, () => intoBlocks(emit, names.get(value)!))
  for (const value of valuesOf(results, operandsOf)) {
    const fusion = fusions.get(value)
    const operands = operandsOf(value).map((operand, i) =>
      fusion?.blocked?.operands[i] ? inBlocksOf(operand) : plain(operand),
    )
    const made = fusion?.blocked?.result ? blockedNames : names
    if (fusion) made.set(value, fusion.lower(operands, emit))
    else if (isIdentity(value)) names.set(value, operands[0]!)
    else names.set(value, lowerBy(rows, value, operands, emit))
  }
  for (const value of results) plain(value)
  return names
}

function remembered(names: Map<Value, string>, value: Value, make: () => string): string {
  const known = names.get(value)
  if (known !== undefined) return known
  const made = make()
  names.set(value, made)
  return made
}

function isIdentity(value: Value): boolean {
  return (opTable[value.op] as OpRow<OpName>).isIdentity?.(value) ?? false
}
