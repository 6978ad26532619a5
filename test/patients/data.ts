// The data that patients share, and what most of them are trained with.
import {
  adam,
  crossEntropy,
  type DataSource,
  dataOf,
  type Experiment,
  type LayerConfig,
  linear,
  relu,
  toys,
} from 'justright'
import { noise } from './numbers.ts'

export const spirals = await toys.spirals({ count: 375, noise: 0.05, turns: 1 })
export const moons = await toys.moons({ count: 375, noise: 0.1 })
export const blobs = await toys.blobs({ count: 375 })
export const xor = await toys.xor({ count: 250 })
export const sine = await toys.sine({ count: 250 })

/** Hidden layers of one width with weights and activations alike. */
export const hidden = (
  count: number,
  features: number,
  init: object = {},
  activation: LayerConfig = relu(),
): LayerConfig[] => Array.from({ length: count }, () => [linear(features, init), activation]).flat()

/** What most patients are trained with on toys. */
export const base = {
  loss: crossEntropy(),
  optimizer: adam({ learningRate: 0.01 }),
  data: spirals as DataSource,
  epochs: 40,
  batchSize: 20,
  inspect: { every: 30 },
} satisfies Partial<Experiment>

/** A list of what a function gives for 0, 1, 2, ... */
export const times = <T>(count: number, of: (i: number) => T): T[] =>
  Array.from({ length: count }, (_, i) => of(i))

/** Pictures of 8 by 8 with stripes across or down, and noise: [1, 8, 8]. */
export const stripes = await dataOf({
  classes: 2,
  train: {
    inputs: {
      dtype: 'float32',
      shape: [128, 1, 8, 8],
      data: Float32Array.from(
        { length: 128 * 64 },
        (_, i) => ((i >> (Math.floor(i / 64) % 2 ? 0 : 3)) & 1) - 0.5 + 0.4 * (noise(i) - 0.5),
      ),
    },
    targets: times(128, i => i % 2),
  },
})

interface Part {
  readonly inputs: number[][]
  readonly targets: number[]
}

/** Rows of classes, a fifth of them to validate with. */
export const classed = (
  classes: number,
  { inputs, targets }: Part,
  shape: readonly number[] = [inputs[0]!.length],
): Promise<DataSource> => {
  const cut = Math.ceil(0.8 * inputs.length)
  const part = (from: number, to: number) => ({
    inputs: {
      dtype: 'float32' as const,
      shape: [to - from, ...shape],
      data: Float32Array.from(inputs.slice(from, to).flat()),
    },
    targets: targets.slice(from, to),
  })
  return dataOf({ classes, train: part(0, cut), validation: part(cut, inputs.length) })
}

/** Rows of numbers to foretell, a fifth of them to validate with. */
export const measured = (inputs: number[][], targets: number[][]): Promise<DataSource> => {
  const cut = Math.ceil(0.8 * inputs.length)
  return dataOf({
    train: { inputs: inputs.slice(0, cut), targets: targets.slice(0, cut) },
    validation: { inputs: inputs.slice(cut), targets: targets.slice(cut) },
  })
}

/** Waves of one length or of half of it, from any place on: [T, 1]. */
export const waves = (count: number, length: number, size = 1): Promise<DataSource> => {
  const targets = times(count, i => Number(noise(3 * i) > 0.5))
  const inputs = targets.map((target, i) =>
    times(
      length,
      t =>
        size * Math.sin((target + 1) * (t / 2.5) + 6.28 * noise(7 * i)) + 0.1 * noise(i + 97 * t),
    ),
  )
  return classed(2, { inputs, targets }, [length, 1])
}

/** Noise with a first number that says the class: [T, 1]. */
export const remembered = (count: number, length: number): Promise<DataSource> => {
  const inputs = times(count, i => times(length, t => 2 * noise(13 * i + 101 * t) - 1))
  return classed(2, { inputs, targets: inputs.map(([first = 0]) => Number(first > 0)) }, [
    length,
    1,
  ])
}

/** Words of a language of 20, half of which speak for the class: [T]. */
export const words = (count: number, length: number): Promise<DataSource> => {
  const inputs = times(count, i => times(length, t => Math.floor(20 * noise(5 * i + 61 * t))))
  const targets = inputs.map(row => Number(row.filter(word => word < 10).length > length / 2))
  return classed(2, { inputs, targets })
}
