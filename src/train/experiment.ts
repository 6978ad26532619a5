import type { Named, Tensor } from '../base/index.ts'
import type { AugmentConfig, DataSource } from '../data/index.ts'
import type { EngineOption } from '../engine/index.ts'
import type { MetricConfig } from '../inspect/index.ts'
import type { LayerConfig, LossConfig } from '../nn/index.ts'
import type {
  AveragingConfig,
  ClipConfig,
  ConstraintConfig,
  EarlyStoppingConfig,
  OptimizerConfig,
  PenaltyConfig,
  ScheduleConfig,
} from '../optim/index.ts'
import type { Checkpoint, Recorder } from '../runs/index.ts'

/** What is trained, on what, how and for how long: everything that decides the result. */
export interface Experiment<D extends DataSource = DataSource> {
  /** For the reader; `experiment` when absent. */
  readonly name?: string
  readonly model: LayerConfig
  readonly loss: LossConfig
  readonly optimizer: OptimizerConfig
  /** How the rate of the optimiser changes; it stays as it is when absent. */
  readonly schedule?: ScheduleConfig
  /** What large weights cost beside the loss: one penalty, or several together. */
  readonly penalty?: PenaltyConfig | readonly PenaltyConfig[]
  /** How gradients are held within a limit, penalties included, before the optimiser sees them. */
  readonly clip?: ClipConfig
  /** What weights have to be after every step. */
  readonly constraint?: ConstraintConfig
  /**
   * The average of the parameters over steps that is scored, exported and the result; training goes on
   * with the parameters themselves. Buffers, such as running means, are averaged likewise.
   */
  readonly averaging?: AveragingConfig
  /** When the run ends before its last epoch, and of which epoch the result is. */
  readonly earlyStopping?: EarlyStoppingConfig
  /**
   * What a run does after a step that left the finite numbers: stops with an error that names the first
   * bad value, leaves the batch out, or goes back to the last good state that is kept and on at half the
   * rate, which stays halved.
   */
  readonly onNonFinite?: 'stop' | 'skip' | 'halveRate'
  /**
   * Measures the signals of every layer before the first step, and again each time so many are done, for
   * recorders that take them: docs/signals.md. Training is the same with it, but for rounding.
   */
  readonly inspect?: InspectOptions
  readonly data: D
  /** Random changes of the training images, one after the other, drawn anew for every step. */
  readonly augment?: readonly AugmentConfig[]
  /** Passes over the training data. */
  readonly epochs: number
  /** Examples per step; the last step of an epoch takes what is left. */
  readonly batchSize: number
  /** Decides initial weights, batches, masks, noise and augmentation; default 0. */
  readonly seed?: number
  /** Parameters and buffers to start from instead of drawn ones, all of the model's, by path. */
  readonly weights?: Named<Tensor>
  /** Whether every epoch sees the examples in a new order; default true. */
  readonly shuffle?: boolean
  /** What validation and test are scored by besides the loss. */
  readonly metrics?: readonly MetricConfig[]
}

/** When the signals of layers are measured, and how finely. */
export interface InspectOptions {
  /** Steps from one measurement to the next; they are made at the end of a call of the engine. */
  readonly every: number
  /** Bins of every histogram; default 40. */
  readonly bins?: number
  /**
   * The memory that the probes may need at once; a run whose probes need more is refused before its first
   * step, with the figure. Units: bytes; default 2 ** 31.
   */
  readonly mostBytes?: number
}

/** What a model is scored with. */
export type ScoredModel = Pick<Experiment, 'model' | 'loss' | 'data' | 'metrics'>

/** How an experiment is run: nothing here changes the result beyond an engine's last bits. */
export interface FitSettings {
  /**
   * An engine, its name, or what chooses one by the work of a training step. By default the fastest
   * that works here for it.
   */
  readonly engine?: EngineOption
  /** Steps in one call of the engine; by default as many as hide what a call of it costs. */
  readonly stepsPerCall?: number
  readonly recorders?: readonly Recorder[]
  /** Stops after the step under way, with a checkpoint. */
  readonly signal?: AbortSignal
  /** The checkpoint to go on from. */
  readonly resume?: Checkpoint
  /** Milliseconds between checkpoints within an epoch; default 30,000. */
  readonly checkpointEveryMs?: number
}

/** An experiment, and how to run it. */
export type FitOptions<D extends DataSource = DataSource> = Experiment<D> & FitSettings
