import { checked, given, requirements, rowNamed } from '../base/index.ts'

/** An average that forgets, as data. */
export interface EmaConfig {
  readonly kind: 'ema'
  readonly decay: number
}

/** A plain average over the ends of epochs, as data. */
export interface SwaConfig {
  readonly kind: 'swa'
  /** The part of the epochs after which averaging begins. */
  readonly start: number
}

/** The descriptions of averages, by kind. */
export interface AveragingConfigs {
  readonly ema: EmaConfig
  readonly swa: SwaConfig
}

/** An average of the parameters over steps, as data. */
export type AveragingConfig = AveragingConfigs[keyof AveragingConfigs]

/** A step of a run, as far as averages depend on it. */
export interface AveragedStep {
  /** t = 1, 2, … */
  readonly step: number
  readonly stepsPerEpoch: number
  readonly epochs: number
}

/** The average `a += weight (p - a)` after every step, from what the parameters are before the first. */
export interface AveragingRow<C> {
  /** One line for the catalogue. */
  readonly doc: string
  /** The weight of a step: 1 begins anew, 0 leaves the average as it is. */
  readonly weight: (config: C, at: AveragedStep) => number
}

/** One row per kind of average. */
export const averagingTable: {
  readonly [K in keyof AveragingConfigs]: AveragingRow<AveragingConfigs[K]>
} = {
  ema: {
    doc: 'a = decay a + (1 - decay) p after every step',
    weight: ({ decay }, { step }) => (step === 1 ? 1 : 1 - decay),
  },
  swa: {
    doc: 'a = the mean of p at the ends of the epochs after start',
    weight({ start }, { step, stepsPerEpoch, epochs }) {
      if (step % stepsPerEpoch > 0) return 0
      return 1 / Math.max(1, step / stepsPerEpoch - Math.floor(start * epochs))
    },
  },
}

/**
 * An exponential moving average of the parameters after every step, from the first step's on.
 * Source: Polyak and Juditsky 1992; as in PyTorch's get_ema_multi_avg_fn. TensorFlow and Keras begin
 * with the initial parameters, and TensorFlow can let the decay rise.
 */
export function ema(settings: { readonly decay?: number } = {}): EmaConfig {
  return checked({ kind: 'ema', decay: 0.999, ...given(settings) }, { decay: requirements.share })
}

/**
 * Stochastic weight averaging: the mean of the parameters at the ends of the last epochs; before
 * `start`, a part of the epochs, what the last epoch left. It wants a schedule that does not go to 0.
 * Source: Izmailov et al. 2018, algorithm 1 with one epoch as the cycle. Running statistics of batch
 * normalisation are averaged like parameters; PyTorch's update_bn computes them anew.
 */
export function swa(settings: { readonly start?: number } = {}): SwaConfig {
  return checked({ kind: 'swa', start: 0.75, ...given(settings) }, { start: requirements.share })
}

/** The weight of a step in the average. Throws ConfigError when the kind is unknown. */
export function averagingWeight(averaging: AveragingConfig, at: AveragedStep): number {
  const row = rowNamed('averaging', averagingTable, averaging.kind) as AveragingRow<AveragingConfig>
  return row.weight(averaging, at)
}
