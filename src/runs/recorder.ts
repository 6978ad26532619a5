import type { MetricResults, Named, Tensor } from '../base/index.ts'

/** How well a model does on a set of examples. */
export interface Scores {
  /** The mean loss per example, without penalties, in the loss's unit. */
  readonly loss: number
  /** The share of examples classified right, where the loss classifies. */
  readonly accuracy?: number
  /** The experiment's metrics by name; not of training, while the model changes. */
  readonly metrics?: MetricResults
  readonly examples: number
}

/** How far a machine is that teaches a layer its first weights without labels, before the first step. */
export interface PretrainingRecord {
  /** The path of the weights, such as `0.weight`. */
  readonly weight: string
  /** Which of how many machines, counted from 1. */
  readonly machine: number
  readonly machines: number
  /** Epochs done, of how many. */
  readonly epoch: number
  readonly epochs: number
  /** Over the last epoch: the mean over the rows of `|v - P(v | drawn h)|²`; absent before the first. */
  readonly squaredError?: number
}

/** One training step. */
export interface StepRecord {
  /** Counted from 1 over the whole run. */
  readonly step: number
  /** Counted from 1. */
  readonly epoch: number
  readonly loss: number
  readonly accuracy?: number
  readonly learningRate: number
  /** In its batch. */
  readonly examples: number
}

/** A step that left the finite numbers, and what was done about it. */
export interface RecoveryRecord {
  readonly step: number
  /** The batch was left out, or the rate halved. */
  readonly action: 'skip' | 'halveRate'
  /** The first bad value, in words. */
  readonly sentence: string
}

/** What probes measured in a step, before its update: docs/signals.md. */
export interface SignalRecord {
  readonly step: number
  readonly epoch: number
  /** By tag, such as `gradient_rms/0`. */
  readonly scalars: Named<number>
  /** Counts in bins of equal width from `low` to `high`, by tag. */
  readonly histograms: Named<BinCounts>
}

/** How many values lie in each of some bins of equal width; the outer ones hold what is outside. */
export interface BinCounts {
  readonly low: number
  readonly high: number
  readonly counts: readonly number[]
}

/** One pass over the training data. */
export interface EpochRecord {
  /** Counted from 1. */
  readonly epoch: number
  /** Steps done at its end. */
  readonly step: number
  /** Over the steps of the epoch, while the model was changing. */
  readonly train: Scores
  readonly validation?: Scores
  /** Wall time of the whole run up to here. */
  readonly seconds: number
  readonly examplesPerSecond: number
}

/** How far a run is: with the tensors of a checkpoint, all that is needed to go on bit for bit. */
export interface Progress {
  /** Steps done. */
  readonly step: number
  /** Epochs done. */
  readonly epoch: number
  /** Sums over the steps done in the epoch under way. */
  readonly partial: {
    readonly lossSum: number
    readonly correct: number
    readonly examples: number
    /** In batches that were left out, since they led out of the finite numbers. */
    readonly skipped?: number
  }
  /** What the rates of the schedule are multiplied by, where it was halved; 1 when absent. */
  readonly rateFactor?: number
  readonly history: readonly EpochRecord[]
  /**
   * The best epoch so far by what early stopping monitors, else by validation accuracy, or by loss where
   * nothing is classified; by training scores where there is no validation. Greater is better.
   */
  readonly best?: { readonly epoch: number; readonly value: number }
  /** Wall time spent so far, all sessions together. */
  readonly seconds: number
}

/** A moment of a run that it can go on from. */
export interface Checkpoint {
  /**
   * Parameters by path, such as `0.weight`; optimiser tensors, such as `optimizer/moment/0.weight`;
   * averages, such as `average/0.weight`; parameters of the best epoch, such as `best/0.weight`.
   */
  readonly tensors: Named<Tensor>
  readonly progress: Progress
}

/** A layer of a model as a node of its graph. */
export interface LayerNode {
  /** Where it stands in the model, such as `0` or `encoder.2`; empty where it is the model. */
  readonly path: string
  readonly kind: string
  /** The layers that it reads, by path, and the model's inputs: `input`, further ones by their name. */
  readonly inputs: readonly string[]
  /** Of what it gives for an example. */
  readonly shape: readonly number[]
  /** How many numbers it trains. */
  readonly parameters: number
}

/** A run as data, complete before its first step. */
export interface RunDescription {
  readonly name: string
  /** Model, loss, optimiser, epochs, batch size, seed and everything else that decides the result. */
  readonly experiment: Readonly<Record<string, unknown>>
  /** Where the data came from, with a hash of their content. */
  readonly data: Readonly<Record<string, unknown>>
  readonly steps: { readonly perEpoch: number; readonly total: number }
  readonly parameters: number
  /** The layers of the model in the order of the graph; runs of before they were told have none. */
  readonly layers?: readonly LayerNode[]
  /** What ran it, and why that; runs of before there was a choice do not say. */
  readonly engine?: { readonly name: string; readonly reason: string }
  /** Versions of Justright, the engine and the platform. */
  readonly versions: Named<string>
}

/** How a run ended. */
export interface RunResult {
  readonly status: 'completed' | 'interrupted'
  readonly epochs: number
  readonly steps: number
  readonly seconds: number
  /** The epoch of the parameters, where early stopping restored the best one; scores are of that. */
  readonly restoredEpoch?: number
  readonly train: Scores
  readonly validation?: Scores
  readonly test?: Scores
}

/**
 * Is told what happens in a run: a run directory, a progress bar, a test. Every part is optional;
 * what returns a promise is awaited.
 */
export interface Recorder {
  /** Before `begin`, where an initialiser pre-trains: as each machine starts, and after each of its epochs. */
  pretrain?(record: PretrainingRecord): void | Promise<void>
  /** Once, before the first step; `resumedAt` is the step a resumed run goes on from. */
  begin?(description: RunDescription, resumedAt: number): void | Promise<void>
  /** After every call of the engine, with the steps it made. */
  steps?(records: readonly StepRecord[]): void | Promise<void>
  /** After a step that left the finite numbers, when the run goes on from before it. */
  recover?(record: RecoveryRecord): void | Promise<void>
  /** Every so many steps, where an experiment asks for it. */
  signals?(record: SignalRecord): void | Promise<void>
  epoch?(record: EpochRecord): void | Promise<void>
  /** At the start, after every epoch, every few seconds in between, and when interrupted. */
  checkpoint?(checkpoint: Checkpoint, isBest: boolean): void | Promise<void>
  /** Once at the end of a completed run: the trained model for inference, as ONNX. */
  model?(onnx: Uint8Array): void | Promise<void>
  /** Once, unless the run failed. */
  end?(result: RunResult): void | Promise<void>
  /** Once, when the run failed. */
  fail?(error: unknown): void | Promise<void>
}
