import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fillNormal, keyOf, type Named, splitKey, type Tensor, tensorOf } from '../base/index.ts'
import { chooseEngine, jsEngine, referenceEngine } from '../engine/index.ts'
import { firstCarried } from './first-tensors.ts'
import { NoiseFeeds } from './noise.ts'
import { type RbmConfig, type RbmOptions, rbm } from './rbm.ts'
import type { RbmWeights } from './rbm-graph.ts'
import { rbmStep } from './rbm-step.ts'

const visible = 5
const hidden = 3
const batch = 4
const learningRate = 0.25
const momentum = 0.75
type Matrix = number[][]

const drawn = (shape: number[], name: string, std: number): Tensor => {
  const data = new Float32Array(shape.reduce((a, b) => a * b, 1))
  fillNormal(splitKey(keyOf(5), name), data, 0, std)
  return tensorOf('float32', shape, data)
}
const weights: RbmWeights = {
  weight: drawn([hidden, visible], 'weight', 0.7),
  hiddenBias: drawn([hidden], 'hiddenBias', 0.5),
  visibleBias: drawn([visible], 'visibleBias', 0.5),
}
const rows = tensorOf(
  'float32',
  [batch, visible],
  Float32Array.from({ length: batch * visible }, (_, i) => ((i * 7) % 11) / 10),
)

const cases: readonly (readonly [string, Partial<RbmOptions>])[] = [
  ['CD-1 of the published recipe', {}],
  ['CD-3 with a large weight cost', { gibbsSteps: 3, weightCost: 0.1 }],
  ['CD-2 that draws visible units', { gibbsSteps: 2, drawsVisible: true }],
  ['persistent chains of one step', { isPersistent: true }],
  [
    'persistent chains of two steps, visible means',
    { isPersistent: true, gibbsSteps: 2, drawsVisible: false },
  ],
  ['Gaussian hidden units', { hiddenUnits: 'gaussian', gibbsSteps: 2 }],
  ['Gaussian visible units that are drawn', { visibleUnits: 'gaussian', drawsVisible: true }],
  ['a sparsity target', { sparsity: { target: 0.1, cost: 0.5, decay: 0.8 } }],
]

for (const [name, options] of cases)
  test(`a step of ${name} is that of loops in float64`, async () => {
    const config = rbm({ hidden, learningRate, ...options })
    const { program, noise } = rbmStep(config, rows, {}, batch)
    const carried: Named<Tensor> = { ...weights, ...firstCarried(config, weights, batch) }
    const engines = [referenceEngine(), jsEngine(), await chooseEngine()]
    for (const engine of engines) {
      const state = engine.createState(carried)
      const executable = await engine.compile(program)
      let expected = carried
      // Two steps, so that velocities, chains and usage are not those of the start.
      for (const step of [0, 1]) {
        const draws = new NoiseFeeds(keyOf(9)).feeds(noise, step, 1)
        const scalar = (x: number) => tensorOf('float32', [], Float32Array.of(x))
        const { squaredError } = await executable.run(
          { rows, ...draws, learningRate: scalar(learningRate), momentum: scalar(momentum) },
          state,
        )
        const byHand = stepByHand(config, expected, draws)
        expected = byHand.state
        assert.ok(Math.abs(squaredError!.data[0]! - byHand.squaredError) < 1e-5)
        const received = await state.read()
        for (const [tensor, { data }] of Object.entries(expected))
          data.forEach((x, i) => {
            const difference = Math.abs(received[tensor]!.data[i]! - x)
            assert.ok(difference < 2e-6, `${engine.name}, ${tensor}[${i}]: ${difference}`)
          })
      }
      await executable.release()
    }
  })

