import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  fillNormal,
  fillUniform,
  keyOf,
  splitKey,
  type Tensor,
  tensor,
  tensorOf,
} from '../base/index.ts'
import { evaluate } from '../engine/index.ts'
import { constant, transpose } from '../ir/index.ts'
import { annealingSchedule } from './annealing.ts'
import { rbm } from './rbm.ts'
import { type RbmWeights, rbmValues } from './rbm-graph.ts'
import { trainedRbm } from './trained-rbm.ts'
import type { UnitKind } from './units.ts'

const drawn = (
  shape: number[],
  name: string,
  std: number,
  dtype: 'float32' | 'float64' = 'float32',
) => {
  const size = shape.reduce((a, b) => a * b, 1)
  const data = dtype === 'float32' ? new Float32Array(size) : new Float64Array(size)
  fillNormal(splitKey(keyOf(3), name), data, 0, std)
  return tensorOf(dtype, shape, data)
}
const weightsOf = (
  hidden: number,
  visible: number,
  std = 0.8,
  dtype: 'float32' | 'float64' = 'float32',
): RbmWeights => ({
  weight: drawn([hidden, visible], 'weight', std, dtype),
  hiddenBias: drawn([hidden], 'hiddenBias', 0.5, dtype),
  visibleBias: drawn([visible], 'visibleBias', 0.5, dtype),
})
/** All states of n units, [2^n, n]. */
const statesOf = (n: number) =>
  Array.from({ length: 2 ** n }, (_, s) => Array.from({ length: n }, (_, i) => (s >> i) & 1))
const sum = (xs: readonly number[]) => xs.reduce((a, b) => a + b, 0)
const near = (a: number, b: number, tolerance: number, what = '') =>
  assert.ok(Math.abs(a - b) <= tolerance, `${what} ${a}, expected ${b}`)

/** E(v, h) with plain loops. */
function energyByHand(
  { weight, hiddenBias, visibleBias }: RbmWeights,
  v: number[],
  h: number[],
): number {
  const linked = h.map((hj, j) => sum(v.map((vi, i) => hj * vi * weight.data[j * v.length + i]!)))
  return (
    -sum(v.map((vi, i) => vi * visibleBias.data[i]!)) -
    sum(h.map((hj, j) => hj * hiddenBias.data[j]!)) -
    sum(linked)
  )
}

