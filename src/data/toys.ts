import {
  cosine,
  fillNormal,
  fillUniform,
  type Json,
  type Key,
  keyOf,
  type Named,
  type Requirement,
  requirements,
  requireSetting,
  sine,
  splitKey,
  type Tensor,
  tensorOf,
} from '../base/index.ts'
import { contentHash } from './content-hash.ts'
import { type DataSource, type Dataset, rowCounts } from './dataset.ts'
import { type PartOptions, splitParts } from './parts.ts'

/** What every toy takes; the same options give the same bits on every platform. */
export interface ToyOptions extends Omit<PartOptions, 'stratified'> {
  /** Examples of all parts together; default 1000. */
  readonly count?: number
  /** The standard deviation of what is added to the points, or to the targets of a regression. */
  readonly noise?: number
}

/** A toy whose number of classes or features can be chosen. */
export interface BlobOptions extends ToyOptions {
  /** How many blobs; default 3. */
  readonly classes?: number
  /** Coordinates of a point; default 2. */
  readonly features?: number
}

/** Spirals with a number of arms. */
export interface SpiralOptions extends ToyOptions {
  /** Arms, a class each; default 2. */
  readonly classes?: number
  /** How often an arm winds round; default 1.75. */
  readonly turns?: number
}

/** A linear regression with a number of inputs. */
export interface LineOptions extends ToyOptions {
  /** Inputs of an example; default 1. */
  readonly features?: number
}

/**
 * Two classes by the signs of two numbers uniform in [-1, 1]: class 1 where they differ.
 * Shapes: inputs float32 [N, 2]; targets int32 [N]. Noise 0 unless given.
 */
function xor(options: ToyOptions = {}): Promise<DataSource<Tensor>> {
  return classified({ name: 'xor', classes: 2, noise: 0 }, options, (count, key) => {
    const points = new Float64Array(2 * count)
    fillUniform(key, points, -1, 1)
    const labels = Int32Array.from({ length: count }, (_, i) =>
      Number(points[2 * i]! < 0 !== points[2 * i + 1]! < 0),
    )
    return { points, labels }
  })
}

/**
 * Two half circles that reach into each other.
 * Shapes: inputs float32 [N, 2]; targets int32 [N]. Noise 0.1 unless given.
 * Source: scikit-learn, `make_moons`, evenly spaced as there.
 */
function moons(options: ToyOptions = {}): Promise<DataSource<Tensor>> {
  return along({ name: 'moons', classes: 2, noise: 0.1 }, options, (label, share) => {
    const [x, y] = [cosine(Math.PI * share), sine(Math.PI * share)]
    return label === 0 ? [x, y] : [1 - x, 0.5 - y]
  })
}

/**
 * A circle of radius 1 and one of radius 0.5 inside it.
 * Shapes: inputs float32 [N, 2]; targets int32 [N]. Noise 0.1 unless given.
 * Source: scikit-learn, `make_circles`, whose inner radius is 0.8 unless given.
 */
function circles(options: ToyOptions = {}): Promise<DataSource<Tensor>> {
  return along({ name: 'circles', classes: 2, noise: 0.1 }, options, (label, share) => {
    const radius = label === 0 ? 1 : 0.5
    return [radius * cosine(2 * Math.PI * share), radius * sine(2 * Math.PI * share)]
  })
}

/** Angles far beyond would lose their last digits. */
const someTurns: Requirement = {
  expected: 'a number of turns above 0 and below 100,000',
  holds: turns => requirements.positive.holds(turns) && Number(turns) < 1e5,
}

/**
 * Arms that wind out of one centre to radius 1.
 * Shapes: inputs float32 [N, 2]; targets int32 [N]. Noise 0.02 unless given.
 * Source: TensorFlow Playground, `classifySpiralData`, for two arms.
 */
function spirals({
  classes = 2,
  turns = 1.75,
  ...options
}: SpiralOptions = {}): Promise<DataSource<Tensor>> {
  requireSetting('toy:spirals classes', classes, requirements.count)
  requireSetting('toy:spirals turns', turns, someTurns)
  const toy = { name: 'spirals', classes, noise: 0.02, settings: { turns } }
  return along(toy, options, (label, share) => {
    const angle = 2 * Math.PI * (turns * share + label / classes)
    return [share * sine(angle), share * cosine(angle)]
  })
}

/**
 * Normally distributed clouds around centres that are uniform in [-10, 10].
 * Shapes: inputs float32 [N, features]; targets int32 [N]. Noise, their spread, 1 unless given.
 * Source: scikit-learn, `make_blobs`.
 */
function blobs({
  classes = 3,
  features = 2,
  ...options
}: BlobOptions = {}): Promise<DataSource<Tensor>> {
  requireSetting('toy:blobs classes', classes, requirements.count)
  requireSetting('toy:blobs features', features, requirements.count)
  const toy = { name: 'blobs', classes, features, noise: 1 }
  return classified(toy, options, (count, key) => {
    const centres = new Float64Array(classes * features)
    fillUniform(key, centres, -10, 10)
    const labels = Int32Array.from({ length: count }, (_, i) => i % classes)
    const points = Float64Array.from(
      { length: count * features },
      (_, i) => centres[labels[Math.floor(i / features)]! * features + (i % features)]!,
    )
    return { points, labels }
  })
}

