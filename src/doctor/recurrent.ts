import {
  fillNormal,
  keyOf,
  type Shape,
  sizeOf,
  splitKey,
  type Tensor,
  tensorOf,
} from '../base/index.ts'
import { evaluate } from '../engine/index.ts'
import { gradients } from '../grad/index.ts'
import { input, isOp, mul, sum, valuesOf } from '../ir/index.ts'
import { type AppliedModel, applyModel, initialParameters, type LayerConfig } from '../nn/index.ts'
import { limits } from './limits.ts'

/** A fresh recurrent layer, read on its own over noise: what of its time it can learn from. */
export interface RecurrentLayer {
  readonly path: string
  readonly kind: 'rnn' | 'lstm' | 'gru'
  /** T, as far as it was followed. */
  readonly steps: number
  /** rms of the gradient of the last state by the input of each step. */
  readonly slopes: readonly number[]
  /** The share of what its gates and states give that is at the ends of their ranges. */
  readonly saturated: number
}

type RecurrentConfig = Extract<LayerConfig, { kind: 'rnn' | 'lstm' | 'gru' }>

const isRecurrent = (config: LayerConfig): config is RecurrentConfig =>
  config.kind === 'rnn' || config.kind === 'lstm' || config.kind === 'gru'

/** Sequences that are read, and their length at most: a tenth a step is lost to float32 long before. */
const examples = 8
const mostSteps = 64

/**
 * Every recurrent layer of a model with its own initial weights, over inputs drawn from N(0, 1).
 * Probes see what a layer gives and what it takes; what vanishes or is at its ends between the steps is
 * inside of it.
 * Source: Pascanu, Mikolov and Bengio 2013, "On the difficulty of training recurrent neural networks", 2.1.
 */
export function recurrentLayers({ layers }: AppliedModel, seed = 0): RecurrentLayer[] {
  return [...layers].flatMap(([path, { config, inputs }]) => {
    const [, steps, features] = inputs[0]?.shape ?? []
    if (!isRecurrent(config) || steps === undefined || features === undefined) return []
    return [{ path, ...readOver(config, [examples, Math.min(steps, mostSteps), features], seed) }]
  })
}

function readOver(config: RecurrentConfig, shape: Shape, seed: number) {
  const x = input('x', shape, 'float32')
  const factors = input('factors', [examples, config.units], 'float32')
  const applied = applyModel({ ...config, output: 'last' }, x)
  const [slope] = gradients(sum(mul(applied.output, factors)), [x])
  const bounded = valuesOf([applied.output]).filter(
    value => isOp(value, 'tanh') || isOp(value, 'sigmoid'),
  )
  const [slopes, ...inner] = evaluate([slope!, ...bounded], {
    ...initialParameters(applied, seed),
    x: drawn(shape, 'x', seed),
    factors: drawn(factors.shape, 'factors', seed),
  })
  const [, steps = 0, features = 1] = shape
  return {
    kind: config.kind,
    steps,
    slopes: Array.from({ length: steps }, (_, t) => rmsOfStep(slopes!, t, steps, features)),
    saturated: shareAtEnds(inner.map(({ data }, i) => ({ data, op: bounded[i]!.op }))),
  }
}

function drawn(shape: Shape, name: string, seed: number): Tensor {
  const data = new Float32Array(sizeOf(shape))
  fillNormal(splitKey(keyOf(seed), 'doctor', name), data, 0, 1)
  return tensorOf('float32', shape, data)
}

function rmsOfStep({ data }: Tensor, t: number, steps: number, features: number): number {
  let squares = 0
  for (let i = 0; i < examples; i++)
    for (let j = 0; j < features; j++) squares += Number(data[(i * steps + t) * features + j]) ** 2
  return Math.sqrt(squares / (examples * features))
}

/** Ends as for activations: beyond .95 of tanh, below .1 and above .9 of sigmoid. */
function shareAtEnds(values: readonly { data: Tensor['data']; op: string }[]): number {
  let [all, ends] = [0, 0]
  for (const { data, op } of values) {
    all += data.length
    for (const y of data) {
      const from = op === 'tanh' ? Math.abs(Number(y)) : Math.abs(2 * Number(y) - 1)
      if (from > (op === 'tanh' ? 0.95 : 0.8)) ends++
    }
  }
  return all === 0 ? 0 : ends / all
}

/** The gradient by the first input over that by the last. */
export const reachOf = ({ slopes }: RecurrentLayer): number => slopes[0]! / slopes.at(-1)!

/** The factor of one step back. */
export const factorOfStep = (layer: RecurrentLayer): number =>
  reachOf(layer) ** (1 / Math.max(1, layer.steps - 1))

/** Whether a state is all but gone after one step, so that the layer remembers nothing. */
export const forgets = (layer: RecurrentLayer): boolean =>
  layer.steps > 2 && factorOfStep(layer) < limits.forgetting.value
