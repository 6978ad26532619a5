import type { DataSource } from '../data/index.ts'
import type { Experiment } from '../train/index.ts'

/** An experiment without its data: plain data that serialises to JSON. */
export type ExperimentSettings = Omit<Experiment, 'data'>

/** One experiment of a recipe. */
export interface Rung {
  /** Short, and fit for a folder's name. */
  readonly name: string
  /** What this rung has that the one before it has not, as a noun: `Xavier weights`. */
  readonly changed: string
  /** What the step to this rung tries out, where the verdict is to answer it by name: `depth`. */
  readonly question?: string
  /** The test accuracy that the source of the recipe printed, of one full run. */
  readonly published?: number
  /** The test accuracy of full re-runs: mean and standard deviation over seeds. */
  readonly expected?: { readonly mean: number; readonly sd: number }
  readonly experiment: (seed: number, epochs: number) => ExperimentSettings
}

/** Experiments on the same data that change one thing at a time, worth comparing. */
export interface Recipe {
  readonly name: string
  /** One line for the catalogue. */
  readonly summary: string
  /** What an example is called in the plural: `images`. */
  readonly unit: string
  /** Passes over the training data of every rung: in a first look, and as published. */
  readonly epochs: { readonly short: number; readonly full: number }
  readonly data: () => Promise<DataSource>
  readonly rungs: readonly Rung[]
}
