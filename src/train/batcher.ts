import {
  dtypes,
  fillMask,
  fillNoise,
  type Key,
  mapNamed,
  type Named,
  type NumericArray,
  sizeOf,
  splitKey,
  type Tensor,
} from '../base/index.ts'
import {
  type AugmentConfig,
  augmentBatch,
  type Dataset,
  gatherRows,
  type Rows,
} from '../data/index.ts'
import type { Value } from '../ir/index.ts'
import { batchParts, inputsName } from './batch-graph.ts'
import type { Draws } from './training-program.ts'

/** What the feeds of one call of the engine are made of. */
export interface CallOfSteps {
  /** Steps done before this call, over the whole run. */
  readonly step: number
  readonly steps: number
  readonly batchSize: number
  /** The epoch's order of rows, and where in it the call begins. */
  readonly order: Uint32Array
  readonly start: number
  /** The scalars fed to step t = 1, 2, …, by name. */
  readonly scalars: (t: number) => Named<number>
}

/**
 * Makes the feeds of a call: batches, augmented if asked for, masks, noise and scalars. Everything follows
 * from the key and the step number, so that a resumed run feeds what a run never stopped would.
 * Buffers are used again.
 */
export class Batcher {
  readonly #dataset: Dataset
  readonly #draws: Draws
  readonly #key: Key
  readonly #augment: readonly AugmentConfig[]
  readonly #buffers = new Map<string, NumericArray>()

  constructor(dataset: Dataset, draws: Draws, key: Key, augment: readonly AugmentConfig[] = []) {
    this.#dataset = dataset
    this.#draws = draws
    this.#key = key
    this.#augment = augment
  }

  feeds(call: CallOfSteps): Named<Tensor> {
    const lead = call.steps === 1 ? [] : [call.steps]
    const parts = batchParts(this.#dataset)
    return {
      ...mapNamed(parts, (rows, name) => {
        const batch = this.#rows(rows, name, call, lead)
        return name === inputsName ? this.#augmented(batch, call) : batch
      }),
      ...this.#maskFeeds(call, lead),
      ...this.#noiseFeeds(call, lead),
      ...scalarFeeds(call, lead),
    }
  }

  #rows(source: Rows, name: string, call: CallOfSteps, lead: readonly number[]): Tensor {
    const { order, start, steps, batchSize } = call
    const count = steps * batchSize
    const row = source.shape.slice(1)
    const out = this.#buffer(name, source.dtype, count * sizeOf(row))
    const { data } = gatherRows(source, order, start, count, out)
    return { dtype: source.dtype, shape: [...lead, batchSize, ...row], data }
  }

  /** Changes the images of every step in place: the buffer is this batcher's own. */
  #augmented(inputs: Tensor, { step, steps }: CallOfSteps): Tensor {
    if (this.#augment.length === 0) return inputs
    const size = inputs.data.length / steps
    for (let i = 0; i < steps; i++) {
      const images = inputs.data.subarray(i * size, (i + 1) * size) as NumericArray
      const key = splitKey(this.#key, 'augment', step + i)
      augmentBatch(this.#augment, images, this.#dataset.inputs.shape.slice(1), key)
    }
    return inputs
  }

  #maskFeeds(call: CallOfSteps, lead: readonly number[]): Named<Tensor> {
    const feeds: Record<string, Tensor> = {}
    for (const [name, { value, keepProbability }] of this.#draws.masks)
      feeds[name] = this.#drawn(name, value, call, lead, 'mask', (key, data) =>
        fillMask(key, data as Uint8Array<ArrayBuffer>, keepProbability),
      )
    return feeds
  }

  #noiseFeeds(call: CallOfSteps, lead: readonly number[]): Named<Tensor> {
    const feeds: Record<string, Tensor> = {}
    for (const [name, { value }] of this.#draws.noises)
      feeds[name] = this.#drawn(name, value, call, lead, 'noise', (key, data) =>
        fillNoise(key, data as Float32Array),
      )
    return feeds
  }

  /** A random tensor for every step, each with a key of its own. */
  #drawn(
    name: string,
    { shape: [, ...row], dtype }: Value,
    { step, steps, batchSize }: CallOfSteps,
    lead: readonly number[],
    purpose: string,
    fill: (key: Key, data: NumericArray) => void,
  ): Tensor {
    const shape = [batchSize, ...row]
    const size = sizeOf(shape)
    const data = this.#buffer(name, dtype, steps * size)
    for (let i = 0; i < steps; i++) {
      const key = splitKey(this.#key, purpose, name, step + i)
      fill(key, data.subarray(i * size, (i + 1) * size) as NumericArray)
    }
    return { dtype, shape: [...lead, ...shape], data }
  }

  #buffer(name: string, dtype: Tensor['dtype'], size: number): NumericArray {
    const known = this.#buffers.get(`${name} ${size}`)
    if (known) return known
    const made = new dtypes[dtype].array(size)
    this.#buffers.set(`${name} ${size}`, made)
    return made
  }
}

function scalarFeeds(
  { step, steps, scalars }: CallOfSteps,
  lead: readonly number[],
): Named<Tensor> {
  const rows = Array.from({ length: steps }, (_, i) => scalars(step + i + 1))
  return Object.fromEntries(
    Object.keys(rows[0]!).map(name => [
      name,
      { dtype: 'float32', shape: lead, data: Float32Array.from(rows, row => row[name]!) },
    ]),
  )
}