/**
 * Linear regression, `y = x · weights + bias`, with x uniform in [-1, 1]; the description has the weights.
 * Shapes: inputs float32 [N, features]; targets float32 [N, 1]. Noise 0.1 unless given.
 */
function line({ features = 1, ...options }: LineOptions = {}): Promise<DataSource<Tensor>> {
  requireSetting('toy:line features', features, requirements.count)
  const weights = new Float64Array(features + 1)
  fillNormal(splitKey(keyOf(options.seed ?? 0), 'line', 'weights'), weights, 0, 1)
  const bias = weights[features]!
  const settings = { weights: [...weights.subarray(0, features)], bias }
  const toy = { name: 'line', features, noise: 0.1, reach: 1, settings }
  return measured(toy, options, x => x.reduce((sum, value, i) => sum + value * weights[i]!, bias))
}

/**
 * One period of a sine, `y = sin x`, with x uniform in [-pi, pi].
 * Shapes: inputs float32 [N, 1]; targets float32 [N, 1]. Noise 0.1 unless given.
 */
function sineWave(options: ToyOptions = {}): Promise<DataSource<Tensor>> {
  const toy = { name: 'sine', features: 1, noise: 0.1, reach: Math.PI }
  return measured(toy, options, ([x]) => sine(x!))
}

/**
 * Small data sets made from a seed, by name: each a function of its options to a data source, of
 * which a fifth is for validation unless said otherwise.
 */
export const toys = Object.freeze({ xor, moons, circles, spirals, blobs, line, sine: sineWave })

/** What a toy is called, and what its examples are made of. */
interface Toy {
  readonly name: string
  /** Inputs of an example; default 2. */
  readonly features?: number
  /** The standard deviation of the noise, unless the options say another. */
  readonly noise: number
  /** What the description has beside the noise and the seed. */
  readonly settings?: Named<Json>
}

interface ClassToy extends Toy {
  readonly classes: number
}

/** Classes along curves: `point` of a class and of how far along, 0 to 1. */
function along(
  toy: ClassToy,
  options: ToyOptions,
  point: (label: number, share: number) => readonly [number, number],
): Promise<DataSource<Tensor>> {
  const { classes } = toy
  const draw = (count: number) => {
    const labels = Int32Array.from({ length: count }, (_, i) => i % classes)
    const steps = Math.max(1, Math.ceil(count / classes) - 1)
    const points = Float64Array.from(
      [...labels].flatMap((label, i) => point(label, Math.floor(i / classes) / steps)),
    )
    return { points, labels }
  }
  return classified(toy, options, draw)
}

function classified(
  toy: ClassToy,
  options: ToyOptions,
  draw: (count: number, key: Key) => { points: Float64Array; labels: Int32Array<ArrayBuffer> },
): Promise<DataSource<Tensor>> {
  const { name, classes, features = 2, settings } = toy
  const { count, noise, key } = checked(toy, options)
  const { points, labels } = draw(count, splitKey(key, 'points'))
  addNoise(points, noise, key)
  const inputs = tensorOf('float32', [count, features], Float32Array.from(points))
  const targets = tensorOf('int32', [count], labels)
  const dataset = { name: `toy:${name}`, inputs, targets, classes }
  return sourceOfToy(dataset, options, { noise, ...settings })
}

/** Answers of inputs that are uniform in [-reach, reach]. */
function measured(
  toy: Toy & { readonly reach: number },
  options: ToyOptions,
  answer: (x: Float64Array) => number,
): Promise<DataSource<Tensor>> {
  const { name, features = 2, reach, settings } = toy
  const { count, noise, key } = checked(toy, options)
  const points = new Float64Array(count * features)
  fillUniform(splitKey(key, 'points'), points, -reach, reach)
  const answers = Float64Array.from({ length: count }, (_, i) =>
    answer(points.subarray(i * features, (i + 1) * features)),
  )
  addNoise(answers, noise, key)
  const inputs = tensorOf('float32', [count, features], Float32Array.from(points))
  const targets = tensorOf('float32', [count, 1], Float32Array.from(answers))
  return sourceOfToy({ name: `toy:${name}`, inputs, targets }, options, { noise, ...settings })
}

function checked({ name, noise: usual }: Toy, options: ToyOptions) {
  const { count = 1000, noise = usual, seed = 0 } = options
  requireSetting(`toy:${name} count`, count, requirements.count)
  requireSetting(`toy:${name} noise`, noise, requirements.amount)
  return { count, noise, key: splitKey(keyOf(seed), name) }
}

function addNoise(values: Float64Array, noise: number, key: Key): void {
  const drawn = new Float64Array(values.length)
  fillNormal(splitKey(key, 'noise'), drawn, 0, noise)
  for (let i = 0; i < values.length; i++) values[i]! += drawn[i]!
}

async function sourceOfToy(
  dataset: Dataset<Tensor>,
  { validation = 0.2, test = 0, seed = 0 }: ToyOptions,
  settings: Named<Json>,
): Promise<DataSource<Tensor>> {
  const { classes } = dataset
  const stratified = classes !== undefined
  const parts = splitParts(dataset, { validation, test, seed, stratified })
  return {
    ...parts,
    description: {
      source: dataset.name,
      rows: rowCounts(parts),
      ...(classes === undefined ? {} : { classes }),
      settings: { ...settings, seed },
      hash: await contentHash(parts),
    },
  }
}
