import { bytesOf, isFloat, type Shape, sizeOf, type Tensor } from '../base/index.ts'
import { type DataSource, type Dataset, rowsOf, type SplitName, splitsOf } from './dataset.ts'
import { blocksOf, type Rows, rowSizeOf } from './rows.ts'

/** What numbers are like, before scale and normalisation. Missing ones are NaN and count nowhere else. */
export interface NumberSummary {
  readonly dtype: string
  readonly shape: Shape
  readonly min: number
  readonly max: number
  readonly mean: number
  /** Of all numbers, divided by their count. */
  readonly std: number
  readonly missing: number
  /** Of images [N, C, H, W] with several channels, each channel. */
  readonly channels?: readonly { readonly mean: number; readonly std: number }[]
}

/** What one split is like. */
export interface SplitSummary {
  readonly rows: number
  readonly inputs: NumberSummary
  /** Absent where targets are class indices. */
  readonly targets?: NumberSummary
  /** Rows of every class, where targets are class indices. */
  readonly classCounts?: readonly number[]
  /** Rows whose inputs are those of an earlier row; absent where there are too many to look. */
  readonly duplicates?: number
  /** Rows whose inputs are those of a training row; absent as `duplicates`, and in training. */
  readonly alsoInTraining?: number
}

/** Inputs of more bytes are not searched for duplicates. */
const mostSearched = 2 ** 30

/**
 * What every split of a source is like; rows of files are read block by block. Duplicates are told by
 * 53 bits of a hash, by which two of a million different rows look the same once in 20,000 sources.
 */
export function summarize(source: DataSource): { readonly [S in SplitName]?: SplitSummary } {
  const bytes = splitsOf(source).reduce((sum, [, { inputs }]) => sum + sizeOf(inputs.shape), 0)
  const trained = new Set<number>()
  const summaries = splitsOf(source).map(([split, dataset]) => {
    const summary = summaryOf(dataset)
    if (bytes > mostSearched) return [split, summary] as const
    const isTraining = split === 'train'
    const { duplicates, alsoInTraining } = repeats(dataset.inputs, trained, isTraining)
    return [split, { ...summary, duplicates, ...(isTraining ? {} : { alsoInTraining }) }] as const
  })
  return Object.fromEntries(summaries)
}

function summaryOf(dataset: Dataset): SplitSummary {
  const { inputs, targets, classes } = dataset
  const summary = { rows: rowsOf(dataset), inputs: summaryOfRows(inputs) }
  if (classes === undefined && isFloat(targets.dtype))
    return { ...summary, targets: summaryOfRows(targets) }
  const classCounts = new Array<number>(classes ?? 0).fill(0)
  for (const label of targets.data) classCounts[label] = (classCounts[label] ?? 0) + 1
  return { ...summary, classCounts: Array.from(classCounts, count => count ?? 0) }
}

/** Count, mean, and sum of squared distances from the mean. */
interface Moments {
  readonly count: number
  readonly mean: number
  readonly squares: number
}

const none: Moments = { count: 0, mean: 0, squares: 0 }

/** Source: Chan, Golub and LeVeque, "Updating Formulae and a Pairwise Algorithm for Computing Sample Variances" (1979). */
function merged(a: Moments, b: Moments): Moments {
  const count = a.count + b.count
  if (count === 0) return none
  const distance = b.mean - a.mean
  return {
    count,
    mean: a.mean + (distance * b.count) / count,
    squares: a.squares + b.squares + (distance ** 2 * a.count * b.count) / count,
  }
}

function summaryOfRows(all: Rows): NumberSummary {
  const [, channels = 1] = all.shape.length === 4 ? all.shape : []
  const moments = new Array<Moments>(channels).fill(none)
  let [min, max] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const { rows } of blocksOf(all)) {
    for (const value of rows.data) {
      if (value < min) min = value
      if (value > max) max = value
    }
    for (let channel = 0; channel < channels; channel++)
      moments[channel] = merged(moments[channel]!, momentsOf(rows, channel, channels))
  }
  const whole = moments.reduce(merged, none)
  return {
    dtype: all.dtype,
    shape: all.shape,
    min,
    max,
    mean: whole.mean,
    std: stdOf(whole),
    missing: sizeOf(all.shape) - whole.count,
    ...(channels > 1 && {
      channels: moments.map(each => ({ mean: each.mean, std: stdOf(each) })),
    }),
  }
}

const stdOf = ({ count, squares }: Moments): number => Math.sqrt(squares / count)

/** The moments of one channel of a block, in two passes, so that nothing cancels. */
function momentsOf({ data, shape }: Tensor, channel: number, channels: number): Moments {
  const size = sizeOf(shape.slice(1)) / channels
  const each = (visit: (value: number) => void) => {
    for (let start = channel * size; start < data.length; start += channels * size)
      for (let i = start; i < start + size; i++) if (!Number.isNaN(data[i])) visit(data[i]!)
  }
  let [count, sum, squares] = [0, 0, 0]
  each(value => {
    count++
    sum += value
  })
  const mean = count === 0 ? 0 : sum / count
  each(value => {
    squares += (value - mean) ** 2
  })
  return { count, mean, squares }
}

/** Counts rows that were there before. `trained` holds the hashes of the training rows, once they were seen. */
function repeats(inputs: Rows, trained: Set<number>, isTraining: boolean) {
  const seen = isTraining ? trained : new Set<number>()
  let [duplicates, alsoInTraining] = [0, 0]
  for (const { rows } of blocksOf(inputs)) {
    const bytes = bytesOf(rows)
    const size = bytes.length / rows.shape[0]!
    for (let start = 0; start + size <= bytes.length && rowSizeOf(rows) > 0; start += size) {
      const hash = hashOf(bytes, start, start + size)
      if (seen.has(hash)) duplicates++
      else seen.add(hash)
      if (!isTraining && trained.has(hash)) alsoInTraining++
    }
  }
  return { duplicates, alsoInTraining }
}

/** 53 bits. Source: bryc, "cyrb53" (2018), two multiplicative hashes that are mixed at the end. */
function hashOf(bytes: Uint8Array, start: number, end: number): number {
  let a = 0xdeadbeef
  let b = 0x41c6ce57
  for (let i = start; i < end; i++) {
    a = Math.imul(a ^ bytes[i]!, 2654435761)
    b = Math.imul(b ^ bytes[i]!, 1597334677)
  }
  a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909)
  b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909)
  return 4294967296 * (2097151 & b) + (a >>> 0)
}
