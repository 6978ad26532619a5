import { ConfigError, DataError, keyOf, permutation, splitKey } from '../base/index.ts'
import { checkRows } from './check.ts'
import type { Dataset } from './dataset.ts'
import type { Rows } from './rows.ts'
import { drawRows, pickRows, type Split } from './split.ts'

/** How rows are dealt to training, validation and test. */
export interface PartOptions {
  /** A share of the rows below 1, or a number of rows; default 0, none. */
  readonly validation?: number
  /** As `validation`. */
  readonly test?: number
  /** Whether every class is as frequent in each part as in all, to within a row; default false. */
  readonly stratified?: boolean
  /** Decides which rows go where; default 0. */
  readonly seed?: number
}

/** A dataset in up to three parts; no row is in two. */
export interface Parts<Inputs extends Rows = Rows> extends Partial<Split<Inputs>> {
  readonly train: Dataset<Inputs>
  readonly test?: Dataset<Inputs>
}

/** Row numbers of each part, ascending. */
export interface PartRows {
  readonly train: Uint32Array
  readonly validation: Uint32Array
  readonly test: Uint32Array
}

/**
 * The rows of each part: every row in one of them, drawn with the seed.
 * `labels`, one a row, are the classes of a stratified draw.
 * Throws DataError when a part that is asked for, or training, is left without rows.
 */
export function partRows(
  rows: number,
  { validation = 0, test = 0, seed = 0 }: PartOptions,
  who: string,
  labels?: ArrayLike<number>,
): PartRows {
  const counts = [test, validation].map(part => countOf(part, rows, who))
  const left = rows - counts[0]! - counts[1]!
  if (left < 1)
    throw new DataError({
      who,
      expected: `at least 1 of ${rows} rows left to train`,
      received: `${counts[1]} for validation and ${counts[0]} for test`,
    })
  const shuffled = permutation(splitKey(keyOf(seed), 'parts'), rows)
  const forTest = drawRows(shuffled, counts[0]!, labels)
  const forValidation = drawRows(forTest.others, counts[1]!, labels)
  return {
    train: forValidation.others.toSorted(),
    validation: forValidation.chosen.toSorted(),
    test: forTest.chosen.toSorted(),
  }
}

/**
 * A dataset as training, validation and test, the rows of each in their old order; rows in memory are copied.
 * Throws DataError as `partRows`, or when a stratified draw is asked for without classes.
 */
export function splitParts<R extends Rows>(dataset: Dataset<R>, options: PartOptions): Parts<R> {
  const who = `dataset "${dataset.name}"`
  const labels = options.stratified ? labelsOf(dataset) : undefined
  const { train, validation, test } = partRows(checkRows(dataset), options, who, labels)
  return {
    train: pickRows(dataset, train, 'train'),
    ...(validation.length > 0 && { validation: pickRows(dataset, validation, 'validation') }),
    ...(test.length > 0 && { test: pickRows(dataset, test, 'test') }),
  }
}

/** How a dataset is folded. */
export interface FoldOptions extends Pick<PartOptions, 'stratified' | 'seed'> {
  /** How many; default 5. */
  readonly folds?: number
}

/**
 * Cross-validation: as many splits as folds, where every row is validation in exactly one; made as
 * they are asked for. Folds differ by one row at most, and when stratified, so do the rows of
 * every class in them.
 * Throws ConfigError when there are not 2 folds to as many as rows, DataError when a stratified fold
 * is asked for without classes.
 */
export function kFold<R extends Rows>(
  dataset: Dataset<R>,
  options: FoldOptions = {},
): Iterable<Split<R>> {
  const { folds = 5, stratified = false, seed = 0 } = options
  const rows = checkRows(dataset)
  if (!Number.isInteger(folds) || folds < 2 || folds > rows)
    throw new ConfigError({
      who: `folds of dataset "${dataset.name}"`,
      expected: `an integer from 2 to ${rows}, its rows`,
      received: String(folds),
    })
  const order = permutation(splitKey(keyOf(seed), 'folds'), rows)
  const labels = stratified ? labelsOf(dataset) : undefined
  // Dealt like cards, class after class, every fold gets its share of each.
  const dealt = labels ? order.sort((a, b) => labels[a]! - labels[b]!) : order
  return {
    *[Symbol.iterator]() {
      for (let fold = 0; fold < folds; fold++)
        yield {
          train: pickRows(dataset, dealt.filter((_, i) => i % folds !== fold).sort(), 'train'),
          validation: pickRows(
            dataset,
            dealt.filter((_, i) => i % folds === fold).sort(),
            'validation',
          ),
        }
    },
  }
}

function labelsOf({ name, targets, classes }: Dataset): ArrayLike<number> {
  if (classes !== undefined) return targets.data
  throw new DataError({
    who: `dataset "${name}"`,
    expected: 'targets that are class indices, to draw every class alike',
    received: `${targets.dtype} targets without classes`,
    from: 'stratified: true',
  })
}

function countOf(part: number, rows: number, who: string): number {
  const count = part < 1 ? Math.round(part * rows) : part
  if (Number.isInteger(count) && part >= 0 && (count > 0 || part === 0) && count < rows)
    return count
  throw new DataError({
    who,
    expected: `a share of its ${rows} rows below 1 that is a row or more, or a number of them`,
    received: String(part),
  })
}
