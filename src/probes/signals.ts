import type { Named } from '../base/index.ts'
import type { LayerKind } from '../nn/index.ts'
import type { StepTheory } from './theory.ts'

/**
 * The signals of a layer on a batch. Numbers when measured; values of a graph (`N`, `C` for lists)
 * while they are asked for.
 */
export interface LayerSignals<N = number, C = readonly number[]> {
  /** Where the layer stands in the model, such as `0` or `encoder.2`; empty where it is the model. */
  readonly path: string
  readonly kind: LayerKind
  /** What the layer gives: activations after an activation layer, pre-activations after a linear one. */
  readonly output: OutputSignals<N, C>
  /** Of activation layers: where they are flat. */
  readonly activation?: ActivationSignals<N>
  /**
   * dL/dy, the gradient of the loss of an example by what the layer gave for it: of dL/da after a linear
   * layer, where a is the pre-activation. Absent where there is no loss.
   */
  readonly gradient?: GradientSignals<N, C>
  /** Of batch normalisations: how far their running statistics are from the batch's. */
  readonly running?: RunningSignals<N>
  /** By name within the layer: `weight`, `bias`. */
  readonly parameters: Named<ParameterSignals<N, C>>
}

/** Mean, standard deviation divided by n, and root mean square over all elements. */
export interface Spread<N = number> {
  readonly mean: N
  readonly std: N
  readonly rms: N
}

/** Counts in bins of equal width between `low` and `high`; the outer bins hold what is outside. */
export interface Distribution<N = number, C = readonly number[]> {
  readonly low: N
  readonly high: N
  readonly counts: C
}

/** What a layer gave, over batch and units. */
export interface OutputSignals<N = number, C = readonly number[]> extends Spread<N> {
  /** The share of elements that are 0. */
  readonly zeros: N
  readonly histogram: Distribution<N, C>
}

/** How flat an activation is where its inputs are. */
export interface ActivationSignals<N = number> {
  /**
   * The shares of outputs beyond the limits at which it counts as saturated: below -0.95 and above 0.95
   * for tanh and what has its range, below 0.1 and above 0.9 for sigmoid. Absent where it has no limits.
   */
  readonly saturated?: { readonly low: N; readonly high: N }
  /** The share of units that are 0 for every example. */
  readonly silent: N
  /** The local derivative |f'(a)|, which is one factor of the gradient and not the gradient. */
  readonly derivative: DerivativeSignals<N>
}

/** Of |f'(a)| over batch and units. */
export interface DerivativeSignals<N = number> {
  readonly mean: N
  readonly rms: N
  /** Absent where only what is cheap was asked for. */
  readonly median?: N
  /** The share below 0.01. */
  readonly small: N
}

/**
 * Running statistics against those of the batch, root mean squares over channels. A batch of n values a
 * channel misses the true ones by chance: its mean by 1/sqrt(n), its variance by about sqrt(2/n).
 */
export interface RunningSignals<N = number> {
  /** Of the distance between means, in standard deviations of the batch. */
  readonly mean: N
  /** Of the logarithm of the ratio of variances: 0.69 is twice or half. */
  readonly variance: N
}

/** Of dL/dy. */
export interface GradientSignals<N = number, C = readonly number[]> {
  readonly rms: N
  readonly histogram: Distribution<N, C>
}

/** A parameter and the gradient of the mean loss of the batch by it, which is what optimisers see. */
export interface ParameterSignals<N = number, C = readonly number[]> {
  readonly rms: N
  /** `sqrt(sum(w^2))` */
  readonly norm: N
  readonly histogram: Distribution<N, C>
  readonly gradient?: { readonly rms: N; readonly norm: N; readonly histogram: Distribution<N, C> }
  /** `rms(change) / rms(w)` of the step, where an update is part of the program. */
  readonly updateRatio?: N
}

/** The signals of a model on a batch, and theory's values beside them. */
export interface SignalReport {
  /** B */
  readonly examples: number
  /** What the gradients are of: the loss, or a sum of outputs with factors from N(0, 1). */
  readonly upstream: 'loss' | 'normal'
  /** The mean loss of the batch, where that is what the gradients are of. */
  readonly loss?: number
  /** Of the main input, scaled and normalised as the model sees it. */
  readonly inputs: Spread
  readonly layers: readonly LayerReport[]
}

/** A layer's signals, and what theory expects of freshly drawn weights. */
export interface LayerReport extends LayerSignals {
  /** In infinitely wide layers; absent where weights are given, and where theory ends. */
  readonly theory?: LayerTheory
}

/** What theory says of a layer. */
export interface LayerTheory extends StepTheory {
  /** Of layers with weights and `upstream: 'normal'`: rms of dL/dW. */
  readonly weightGradient?: number
  /** If every activation were the identity, as in the derivation of Xavier's initialisation. */
  readonly linear: Pick<StepTheory, 'rms' | 'gradient'>
}
