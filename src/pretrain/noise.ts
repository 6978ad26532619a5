import {
  dtypes,
  type Key,
  type Named,
  type NumericArray,
  type Shape,
  sizeOf,
  splitKey,
  type Tensor,
} from '../base/index.ts'
import { input, type Value } from '../ir/index.ts'
import type { UnitRow } from './units.ts'

/** Noise that a step is fed, as units of a kind want it. */
export interface NoiseSpec {
  readonly units: UnitRow
  readonly shape: Shape
}

/** The noise of a program, made an input where it is used. */
export class NoiseInputs {
  readonly specs = new Map<string, NoiseSpec>()

  /** Units drawn from their means. */
  draw(name: string, units: UnitRow, mean: Value): Value {
    const { shape } = mean
    this.specs.set(`noise/${name}`, { units, shape })
    return units.sample(mean, input(`noise/${name}`, shape, units.noise))
  }
}

/** Fills what `NoiseInputs` asks for; it follows from the key, its name and the step alone. Buffers are used again. */
export class NoiseFeeds {
  readonly #key: Key
  readonly #buffers = new Map<string, NumericArray>()

  constructor(key: Key) {
    this.#key = key
  }

  /** For steps `first`, `first + 1`, … of one call. */
  feeds(specs: ReadonlyMap<string, NoiseSpec>, first: number, steps: number): Named<Tensor> {
    const feeds: Record<string, Tensor> = {}
    for (const [name, { units, shape }] of specs) {
      const size = sizeOf(shape)
      const data = this.#buffer(name, units, steps * size)
      for (let i = 0; i < steps; i++)
        units.fillNoise(
          splitKey(this.#key, name, first + i),
          data.subarray(i * size, (i + 1) * size) as Noise,
        )
      feeds[name] = { dtype: units.noise, shape: steps === 1 ? shape : [steps, ...shape], data }
    }
    return feeds
  }

  #buffer(name: string, { noise }: UnitRow, size: number): NumericArray {
    const key = `${name} ${size}`
    const known = this.#buffers.get(key)
    if (known) return known
    const made = new dtypes[noise].array(size)
    this.#buffers.set(key, made)
    return made
  }
}

type Noise = Int32Array | Float32Array
