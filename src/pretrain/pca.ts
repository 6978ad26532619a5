import {
  ConfigError,
  fillNormal,
  keyOf,
  type Named,
  type Shape,
  sizeOf,
  splitKey,
  type Tensor,
} from '../base/index.ts'
import { asSeen, rowSizeOf, rowsAt } from '../data/index.ts'
import { chooseEngine, type Engine, type EngineChoice, optimised } from '../engine/index.ts'
import { cast, input, matmul, type Program, pureProgram, reshape, sum } from '../ir/index.ts'
import { linear, type SequentialConfig, sequential } from '../nn/index.ts'
import type { Net } from './autoencoder.ts'
import { type Eigen, greatestEigen } from './pca-eigen.ts'
import type { Unlabelled } from './unlabelled.ts'

/** How principal components are found. */
export interface PcaOptions {
  /** How many. */
  readonly components: number
  readonly engine?: Engine | EngineChoice
}

/** The principal components of some rows, as the linear auto-encoder that they are. */
export interface Pca extends Net<SequentialConfig> {
  /** Of each component over the training rows, in falling order. */
  readonly variances: readonly number[]
  /** Of all inputs together: what is left after the components is the squared error of training rows. */
  readonly totalVariance: number
}

/** Rows multiplied at once. */
const blockRows = 1000

/**
 * The principal components of the training rows as the model sees them, scaled and normalised, about
 * their mean; computed in float64. The model is the best linear auto-encoder there is:
 * `code = components (x - mean)`, `y = components' code + mean`.
 * Shapes: [B, D] -> [B, D]; layer 0 gives the code [B, components].
 * Throws ConfigError unless there are 1 to D components.
 * Source: Pearson (1901); as scikit-learn's PCA, whose signs may differ and whose variances are over N - 1.
 */
export async function pca(
  data: Unlabelled,
  { components, engine = 'auto' }: PcaOptions,
): Promise<Pca> {
  const features = rowSizeOf(data.train)
  if (!Number.isInteger(components) || components < 1 || components > features)
    throw new ConfigError({
      who: 'pca',
      expected: `1 to ${features} components, no more than inputs`,
      received: `${components}`,
    })
  const chosen = typeof engine === 'string' ? await chooseEngine(engine) : engine
  const { mean, covariance } = await momentsOf(data, features, chosen)
  const { values, vectors } = await eigenOf(covariance, features, components, chosen)
  const totalVariance = mean.reduce((total, _, i) => total + covariance[i * (features + 1)]!, 0)
  return {
    model: sequential(linear(components, { inputFeatures: features }), linear(features)),
    weights: weightsOf(vectors, mean, components),
    variances: [...values],
    totalVariance,
  }
}

/** The mean and the covariance, over N, of rows as a model sees them. */
async function momentsOf(data: Unlabelled, features: number, engine: Engine): Promise<Moments> {
  const [rows = 0] = data.train.shape
  const mean = new Float64Array(features)
  const covariance = new Float64Array(features * features)
  for (const { size, starts } of blocksOfSize(rows)) {
    const executable = await engine.compile(momentsProgram(data, size))
    for (const start of starts) {
      const found = await executable.run({ rows: rowsAt(data.train, start, size) })
      addTo(mean, found.sums!, 1 / rows)
      addTo(covariance, found.products!, 1 / rows)
    }
    await executable.release()
  }
  for (let i = 0; i < features; i++)
    for (let j = 0; j < features; j++) covariance[i * features + j]! -= mean[i]! * mean[j]!
  return { mean, covariance }
}

interface Moments {
  readonly mean: Float64Array
  readonly covariance: Float64Array<ArrayBuffer>
}

/** Where blocks of one size begin: whole ones, and the last, which may be smaller. */
function blocksOfSize(rows: number): { readonly size: number; readonly starts: number[] }[] {
  const whole = Math.floor(rows / blockRows)
  const starts = Array.from({ length: whole }, (_, i) => i * blockRows)
  const rest = rows - whole * blockRows
  return [
    ...(whole > 0 ? [{ size: blockRows, starts }] : []),
    ...(rest > 0 ? [{ size: rest, starts: [rows - rest] }] : []),
  ]
}

/** The sums over some rows of every input and of every product of two. */
function momentsProgram({ train, ...scaling }: Unlabelled, count: number): Program {
  const rows = input('rows', [count, ...train.shape.slice(1)], train.dtype)
  const x = cast(reshape(asSeen(rows, scaling), [count, rowSizeOf(train)]), 'float64')
  return optimised(pureProgram({ sums: sum(x, 0), products: matmul(x, x, { transposeA: true }) }))
}

function addTo(total: Float64Array, { data }: Tensor, factor: number): void {
  for (let i = 0; i < total.length; i++) total[i] = total[i]! + factor * data[i]!
}

/** The greatest eigenvalues of a covariance, whose products with blocks of vectors the engine computes. */
async function eigenOf(
  covariance: Float64Array<ArrayBuffer>,
  features: number,
  components: number,
  engine: Engine,
): Promise<Eigen> {
  // The more vectors beyond those wanted, the sooner these are told from the rest.
  const block = Math.min(features, 3 * components + 10)
  const q = input('q', [block, features], 'float64')
  const matrix = input('matrix', [features, features], 'float64')
  const executable = await engine.compile(pureProgram({ y: matmul(q, matrix) }))
  const tensor = (data: Float64Array<ArrayBuffer>, rows: number): Tensor => ({
    dtype: 'float64',
    shape: [rows, features],
    data,
  })
  const state = engine.createState({ matrix: tensor(covariance, features) })
  const start = new Float64Array(block * features)
  fillNormal(splitKey(keyOf(0), 'pca'), start, 0, 1)
  try {
    return await greatestEigen(
      async rows =>
        (await executable.run({ q: tensor(rows, block) }, state)).y!
          .data as Float64Array<ArrayBuffer>,
      start,
      features,
      components,
    )
  } finally {
    await executable.release()
  }
}

/** The linear auto-encoder of the components. */
function weightsOf(vectors: Float64Array, mean: Float64Array, components: number): Named<Tensor> {
  const features = mean.length
  const of = (shape: Shape, at: (i: number) => number): Tensor => ({
    dtype: 'float32',
    shape,
    data: Float32Array.from({ length: sizeOf(shape) }, (_, i) => at(i)),
  })
  const along = (component: number) =>
    mean.reduce((total, x, i) => total + x * vectors[component * features + i]!, 0)
  return {
    '0.weight': of([components, features], i => vectors[i]!),
    '0.bias': of([components], i => -along(i)),
    '1.weight': of(
      [features, components],
      i => vectors[(i % components) * features + Math.floor(i / components)]!,
    ),
    '1.bias': of([features], i => mean[i]!),
  }
}