describe('an rbm of 4 hidden and 5 visible units', () => {
  const weights = weightsOf(4, 5)
  const config = rbm({ hidden: 4 })
  const machine = trainedRbm(config, weights)
  const [hs, vs] = [statesOf(4), statesOf(5)]
  const weightOf = (v: number[], h: number[]) => Math.exp(-energyByHand(weights, v, h))
  const z = sum(vs.flatMap(v => hs.map(h => weightOf(v, h))))

  test('has hidden units that are independent given the visible ones', async () => {
    const means = await machine.hiddenMeans(vs)
    for (const [n, v] of vs.entries()) {
      const total = sum(hs.map(h => weightOf(v, h)))
      for (const h of hs) {
        const product = h.reduce((p, hj, j) => {
          const on = means.data[n * 4 + j]!
          return p * (hj ? on : 1 - on)
        }, 1)
        near(product, weightOf(v, h) / total, 1e-6)
      }
    }
  })

  test('has visible units that are independent given the hidden ones, through the same weights', async () => {
    const means = await machine.visibleMeans(hs)
    for (const [n, h] of hs.entries()) {
      const total = sum(vs.map(v => weightOf(v, h)))
      for (const v of vs) {
        const product = v.reduce((p, vi, i) => {
          const on = means.data[n * 5 + i]!
          return p * (vi ? on : 1 - on)
        }, 1)
        near(product, weightOf(v, h) / total, 1e-6)
      }
    }
  })

  test('has one energy, from whichever side it is seen', () => {
    const units = { visibleUnits: 'bernoulli', hiddenUnits: 'bernoulli' } as const
    const given = {
      weight: constant(weights.weight),
      hiddenBias: constant(weights.hiddenBias),
      visibleBias: constant(weights.visibleBias),
    }
    const turned = {
      weight: transpose(constant(weights.weight)),
      hiddenBias: constant(weights.visibleBias),
      visibleBias: constant(weights.hiddenBias),
    }
    for (const h of hs) {
      const states = tensor(vs)
      const same = tensor(vs.map(() => h))
      const [there] = evaluate([rbmValues(units, given).energy(constant(states), constant(same))])
      const [back] = evaluate([rbmValues(units, turned).energy(constant(same), constant(states))])
      for (const [n, v] of vs.entries()) {
        near(there!.data[n]!, energyByHand(weights, v, h), 1e-6)
        near(back!.data[n]!, there!.data[n]!, 1e-6)
      }
    }
  })

  test('has the free energy -ln(sum over h of e^-E)', async () => {
    const { data } = await machine.freeEnergy(vs)
    for (const [n, v] of vs.entries())
      near(data[n]!, -Math.log(sum(hs.map(h => weightOf(v, h)))), 2e-6)
  })

  test('has the ln Z of all its states', async () => {
    near(await machine.logPartition(), Math.log(z), 2e-6)
  })

  test('gives rows their likelihood: -F(v) - ln Z', async () => {
    const rows = vs.filter((_, i) => i % 5 === 0)
    const expected =
      sum(rows.map(v => Math.log(sum(hs.map(h => weightOf(v, h))) / z))) / rows.length
    const { freeEnergy } = await machine.measure(rows)
    near(-freeEnergy - (await machine.logPartition()), expected, 5e-6)
  })

  test('draws rows as often as they are likely', async () => {
    const { states } = await machine.sample({ count: 4000, steps: 30, seed: 1 })
    const counts = new Map<string, number>()
    for (let n = 0; n < 4000; n++) {
      const state = states.data.slice(n * 5, n * 5 + 5).join('')
      counts.set(state, (counts.get(state) ?? 0) + 1)
    }
    // Chi-square of 31 degrees of freedom stays below 61.1 with probability 0.999.
    const chiSquare = sum(
      vs.map(v => {
        const expected = (4000 * sum(hs.map(h => weightOf(v, h)))) / z
        return ((counts.get(v.join('')) ?? 0) - expected) ** 2 / expected
      }),
    )
    assert.ok(chiSquare < 61.1, `chi-square ${chiSquare}`)
  })

  test('has a pseudo-likelihood whose estimate has the mean of the exact one', async () => {
    const rows = Array.from({ length: 4000 }, (_, i) => vs[(i * 7) % 32]!)
    const p = (v: number[]) => sum(hs.map(h => weightOf(v, h)))
    const each = rows.map(v =>
      v.map((vi, i) => Math.log(p(v) / (p(v) + p(v.map((x, j) => (j === i ? 1 - vi : x)))))),
    )
    const exact = sum(each.map(sum)) / rows.length
    const { pseudoLogLikelihood } = await machine.measure(rows, { seed: 2 })
    // One of five terms a row: 5 sd / sqrt(4000) is 0.05.
    near(pseudoLogLikelihood!, exact, 0.2)
  })

  test('measures reconstruction as defined', async () => {
    const rows = [[0, 0.25, 1, 0.5, 0.75]]
    const [v] = rows as [number[]]
    const sigmoid = (x: number) => 1 / (1 + Math.exp(-x))
    const { weight, hiddenBias, visibleBias } = weights
    const h = [...hiddenBias.data].map((b, j) =>
      sigmoid(b + sum(v.map((x, i) => x * weight.data[j * 5 + i]!))),
    )
    const r = [...visibleBias.data].map((a, i) =>
      sigmoid(a + sum(h.map((x, j) => x * weight.data[j * 5 + i]!))),
    )
    const ln = (x: number, y: number) => (x === 0 ? 0 : x * Math.log(y))
    const kl = sum(v.map((x, i) => ln(x, x / r[i]!) + ln(1 - x, (1 - x) / (1 - r[i]!))))
    const measured = await machine.measure(rows)
    near(measured.squaredError, sum(v.map((x, i) => (x - r[i]!) ** 2)), 1e-6)
    near(measured.crossEntropy!, -sum(v.map((x, i) => ln(x, r[i]!) + ln(1 - x, 1 - r[i]!))), 1e-5)
    near(measured.klDivergence!, kl, 1e-5)
  })
})

test('the exact gradient of the likelihood is <h v> of the rows less <h v> of the machine', () => {
  // In float64, by central differences of -F - ln Z in the machine's own expressions.
  const weights = weightsOf(3, 4, 0.8, 'float64')
  const rows = drawn([6, 4], 'rows', 0, 'float64')
  fillUniform(keyOf(8), rows.data as Float64Array, 0, 1)
  const all = tensorOf('float64', [16, 4], Float64Array.from(statesOf(4).flat()))
  const parts = ({ weight, hiddenBias, visibleBias }: RbmWeights) =>
    rbmValues(
      { visibleUnits: 'bernoulli', hiddenUnits: 'bernoulli' },
      {
        weight: constant(weight),
        hiddenBias: constant(hiddenBias),
        visibleBias: constant(visibleBias),
      },
    )
  const freeEnergies = (w: RbmWeights, v: Tensor) => [
    ...evaluate([parts(w).freeEnergy(constant(v))])[0]!.data,
  ]
  const likelihood = (w: RbmWeights) => {
    const free = freeEnergies(w, rows)
    return -sum(free) / free.length - Math.log(sum(freeEnergies(w, all).map(f => Math.exp(-f))))
  }
  const hidden = (v: Tensor) => {
    const { hidden, hiddenInput } = parts(weights)
    return evaluate([hidden.mean(hiddenInput(constant(v)))])[0]!.data
  }
  const logZ = Math.log(sum(freeEnergies(weights, all).map(f => Math.exp(-f))))
  const shares = freeEnergies(weights, all).map(f => Math.exp(-f - logZ))
  const [ofRows, ofAll] = [hidden(rows), hidden(all)]
  for (let j = 0; j < 3; j++)
    for (let i = 0; i < 4; i++) {
      const positive =
        sum(Array.from({ length: 6 }, (_, n) => ofRows[n * 3 + j]! * rows.data[n * 4 + i]!)) / 6
      const negative = sum(shares.map((p, n) => p * ofAll[n * 3 + j]! * all.data[n * 4 + i]!))
      const moved = (step: number): RbmWeights => {
        const data = Float64Array.from(weights.weight.data)
        data[j * 4 + i]! += step
        return { ...weights, weight: tensorOf('float64', [3, 4], data) }
      }
      const slope = (likelihood(moved(1e-5)) - likelihood(moved(-1e-5))) / 2e-5
      near(slope, positive - negative, 1e-9, `weight ${j}, ${i}:`)
    }
})

