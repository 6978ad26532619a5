import { DataError, type Key, mapNamed, permutation } from '../base/index.ts'
import { selectRows } from './batches.ts'
import { type Dataset, rowsOf } from './dataset.ts'
import { type Rows, rowRange } from './rows.ts'

/** A dataset cut in two. */
export interface Split<Inputs extends Rows = Rows> {
  readonly train: Dataset<Inputs>
  readonly validation: Dataset<Inputs>
}

/**
 * The first `count` rows as validation, the others for training; views, nothing is copied.
 * Throws DataError when `count` leaves one side empty.
 */
export function splitFirst<R extends Rows>(dataset: Dataset<R>, count: number): Split<R> {
  const rows = checkCount(dataset, count)
  return {
    train: change(dataset, 'train', all => rowRange(all, count, rows)),
    validation: change(dataset, 'validation', all => rowRange(all, 0, count)),
  }
}

/**
 * `count` rows drawn with the key as validation, the others for training, both in their old order; rows in
 * memory are copied.
 * Throws DataError when `count` leaves one side empty.
 */
export function splitRandom<R extends Rows>(
  dataset: Dataset<R>,
  count: number,
  key: Key,
): Split<R> {
  return splitBy(dataset, permutation(key, checkCount(dataset, count)).subarray(0, count))
}

/**
 * As `splitRandom`, with every class as frequent in the validation rows as in all, to within one row.
 * Throws DataError when `count` leaves one side empty.
 */
export function splitStratified<R extends Rows>(
  dataset: Dataset<R>,
  count: number,
  key: Key,
): Split<R> {
  const order = permutation(key, checkCount(dataset, count))
  return splitBy(dataset, drawRows(order, count, dataset.targets.data).chosen)
}

/** The first `count` rows of an order and the others; with labels, of every class its share. */
export function drawRows(
  order: Uint32Array<ArrayBuffer>,
  count: number,
  labels?: ArrayLike<number>,
): { chosen: Uint32Array<ArrayBuffer>; others: Uint32Array<ArrayBuffer> } {
  if (!labels) return { chosen: order.slice(0, count), others: order.slice(count) }
  const groups = new Map<number, number[]>()
  for (const row of order) {
    const group = groups.get(labels[row]!)
    if (group) group.push(row)
    else groups.set(labels[row]!, [row])
  }
  const lists = [...groups.values()]
  const taken = shares(lists, count)
  return {
    chosen: Uint32Array.from(lists.flatMap((list, i) => list.slice(0, taken[i]))),
    others: Uint32Array.from(lists.flatMap((list, i) => list.slice(taken[i]))),
  }
}

/** How many of each list to take, in proportion to their lengths, `count` together: largest remainders. */
function shares(lists: readonly (readonly unknown[])[], count: number): number[] {
  const total = lists.reduce((sum, list) => sum + list.length, 0)
  const exact = lists.map(list => (count * list.length) / total)
  const taken = exact.map(Math.floor)
  const left = count - taken.reduce((sum, n) => sum + n, 0)
  const byRemainder = [...lists.keys()].sort((i, j) => (exact[j]! % 1) - (exact[i]! % 1))
  for (const i of byRemainder.slice(0, left)) taken[i]!++
  return taken
}

function checkCount(dataset: Dataset, count: number): number {
  const rows = rowsOf(dataset)
  if (Number.isInteger(count) && count > 0 && count < rows) return rows
  throw new DataError({
    who: `dataset "${dataset.name}"`,
    expected: `a validation count from 1 to ${rows - 1}, some of its ${rows} rows`,
    received: String(count),
  })
}

/** The chosen rows for validation and all others for training, each in their old order. */
function splitBy<R extends Rows>(dataset: Dataset<R>, chosen: Uint32Array): Split<R> {
  const isChosen = new Uint8Array(rowsOf(dataset))
  for (const row of chosen) isChosen[row] = 1
  const train = Uint32Array.from(isChosen.keys()).filter(row => isChosen[row] === 0)
  return {
    train: pickRows(dataset, train, 'train'),
    validation: pickRows(dataset, chosen.toSorted(), 'validation'),
  }
}

/** Some rows of a dataset under its name and that of the split; rows in memory are copied. */
export function pickRows<R extends Rows>(
  dataset: Dataset<R>,
  rows: Uint32Array,
  split: string,
): Dataset<R> {
  return change(dataset, split, all => selectRows(all, rows))
}

function change<R extends Rows>(
  dataset: Dataset<R>,
  split: string,
  rows: <S extends Rows>(all: S) => S,
): Dataset<R> {
  return {
    ...dataset,
    name: `${dataset.name} ${split}`,
    inputs: rows(dataset.inputs),
    targets: rows(dataset.targets),
    ...(dataset.more ? { more: mapNamed(dataset.more, values => rows(values)) } : {}),
  }
}
