import { DataError, keyOf, permutation, splitKey } from '../base/index.ts'
import { contentHash } from './content-hash.ts'
import { type DataSource, type Dataset, rowCounts, rowsOf, type SplitName } from './dataset.ts'
import type { Rows } from './rows.ts'
import { drawRows, pickRows } from './split.ts'

/** How many rows are kept of each split; those that are not named keep all. */
export type SampleCounts = { readonly [S in SplitName]?: number }

/**
 * Some rows of a source, to see what less data does or to try something out: drawn with the seed, of
 * every class its share, in their old order. A smaller sample of the same seed is part of a larger one.
 * What normalises the inputs stays as it was fitted on all rows.
 * Throws DataError when a split is not there or has fewer rows.
 */
export async function sampleRows<R extends Rows, D extends DataSource<R>>(
  source: D & DataSource<R>,
  counts: SampleCounts,
  { seed = 0 } = {},
): Promise<D> {
  const sampled: { [S in SplitName]?: Dataset<R> } = {}
  for (const [name, count] of Object.entries(counts) as [SplitName, number][])
    sampled[name] = sampleOf(source, name, count, seed)
  const splits = { ...source, ...sampled }
  const { description } = source
  return {
    ...splits,
    description: {
      ...description,
      rows: rowCounts(splits),
      hash: await contentHash(splits),
      sampledFrom: description.hash,
    },
  }
}

function sampleOf<R extends Rows>(
  source: DataSource<R>,
  split: SplitName,
  count: number,
  seed: number,
): Dataset<R> {
  const dataset = source[split]
  const rows = dataset ? rowsOf(dataset) : 0
  if (!dataset || !Number.isInteger(count) || count < 1 || count > rows)
    throw new DataError({
      who: `sampleRows of "${source.description.source}", ${split}`,
      expected: dataset ? `a count from 1 to ${rows}` : 'a split that the source has',
      received: String(count),
    })
  if (count === rows) return dataset
  const order = permutation(splitKey(keyOf(seed), 'sample', split), rows)
  const labels = dataset.classes === undefined ? undefined : dataset.targets.data
  return pickRows(dataset, drawRows(order, count, labels).chosen.toSorted(), 'sample')
}