/** One step with plain loops, from the formulas of the papers. */
function stepByHand(config: RbmConfig, state: Named<Tensor>, noise: Named<Tensor>) {
  const matrix = ({ data, shape }: Tensor): Matrix =>
    Array.from({ length: shape[0]! }, (_, i) =>
      Array.from(data.slice(i * (shape[1] ?? 1), (i + 1) * (shape[1] ?? 1))),
    )
  const w = matrix(state.weight!)
  const b = [...state.hiddenBias!.data]
  const a = [...state.visibleBias!.data]
  const sigmoid = (x: number) => 1 / (1 + Math.exp(-x))
  const mean = (kind: string, x: number) => (kind === 'bernoulli' ? sigmoid(x) : x)
  const hiddenMeans = (v: Matrix) =>
    v.map(row =>
      b.map((bias, j) =>
        mean(
          config.hiddenUnits,
          row.reduce((x, vi, i) => x + vi * w[j]![i]!, bias),
        ),
      ),
    )
  const visibleMeans = (h: Matrix) =>
    h.map(row =>
      a.map((bias, i) =>
        mean(
          config.visibleUnits,
          row.reduce((x, hj, j) => x + hj * w[j]![i]!, bias),
        ),
      ),
    )
  const draw = (kind: string, means: Matrix, name: string): Matrix =>
    means.map((row, n) =>
      row.map((p, i) => {
        const { data } = noise[`noise/${name}`]!
        const bits = data[n * row.length + i]!
        if (kind === 'gaussian') return p + bits
        return bits / 2 ** 32 + 0.5 < p ? 1 : 0
      }),
    )
  const v0 = matrix(rows)
  const h0 = hiddenMeans(v0)
  const h0Drawn = draw(config.hiddenUnits, h0, 'hidden/rows')
  const first = visibleMeans(h0Drawn)
  let h = config.isPersistent ? matrix(state.chain!) : h0Drawn
  let v = v0
  let means = h0
  for (let step = 1; step <= config.gibbsSteps; step++) {
    v = visibleMeans(h)
    if (config.drawsVisible) v = draw(config.visibleUnits, v, `visible/${step}`)
    means = hiddenMeans(v)
    if (step < config.gibbsSteps || config.isPersistent)
      h = draw(config.hiddenUnits, means, `hidden/${step}`)
  }
  const average = (of: (n: number) => number) =>
    v0.reduce((total, _, n) => total + of(n), 0) / v0.length
  const usage = b.map((_, j) => {
    const { decay = 0 } = config.sparsity ?? {}
    return decay * (state.usage?.data[j] ?? 0) + (1 - decay) * average(n => h0[n]![j]!)
  })
  const pull = (j: number) =>
    config.sparsity ? config.sparsity.cost * (usage[j]! - config.sparsity.target) : 0
  const slopes: Record<string, number[]> = {
    weight: w.flatMap((row, j) =>
      row.map(
        (wji, i) =>
          average(n => (h0[n]![j]! - pull(j)) * v0[n]![i]!) -
          average(n => means[n]![j]! * v[n]![i]!) -
          config.weightCost * wji,
      ),
    ),
    hiddenBias: b.map((_, j) => average(n => h0[n]![j]! - means[n]![j]!) - pull(j)),
    visibleBias: a.map((_, i) => average(n => v0[n]![i]! - v[n]![i]!)),
  }
  const next: Record<string, Tensor> = {}
  for (const [name, slope] of Object.entries(slopes)) {
    const before = state[name]!
    const velocity = slope.map(
      (g, i) => momentum * state[`velocity/${name}`]!.data[i]! + learningRate * g,
    )
    const of = (data: number[]): Tensor =>
      tensorOf('float64', before.shape, Float64Array.from(data))
    next[`velocity/${name}`] = of(velocity)
    next[name] = of(velocity.map((x, i) => before.data[i]! + x))
  }
  if (config.isPersistent)
    next.chain = tensorOf('float64', [batch, hidden], Float64Array.from(h.flat()))
  if (config.sparsity) next.usage = tensorOf('float64', [hidden], Float64Array.from(usage))
  const squaredError = average(n =>
    first[n]!.reduce((total, x, i) => total + (x - v0[n]![i]!) ** 2, 0),
  )
  return { state: next as Named<Tensor>, squaredError }
}
