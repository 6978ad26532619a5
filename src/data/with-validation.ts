import type { DataSource, Dataset } from './dataset.ts'
import { rowCounts } from './dataset.ts'
import { type PartOptions, splitParts } from './parts.ts'
import type { Rows } from './rows.ts'

/** How training rows are held out. */
export type HoldOutOptions = Pick<PartOptions, 'validation' | 'seed'>

/**
 * A source with a validation split: its own where it has one, else a tenth of its training rows, drawn
 * with the seed, every class alike; a normalisation stays as it was fitted on all of them.
 * Throws DataError when that leaves either part without rows.
 */
export function withValidation<R extends Rows>(
  source: DataSource<R>,
  { validation: share = 0.1, seed = 0 }: HoldOutOptions = {},
): DataSource<R> & { readonly validation: Dataset<R> } {
  const { validation: own } = source
  if (own) return { ...source, validation: own }
  const stratified = source.train.classes !== undefined
  const { train, validation } = splitParts(source.train, { validation: share, seed, stratified })
  const held = { ...source, train, validation: validation! }
  const description = { ...source.description, rows: rowCounts(held), heldOut: { share, seed } }
  return { ...held, description }
}
