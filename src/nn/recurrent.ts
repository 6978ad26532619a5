import type { Shape } from '../base/index.ts'
import { checked, given, oneOf, requirements, requireSetting } from '../base/index.ts'
import { type InitConfig, uniform } from '../init/index.ts'
import {
  add,
  concat,
  matmul,
  mul,
  reshape,
  sigmoid,
  slice,
  sub,
  tanh,
  transpose,
  type Value,
} from '../ir/index.ts'
import type { LayerContext, LayerRow } from './layer.ts'
import { refuseInput } from './refuse-input.ts'

/** Settings of a recurrent layer. */
export interface RecurrentOptions {
  /** Which states are the output: the `last` one, or the whole `sequence` of them. */
  readonly output?: 'last' | 'sequence'
  /** D; checked when given, otherwise taken from the input. */
  readonly inputFeatures?: number
  readonly weightInit?: InitConfig
  readonly recurrentInit?: InitConfig
  readonly biasInit?: InitConfig
}

interface RecurrentConfig<K extends string>
  extends Required<Omit<RecurrentOptions, 'inputFeatures'>> {
  readonly kind: K
  /** H. */
  readonly units: number
  readonly inputFeatures?: number
}

/** The description of a plain recurrent layer. */
export type RnnConfig = RecurrentConfig<'rnn'>
/** The description of an LSTM. */
export type LstmConfig = RecurrentConfig<'lstm'>
/** The description of a GRU. */
export type GruConfig = RecurrentConfig<'gru'>

/**
 * A plain recurrent layer.
 * `h[t] = tanh(x[t] weight_ih_l0' + bias_ih_l0 + h[t-1] weight_hh_l0' + bias_hh_l0)`, h[0] before it 0
 * Shapes: [B, T, D] -> [B, H], or [B, T, H] when `output` is `sequence`; params: weight_ih_l0 [H, D],
 * weight_hh_l0 [H, H], bias_ih_l0 and bias_hh_l0 [H].
 * Throws ConfigError when `units` is not a positive integer or `output` another word.
 * Source: Elman 1990; names, layout and initial values, uniform within 1 / sqrt(H), of PyTorch's RNN;
 * Keras starts with Xavier uniform, orthogonal and zero values.
 */
export const rnn = (units: number, options: RecurrentOptions = {}): RnnConfig =>
  describe('rnn', units, options)

/**
 * Long short-term memory.
 * `i, f, o = sigmoid(…), g = tanh(…)`, each of its rows of `x[t] weight_ih_l0' + bias_ih_l0 + h[t-1]
 * weight_hh_l0' + bias_hh_l0`; `c[t] = f c[t-1] + i g; h[t] = o tanh(c[t])`, all 0 before the first step.
 * Shapes: [B, T, D] -> [B, H], or [B, T, H] when `output` is `sequence`; params, the gates in the order
 * i, f, g, o: weight_ih_l0 [4 H, D], weight_hh_l0 [4 H, H], bias_ih_l0 and bias_hh_l0 [4 H].
 * Throws ConfigError when `units` is not a positive integer or `output` another word.
 * Source: Hochreiter and Schmidhuber 1997 with the forget gate of Gers et al. 2000; names, gate order and
 * initial values, uniform within 1 / sqrt(H), of PyTorch's LSTM; Keras starts the bias of f at 1.
 */
export const lstm = (units: number, options: RecurrentOptions = {}): LstmConfig =>
  describe('lstm', units, options)

/**
 * The gated recurrent unit.
 * `r, z = sigmoid(x[t] W' + bias + h[t-1] U' + bias); n = tanh(x[t] W' + bias + r (h[t-1] U' + bias))`,
 * each with its rows of the weights; `h[t] = (1 - z) n + z h[t-1]`, h 0 before the first step.
 * Shapes: [B, T, D] -> [B, H], or [B, T, H] when `output` is `sequence`; params, the gates in the order
 * r, z, n: weight_ih_l0 [3 H, D], weight_hh_l0 [3 H, H], bias_ih_l0 and bias_hh_l0 [3 H].
 * Throws ConfigError when `units` is not a positive integer or `output` another word.
 * Source: Cho et al. 2014, with r behind the product as PyTorch's GRU and Keras' `reset_after`; names,
 * gate order and initial values, uniform within 1 / sqrt(H), of PyTorch.
 */
export const gru = (units: number, options: RecurrentOptions = {}): GruConfig =>
  describe('gru', units, options)

function describe<K extends string>(
  kind: K,
  units: number,
  options: RecurrentOptions,
): RecurrentConfig<K> {
  requireSetting(`${kind} units`, units, requirements.count)
  const bound = 1 / Math.sqrt(units)
  const init = uniform(-bound, bound)
  return checked(
    {
      kind,
      units,
      output: 'last',
      weightInit: init,
      recurrentInit: init,
      biasInit: init,
      ...given(options),
    },
    { output: oneOf('last', 'sequence') },
  )
}

/** What some gates, computed together, read at one step: [B, gates H] both. */
interface Read {
  /** `x[t] W' + bias`. */
  readonly input: Value
  /** `h[t-1] U'`; nothing at the first step, where h is 0. */
  readonly state: Value | undefined
}

