import type { Json, Named, Tensor } from '../base/index.ts'
import type { Normalization } from './normalize.ts'
import type { Rows } from './rows.ts'

/** Examples with what a model should answer to them: row i of the targets belongs to row i of the inputs. */
export interface Dataset<Inputs extends Rows = Rows> {
  /** The name that errors give, such as `mnist train`. */
  readonly name: string
  /**
   * [N, ...]: pixels as uint8, a quarter of the bytes of float32; other inputs as float32. In memory,
   * or read from a file batch by batch.
   */
  readonly inputs: Inputs
  /** [N] class indices as uint8 or int32, or [N, ...] numbers as float32. */
  readonly targets: Tensor
  /**
   * `inputs` where a model should answer its own inputs, as the graph scales and normalises them; the
   * targets are then empty, [N, 0].
   */
  readonly targetsAre?: 'inputs'
  /** K, where the targets are class indices 0 .. K - 1. */
  readonly classes?: number
  /**
   * Further inputs and targets of a model that has several, [N, ...] by the names that the model gives
   * its inputs and outputs.
   */
  readonly more?: Named<Tensor>
}

/** What a run writes down about its data: where it came from, and a hash that changes with any byte. */
export interface DataDescription {
  readonly source: string
  /** SHA-256 in hexadecimal. */
  readonly hash: string
  /** Rows of every split. */
  readonly rows: { readonly [split: string]: number }
  readonly [detail: string]: Json
}

/** The data of a run: one dataset per split. */
export interface DataSource<Inputs extends Rows = Rows> {
  readonly train: Dataset<Inputs>
  readonly validation?: Dataset<Inputs>
  readonly test?: Dataset<Inputs>
  /** The multiplier that the graph applies to inputs first: 1/255 for pixels, so that bytes travel. */
  readonly scale?: number
  /** What the graph does to inputs next. */
  readonly normalization?: Normalization
  /** What the graph does to targets, and undoes to predictions. */
  readonly targetNormalization?: Normalization
  readonly description: DataDescription
}

/** The names of the splits. */
export const splitNames = ['train', 'validation', 'test'] as const

/** One of the splits. */
export type SplitName = (typeof splitNames)[number]

/** The number of examples. */
export function rowsOf({ inputs }: Pick<Dataset, 'inputs'>): number {
  return inputs.shape[0] ?? 0
}

/** The splits that a source has, with their names. */
export function splitsOf(
  source: {
    readonly [S in SplitName]?: Dataset
  },
): readonly (readonly [SplitName, Dataset])[] {
  return splitNames.flatMap(name => {
    const dataset = source[name]
    return dataset ? [[name, dataset] as const] : []
  })
}

/** The number of examples of every split. */
export function rowCounts(
  source: {
    readonly [S in SplitName]?: Dataset
  },
): DataDescription['rows'] {
  return Object.fromEntries(splitsOf(source).map(([split, dataset]) => [split, rowsOf(dataset)]))
}
