import { type Named, sameShape } from '../base/index.ts'
import { gradients } from '../grad/index.ts'
import { abs, less, mul, sub, sum, type Value, valuesOf, withOrigin } from '../ir/index.ts'
import {
  type AppliedLayer,
  type AppliedModel,
  activationRows,
  type LayerConfig,
  type LayerKind,
} from '../nn/index.ts'
import { type BinPlan, histogramOf, sampleOf } from './histograms.ts'
import { fullMeasures, type Measures, thriftyMeasures } from './measures.ts'
import type { Figure, Measured } from './pack.ts'
import { runningSignals } from './running.ts'
import type {
  ActivationSignals,
  GradientSignals,
  LayerSignals,
  OutputSignals,
  ParameterSignals,
} from './signals.ts'
import { medianOf } from './statistics.ts'

/** What is measured of every layer. */
export interface ProbeOptions {
  /** Bins of every histogram; default 40. */
  readonly bins?: number
  /** The range of all histograms of outputs; by default that of the activation, or 4 rms to each side. */
  readonly outputRange?: readonly [low: number, high: number]
  /**
   * `thrifty` is for steps of a training: no medians, gradients and weights below 1e-19 taken for 0,
   * histograms of 1,024 elements at most. Default `full`.
   */
  readonly detail?: 'full' | 'thrifty'
}

/** A model applied in a graph, and what of the step around it is to be measured. */
export interface ProbedStep {
  readonly layers: AppliedModel['layers']
  readonly params: Named<Value>
  /** Running statistics of batch normalisations are compared with the batch's. */
  readonly buffers?: AppliedModel['buffers']
  /** The mean over the batch, a scalar; without it there are no gradients. */
  readonly loss?: Value
  /** What each parameter becomes, where an update is part of the program. */
  readonly next?: Named<Value>
  /** B: by it a gradient of the mean loss is that of an example's own loss. */
  readonly batchSize: number
}

/**
 * What of an output the loss is computed from, where it is not all: a batch normalisation takes a bias
 * out before it looks, so that the sum with the bias is read by nothing. Both have the same gradient.
 */
function partReached(loss: Value, output: Value): Value {
  const reached = new Set(valuesOf([loss]))
  if (reached.has(output) || output.op !== 'add') return output
  return (
    output.inputs.find(part => reached.has(part) && sameShape(part.shape, output.shape)) ?? output
  )
}

const defaultBins = 40

type Counts = Figure<number[]>
type GraphSignals = LayerSignals<Measured, Counts>

/** How everything is measured. */
interface Plan extends BinPlan {
  readonly measures: Measures
  readonly outputRange: ProbeOptions['outputRange']
  readonly hasMedian: boolean
}

function planOf({ bins = defaultBins, outputRange, detail = 'full' }: ProbeOptions): Plan {
  return detail === 'full'
    ? { bins, outputRange, measures: fullMeasures, hasMedian: true, sample: sampleOf(2 ** 18) }
    : {
        bins,
        outputRange,
        measures: thriftyMeasures(),
        hasMedian: false,
        sample: sampleOf(2 ** 10),
      }
}

/**
 * The signals of every layer as values of the graph that computes the step: outputs more, whichever the
 * engine. Layers that only hand on what they got are left out.
 */
export function probesOf(step: ProbedStep, options: ProbeOptions = {}): GraphSignals[] {
  const plan = planOf(options)
  const layers = [...probedLayers(step.layers)]
  const names = Object.keys(step.params)
  const { loss, params } = step
  const slopes =
    loss &&
    gradients(loss, [
      ...layers.map(([, { output }]) => partReached(loss, output)),
      ...Object.values(params),
    ])
  return layers.map(([path, layer], i) =>
    withOrigin({ kind: 'probe', path, pass: 'forward' }, () => {
      const isOwn = (name: string) => ownerOf(name, step.layers) === path
      return {
        path,
        kind: layer.config.kind,
        output: outputSignals(layer, plan),
        ...activationPart(layer, plan),
        ...(step.buffers && runningSignals(layer, path, step.buffers)),
        ...(slopes && { gradient: gradientSignals(mul(slopes[i]!, step.batchSize), plan) }),
        parameters: Object.fromEntries(
          names.flatMap((name, j) => {
            const slope = slopes?.[layers.length + j]
            return isOwn(name)
              ? [[shortName(name, path), parameterSignals(step, name, slope, plan)]]
              : []
          }),
        ),
      }
    }),
  )
}