const integrable: readonly (readonly [UnitKind, UnitKind])[] = [
  ['bernoulli', 'gaussian'],
  ['gaussian', 'bernoulli'],
]
for (const [visibleUnits, hiddenUnits] of integrable)
  test(`ln Z of ${visibleUnits} visible and ${hiddenUnits} hidden units is that of sums and integrals`, async () => {
    // One number on the Gaussian side: the integral is a sum over a fine grid.
    const [hidden, visible] = visibleUnits === 'gaussian' ? [6, 1] : [1, 6]
    const weights = weightsOf(hidden, visible)
    const machine = trainedRbm(rbm({ hidden, visibleUnits, hiddenUnits }), weights)
    const width = 0.01
    const grid = Array.from({ length: 4001 }, (_, i) => (i - 2000) * width)
    const z = sum(
      statesOf(6).flatMap(s =>
        grid.map(x => {
          const energy =
            visibleUnits === 'gaussian'
              ? energyByHand(weights, [x], s)
              : energyByHand(weights, s, [x])
          return Math.exp(-energy - (x * x) / 2) * width
        }),
      ),
    )
    near(await machine.logPartition(), Math.log(z), 1e-5)
    const estimate = await machine.estimateLogPartition({
      temperatures: annealingSchedule(0.02),
      chains: 50,
    })
    near(estimate.logPartition, Math.log(z), 0.15)
  })

for (const engine of ['reference', 'js', 'auto'] as const)
  test(`two blocks of states add up to ln Z on the ${engine} engine`, async () => {
    const weights = weightsOf(13, 14, 0.3)
    const { weight, hiddenBias, visibleBias } = weights
    const terms = statesOf(13).map(h => {
      const inputs = [...visibleBias.data].map(
        (a, i) => a + sum(h.map((hj, j) => hj * weight.data[j * 14 + i]!)),
      )
      const own = sum(h.map((hj, j) => hj * hiddenBias.data[j]!))
      return Math.exp(own + sum(inputs.map(x => Math.log1p(Math.exp(x)))))
    })
    const machine = trainedRbm(rbm({ hidden: 13 }), weights, { engine })
    near(await machine.logPartition(), Math.log(sum(terms)), 1e-5)
  })

test('annealed importance sampling comes to the exact ln Z of 10 hidden units, within its own interval', async () => {
  const machine = trainedRbm(rbm({ hidden: 10 }), weightsOf(10, 60, 0.4))
  const exact = await machine.logPartition()
  const estimate = await machine.estimateLogPartition({
    temperatures: annealingSchedule(0.05),
    seed: 4,
  })
  near(estimate.logPartition, exact, 0.1)
  assert.ok(estimate.low < exact && exact < estimate.high, JSON.stringify({ exact, ...estimate }))
  assert.ok(estimate.effectiveChains > 50 && estimate.effectiveChains <= 100)
})

test('the published schedule has 14,500 steps', () => {
  const schedule = annealingSchedule()
  assert.equal(schedule.length, 14_501)
  assert.deepEqual([schedule[0], schedule[500], schedule[4500], schedule.at(-1)], [0, 0.5, 0.9, 1])
})

test('ln Z of two large sides is refused, and says what to do', async () => {
  await assert.rejects(trainedRbm(rbm({ hidden: 21 }), weightsOf(21, 30)).logPartition(), {
    name: 'ConfigError',
    message:
      /at most 20 Bernoulli units, received 21 bernoulli and 30 bernoulli.*estimateLogPartition/,
  })
})

for (const temperatures of [[], [0, 1, 0.5], [0, 0.5], [0.1, 1], [0, 0.5, 0.5, 1]])
  test(`annealing by ${JSON.stringify(temperatures)} is refused`, async () => {
    const machine = trainedRbm(rbm({ hidden: 2 }), weightsOf(2, 3))
    await assert.rejects(machine.estimateLogPartition({ temperatures }), { name: 'ConfigError' })
  })
