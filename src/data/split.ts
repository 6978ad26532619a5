import { DataError, type Key, permutation, type Tensor } from '../base/index.ts'
import { gatherRows } from './batches.ts'
import { type Dataset, rowsOf } from './dataset.ts'

/** A dataset cut in two. */
export interface Split {
  readonly train: Dataset
  readonly validation: Dataset
}

/**
 * The first `count` rows as validation, the others for training; views, nothing is copied.
 * Throws DataError when `count` leaves one side empty.
 */
export function splitFirst(dataset: Dataset, count: number): Split {
  const rows = checkCount(dataset, count)
  return {
    train: rowRange(dataset, count, rows, 'train'),
    validation: rowRange(dataset, 0, count, 'validation'),
  }
}

/**
 * `count` rows drawn with the key as validation, the others for training, both in their old order; copied.
 * Throws DataError when `count` leaves one side empty.
 */
export function splitRandom(dataset: Dataset, count: number, key: Key): Split {
  return splitBy(dataset, permutation(key, checkCount(dataset, count)).subarray(0, count))
}

/**
 * As `splitRandom`, with every class as frequent in the validation rows as in all, to within one row.
 * Throws DataError when `count` leaves one side empty.
 */
export function splitStratified(dataset: Dataset, count: number, key: Key): Split {
  const rows = checkCount(dataset, count)
  const groups = new Map<number, number[]>()
  for (const row of permutation(key, rows)) {
    const label = dataset.targets.data[row]!
    const group = groups.get(label)
    if (group) group.push(row)
    else groups.set(label, [row])
  }
  const lists = [...groups.values()]
  const taken = shares(lists, count)
  const chosen = lists.flatMap((list, i) => list.slice(0, taken[i]))
  return splitBy(dataset, Uint32Array.from(chosen))
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
function splitBy(dataset: Dataset, chosen: Uint32Array): Split {
  const isChosen = new Uint8Array(rowsOf(dataset))
  for (const row of chosen) isChosen[row] = 1
  const train = Uint32Array.from(isChosen.keys()).filter(row => isChosen[row] === 0)
  return {
    train: pick(dataset, train, 'train'),
    validation: pick(dataset, chosen.toSorted(), 'validation'),
  }
}

function pick(dataset: Dataset, rows: Uint32Array, split: string): Dataset {
  return change(dataset, split, t => gatherRows(t, rows, 0, rows.length))
}

function rowRange(dataset: Dataset, start: number, end: number, split: string): Dataset {
  return change(dataset, split, ({ dtype, shape, data }) => {
    const rowSize = data.length / shape[0]!
    const rows = data.subarray(start * rowSize, end * rowSize)
    return { dtype, shape: [end - start, ...shape.slice(1)], data: rows }
  })
}

function change(dataset: Dataset, split: string, rows: (t: Tensor) => Tensor): Dataset {
  return {
    ...dataset,
    name: `${dataset.name} ${split}`,
    inputs: rows(dataset.inputs),
    targets: rows(dataset.targets),
  }
}
