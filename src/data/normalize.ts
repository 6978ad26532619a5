import { ConfigError, DataError, formatShape, isFloat, type Shape, sizeOf } from '../base/index.ts'
import { sha256 } from './content-hash.ts'
import type { DataSource } from './dataset.ts'
import { blocksOf, type Rows, rowSizeOf } from './rows.ts'

/**
 * What the graph does to every row first: `(x - center) / spread`, fitted on training rows alone. It
 * is part of the trained model, so that raw values go in at inference.
 */
export type Normalization = {
  readonly method: NormalizeMethod
  /** The shape in which both lists broadcast against a row: [D], [C, 1, 1], or [] for one number. */
  readonly shape: Shape
  readonly center: readonly number[]
  /** Nowhere 0: a feature that does not vary has 1. */
  readonly spread: readonly number[]
}

/**
 * `standard`: mean 0 and standard deviation 1, over N and not N - 1; `minMax`: from 0 to 1.
 * Source: scikit-learn, `StandardScaler` and `MinMaxScaler`, whose numbers these are.
 */
export type NormalizeMethod = 'standard' | 'minMax'

/** How inputs are normalised. */
export interface NormalizeOptions {
  /** Default `standard`. */
  readonly method?: NormalizeMethod
  /**
   * What shares a center and a spread: each `feature` has its own, each `channel` of rows
   * [C, ...], or `all` have one. Default `channel` for rows [C, H, W], else `feature`.
   */
  readonly per?: 'feature' | 'channel' | 'all'
  /** The features of rows [D] to normalise, by index; the others are left as they are. Default all. */
  readonly features?: readonly number[]
  /**
   * Whether targets that are numbers are normalised too, each by itself. The loss is then in units of
   * their spread (a mean squared error of 1 is that of answering the mean), predictions in their own.
   */
  readonly targets?: boolean
}

/**
 * A source whose graph normalises its inputs, with numbers fitted on the rows of `train` alone; they
 * are written in the description and change its hash.
 * Throws ConfigError when the rows have no channels, a feature does not exist or the source is normalised
 * already; DataError when targets to normalise are classes.
 */
export async function normalized<R extends Rows>(
  source: DataSource<R>,
  options: NormalizeOptions = {},
): Promise<DataSource<R>> {
  const { train } = source
  const { targets = false, method = 'standard' } = options
  if (source.normalization || source.targetNormalization)
    throw new ConfigError({
      who: `normalisation of "${source.description.source}"`,
      expected: 'a source without one',
      received: 'one that is normalised already',
    })
  if (targets && (train.classes !== undefined || !isFloat(train.targets.dtype)))
    throw new DataError({
      who: `normalisation of "${source.description.source}"`,
      expected: 'targets that are numbers',
      received: `${train.targets.dtype} class indices`,
      from: 'targets: true',
    })
  return withNormalization(source, {
    ...(options.features?.length !== 0 && {
      normalization: fitNormalization(train.inputs, { ...options, scale: source.scale ?? 1 }),
    }),
    ...(targets && {
      targetNormalization: fitNormalization(train.targets, { method, per: 'feature' }),
    }),
  })
}

/** The parts of a source that say how its rows are normalised. */
export type Normalizations = Pick<DataSource, 'normalization' | 'targetNormalization'>

/** A source with normalisations that were fitted on other rows, such as those a model was trained on. */
export async function withNormalization<R extends Rows>(
  source: DataSource<R>,
  { normalization, targetNormalization }: Normalizations,
): Promise<DataSource<R>> {
  const given = {
    ...(normalization && { normalization }),
    ...(targetNormalization && { targetNormalization }),
  }
  const text = `${source.description.hash} ${JSON.stringify(given)}`
  const hash = await sha256(new TextEncoder().encode(text))
  return { ...source, ...given, description: { ...source.description, ...given, hash } }
}

/**
 * Center and spread of rows, in float64, after `scale`; the rows are read twice.
 * Throws ConfigError when the rows have no channels or a feature does not exist.
 */
function fitNormalization(
  rows: Rows,
  options: Omit<NormalizeOptions, 'targets'> & { readonly scale?: number },
): Normalization {
  const { method = 'standard', features, scale = 1 } = options
  const row = rows.shape.slice(1)
  const { per = row.length === 3 ? 'channel' : 'feature' } = options
  const shape = sharedShape(row, per)
  const groups = sizeOf(shape)
  // Elements that follow each other and share a group.
  const run = per === 'feature' ? 1 : sizeOf(row) / groups
  const { mean, min, max } = extent(rows, groups, run)
  const spread =
    method === 'minMax' ? max.map((most, i) => most - min[i]!) : deviation(rows, mean, run)
  const center = method === 'minMax' ? min : mean
  const isConstant = (i: number) => min[i] === max[i]
  const isLeft = leftAlone(features, row)
  return {
    method,
    shape,
    center: Array.from(center, (x, i) => (isLeft(i) ? 0 : isConstant(i) ? min[i]! : x) * scale),
    spread: Array.from(spread, (x, i) => (isLeft(i) || isConstant(i) ? 1 : x * Math.abs(scale))),
  }
}

function sharedShape(row: Shape, per: NormalizeOptions['per']): Shape {
  if (per === 'all') return []
  if (per === 'feature') return row
  if (row.length >= 2) return [row[0]!, ...row.slice(1).map(() => 1)]
  throw new ConfigError({
    who: 'normalisation per channel',
    expected: 'rows of [C, ...]',
    received: `rows of ${formatShape(row)}`,
  })
}

function leftAlone(features: readonly number[] | undefined, row: Shape): (i: number) => boolean {
  if (!features) return () => false
  const chosen = new Set(features)
  for (const feature of chosen)
    if (row.length !== 1 || !Number.isInteger(feature) || feature < 0 || feature >= row[0]!)
      throw new ConfigError({
        who: 'features to normalise',
        expected: `some from 0 to ${sizeOf(row) - 1}`,
        received: `${feature} of rows ${formatShape(row)}`,
      })
  return i => !chosen.has(i)
}

/** Mean, smallest and greatest of each group. */
function extent(rows: Rows, groups: number, run: number) {
  const mean = new Float64Array(groups)
  const min = new Float64Array(groups).fill(Number.POSITIVE_INFINITY)
  const max = new Float64Array(groups).fill(Number.NEGATIVE_INFINITY)
  eachElement(rows, groups, run, (x, group) => {
    mean[group]! += x
    if (x < min[group]!) min[group] = x
    if (x > max[group]!) max[group] = x
  })
  const count = (rows.shape[0]! * rowSizeOf(rows)) / groups
  return { mean: mean.map(sum => sum / count), min, max }
}

/** The standard deviation of each group from its mean. */
function deviation(rows: Rows, mean: Float64Array, run: number): Float64Array {
  const squares = new Float64Array(mean.length)
  eachElement(rows, mean.length, run, (x, group) => {
    squares[group]! += (x - mean[group]!) ** 2
  })
  const count = (rows.shape[0]! * rowSizeOf(rows)) / mean.length
  return squares.map(sum => Math.sqrt(sum / count))
}

function eachElement(
  rows: Rows,
  groups: number,
  run: number,
  visit: (x: number, group: number) => void,
): void {
  for (const { rows: block } of blocksOf(rows)) {
    const { data } = block
    for (let i = 0, group = 0; i < data.length; group = (group + 1) % groups)
      for (const end = i + run; i < end; i++) visit(data[i]!, group)
  }
}