/** Layers that move numbers and change none. */
const handingOn: readonly LayerKind[] = ['flatten', 'reshape']

/**
 * The layers with something of their own to show: not those whose output another one gave, as a
 * sequence's last layer gave the sequence's and dropout in inference hands its input on.
 */
export function probedLayers(layers: AppliedModel['layers']): AppliedModel['layers'] {
  const shown = new Set<Value>()
  return new Map(
    [...layers].filter(([, { config, inputs, output }]) => {
      if (handingOn.includes(config.kind) || inputs.includes(output) || shown.has(output))
        return false
      shown.add(output)
      return true
    }),
  )
}

/** The path of the innermost layer that a parameter is of: `encoder.2` of `encoder.2.weight`. */
export function ownerOf(name: string, layers: AppliedModel['layers']): string {
  let path = name
  do path = path.slice(0, Math.max(0, path.lastIndexOf('.')))
  while (path !== '' && !layers.has(path))
  return path
}

const shortName = (name: string, path: string) => (path ? name.slice(path.length + 1) : name)

/** Where an activation counts as saturated, and the range of its outputs. */
const limitsOf: { readonly [K in LayerKind]?: Readonly<Record<'saturated' | 'range', Limits>> } = {
  sigmoid: { saturated: [0.1, 0.9], range: [0, 1] },
  tanh: { saturated: [-0.95, 0.95], range: [-1, 1] },
  hardtanh: { saturated: [-0.95, 0.95], range: [-1, 1] },
  softsign: { saturated: [-0.95, 0.95], range: [-1, 1] },
}
type Limits = readonly [low: number, high: number]

/** Below so much a local derivative counts as small. */
const small = 0.01

function outputSignals(
  { config, output }: AppliedLayer,
  plan: Plan,
): OutputSignals<Measured, Counts> {
  const { measures, outputRange } = plan
  const spread = measures.spread(output)
  return {
    ...spread,
    zeros: measures.zeros(output),
    histogram: histogramOf(output, outputRange ?? limitsOf[config.kind]?.range ?? spread, plan),
  }
}

/** Whether every output of an activation depends on the input in its own place alone. */
export function isElementwise({ kind }: LayerConfig): boolean {
  if (kind === 'softmax' || kind === 'logSoftmax') return false
  return kind === 'prelu' || Object.hasOwn(activationRows, kind)
}

function activationPart(
  { config, inputs, output }: AppliedLayer,
  { measures, hasMedian }: Plan,
): { activation?: ActivationSignals<Measured> } {
  if (!isElementwise(config)) return {}
  // The sum of the outputs has the derivative of each as its gradient.
  const derivative = abs(gradients(sum(output), [inputs[0]!])[0]!)
  const limits = limitsOf[config.kind]?.saturated
  return {
    activation: {
      ...(limits && {
        saturated: {
          low: measures.share(less(output, limits[0]), output),
          high: measures.share(less(limits[1], output), output),
        },
      }),
      silent: measures.silent(output),
      derivative: {
        mean: measures.mean(derivative),
        rms: measures.rms(derivative),
        ...(hasMedian && { median: medianOf(derivative) }),
        small: measures.share(less(derivative, small), derivative),
      },
    },
  }
}

function gradientSignals(x: Value, plan: Plan): GradientSignals<Measured, Counts> {
  const rms = plan.measures.rms(x)
  return { rms, histogram: histogramOf(x, { rms }, plan) }
}

function parameterSignals(
  { params, next }: ProbedStep,
  name: string,
  slope: Value | undefined,
  plan: Plan,
): ParameterSignals<Measured, Counts> {
  const { measures } = plan
  const param = params[name]!
  const measured = (x: Value) => ({ ...gradientSignals(x, plan), norm: measures.norm(x) })
  const after = next?.[name]
  return {
    ...measured(param),
    ...(slope && { gradient: measured(slope) }),
    ...(after && { updateRatio: measures.ratio(sub(after, param), param) }),
  }
}