/** How a recurrent layer goes on: its gates, and one step. */
interface Cell {
  /** How many gates are computed together, in the order of their rows in the weights. */
  readonly gates: readonly number[]
  /** Those that read their state bias with the state; for the others both biases are one sum. */
  readonly apart?: number
  /** What is carried on, h first; nothing is carried into the first step. */
  readonly step: (read: readonly Read[], carried: readonly Value[]) => readonly Value[]
}

const total = ({ input, state }: Read): Value => (state ? add(state, input) : input)

const rnnCell: Cell = { gates: [1], step: ([gate]) => [tanh(total(gate!))] }

const lstmCell: Cell = {
  gates: [4],
  step([all], [, memory]) {
    const [i, f, g, o] = split(total(all!), 4) as [Value, Value, Value, Value]
    const added = mul(sigmoid(i), tanh(g))
    const next = memory ? add(mul(sigmoid(f), memory), added) : added
    return [mul(sigmoid(o), tanh(next)), next]
  },
}

const gruCell: Cell = {
  gates: [2, 1],
  apart: 1,
  step([both, fresh], [h]) {
    const [r, z] = split(sigmoid(total(both!)), 2) as [Value, Value]
    const n = tanh(add(fresh!.input, mul(r, fresh!.state!)))
    // (1 - z) n + z h
    return [h ? add(n, mul(z, sub(h, n))) : sub(n, mul(z, n))]
  },
}

/**
 * The states of a recurrent layer, its steps unrolled. Inputs are projected for all steps in one
 * product, so that only the product with the state is left for each step. Gates are computed together
 * and then cut apart: measured as fast as a product for each, and fewer values to compile and to start.
 */
function unroll(
  config: RecurrentConfig<string>,
  { gates, apart, step }: Cell,
  x: Value,
  context: LayerContext,
): Value {
  const { kind, units, inputFeatures, output, weightInit, recurrentInit, biasInit } = config
  const [batch = 1, steps = 1, features, ...more] = x.shape
  if (features === undefined || more.length > 0 || features !== (inputFeatures ?? features))
    refuseInput(
      kind,
      x,
      `[B, T, ${inputFeatures ?? 'D'}]`,
      features === undefined
        ? "A recurrent layer before this one has to give its sequence: output: 'sequence'"
        : undefined,
    )
  const ends = gates.map((_, i) => units * gates.slice(0, i + 1).reduce((a, b) => a + b))
  const parts = (name: string, init: InitConfig, ...rest: Shape) => {
    const value = context.param(name, [ends.at(-1)!, ...rest], init)
    return gates.map((count, i) => rowsOf(value, ends[i]! - count * units, count * units))
  }
  const inputWeights = parts('weight_ih_l0', weightInit, features)
  const stateWeights = parts('weight_hh_l0', recurrentInit, units)
  const inputBiases = parts('bias_ih_l0', biasInit)
  const stateBiases = parts('bias_hh_l0', biasInit)

  const rows = reshape(transpose(x, [1, 0, 2]), [steps * batch, features])
  const inputs = inputWeights.map((weight, i) => {
    const bias = i === apart ? inputBiases[i]! : add(inputBiases[i]!, stateBiases[i]!)
    const projected = add(matmul(rows, weight, { transposeB: true }), bias)
    return reshape(projected, [steps, batch, weight.shape[0]!])
  })
  const states: Value[] = []
  let carried: readonly Value[] = []
  for (let t = 0; t < steps; t++) {
    const [h] = carried
    const read = inputs.map((input, i): Read => {
      const product = h && matmul(h, stateWeights[i]!, { transposeB: true })
      const bias = i === apart ? stateBiases[i] : undefined
      return {
        input: reshape(rowsOf(input, t, 1), [batch, input.shape[2]!]),
        state: product && bias ? add(product, bias) : (product ?? bias),
      }
    })
    carried = step(read, carried)
    states.push(carried[0]!)
  }
  if (output === 'last') return states.at(-1)!
  return concat(
    states.map(state => reshape(state, [batch, 1, units])),
    1,
  )
}

/** Columns cut into so many equal parts. Shapes: [B, count H] -> count times [B, H]. */
function split(x: Value, count: number): Value[] {
  const [batch, columns] = x.shape as [number, number]
  const width = columns / count
  return Array.from({ length: count }, (_, i) => slice(x, [0, i * width], [batch, (i + 1) * width]))
}

/** Rows from `start` on. */
function rowsOf(x: Value, start: number, count: number): Value {
  const rest = x.shape.slice(1)
  return slice(x, [start, ...rest.map(() => 0)], [start + count, ...rest])
}

const shapes = '[B, T, D] -> [B, H] or [B, T, H]'

/** How a plain recurrent layer computes. */
export const rnnRow: LayerRow<RnnConfig> = {
  doc: `h = tanh(x W' + b + h U' + b); ${shapes}`,
  apply: (config, x, context) => unroll(config, rnnCell, x, context),
}

/** How an LSTM computes. */
export const lstmRow: LayerRow<LstmConfig> = {
  doc: `c = f c + i g, h = o tanh(c), with i, f, o sigmoid and g tanh of x W' + b + h U' + b; ${shapes}`,
  apply: (config, x, context) => unroll(config, lstmCell, x, context),
}

/** How a GRU computes. */
export const gruRow: LayerRow<GruConfig> = {
  doc: `h = (1 - z) n + z h, n = tanh(x W' + b + r (h U' + b)), with r, z sigmoid; ${shapes}`,
  apply: (config, x, context) => unroll(config, gruCell, x, context),
}
