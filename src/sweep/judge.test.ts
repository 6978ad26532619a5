import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fillNormal, keyOf, splitKey } from '../base/index.ts'
import { judge } from './judge.ts'
import { hopeless, levelsOf, roundsOf } from './race.ts'

/** Four seeds that move all variants alike: what pairing is for. */
const seeds = [0.1, -0.2, 0.15, -0.05]
const shifted = (by: number, jitter: readonly number[]) =>
  seeds.map((seed, i) => seed + by + jitter[i]!)

const cases: Readonly<Record<string, () => void>> = {
  'a variant that is better with every seed wins, though seeds differ more than variants': () => {
    const verdict = judge({
      a: shifted(0, [0, 0.001, -0.001, 0]),
      b: shifted(0.02, [0.001, 0, 0, -0.001]),
    })
    assert.deepEqual([verdict.best, verdict.isClear, verdict.ties], ['b', true, []])
    const [a, b] = verdict.standings
    assert.ok(a!.sd! > 0.1 && a!.overBest!.halfWidth! < 0.01)
    assert.equal(b!.overBest, undefined)
    assert.equal(b!.overBase!.mean, -a!.overBest!.mean)
  },

  'where smaller is better the smallest wins': () => {
    const figures = { a: [1, 1.1, 0.9], b: [0.5, 0.61, 0.4] }
    assert.equal(judge(figures, { better: 'smaller' }).best, 'b')
    assert.equal(judge(figures).best, 'a')
  },

  'equal figures are a tie': () => {
    const { isClear, ties, standings } = judge({ a: seeds, b: seeds })
    assert.deepEqual([isClear, ties], [false, ['b']])
    assert.equal(standings[1]!.overBest!.adjusted, 1)
  },

  'one seed is no evidence': () => {
    const { best, isClear, ties } = judge({ a: [0.1], b: [0.9], c: [0.2] })
    assert.deepEqual([best, isClear, ties], ['b', false, ['c', 'a']])
  },

  'what was stopped with fewer figures neither wins nor ties, and still counts as a rival': () => {
    const figures = { a: shifted(0, [0, 0.01, 0, 0.01]), b: shifted(0.05, [0, 0, 0.01, 0]) }
    const alone = judge(figures)
    const { best, ties, standings } = judge({ ...figures, lucky: [2, 2], poor: [-1, -1.3] })
    assert.deepEqual([best, ties], ['b', []])
    const p = (verdict: ReturnType<typeof judge>) => verdict.standings[0]!.overBest!.adjusted!
    assert.ok(Math.abs(p({ ...alone, standings }) - 3 * p(alone)) < 1e-12)
    assert.equal(standings.find(({ name }) => name === 'poor')!.overBest!.n, 2)
  },

  'nothing to judge is refused': () => {
    assert.throws(() => judge({}), /judge: expected a figure of at least one variant/)
    assert.throws(() => judge({ a: [] }), { name: 'ConfigError' })
  },
}

for (const [name, check] of Object.entries(cases)) test(name, check)

/** Figures of equal variants: what seeds have in common, and noise of their own. */
function drawn(trial: number, variants: number, count: number): Record<string, number[]> {
  const noise = new Float64Array((variants + 1) * count)
  fillNormal(splitKey(keyOf(1), trial), noise, 0, 1)
  return Object.fromEntries(
    Array.from({ length: variants }, (_, v) => [
      `${v}`,
      Array.from({ length: count }, (_, s) => 3 * noise[s]! + noise[(v + 1) * count + s]!),
    ]),
  )
}

const trials = 1000

/** 0.05 and three standard errors of a share of so many trials. */
const atMost = 0.05 + 3 * Math.sqrt((0.05 * 0.95) / trials)

for (const [variants, count] of [
  [2, 3],
  [2, 5],
  [4, 5],
  [12, 5],
] as const)
  test(`of ${variants} equal variants with ${count} seeds, none is called the winner in 95 of 100`, () => {
    let wins = 0
    for (let i = 0; i < trials; i++) if (judge(drawn(i, variants, count)).isClear) wins++
    assert.ok(wins / trials <= atMost, `${wins} of ${trials}`)
    if (variants === 2)
      assert.ok(wins / trials > 0.03, 'and the test is no more timid than it says')
  })

/** A whole race of equal variants, with its looks, and the verdict at the end. */
function raced(trial: number, variants: number, count: number) {
  const all = drawn(trial, variants, count)
  const rounds = roundsOf([...Array(count).keys()])
  const levels = levelsOf(rounds.length - 1)
  const stopped: Record<string, number> = {}
  let done = 0
  for (const round of rounds.slice(0, -1)) {
    done += round.length
    const racing = Object.entries(all).filter(([name]) => !(name in stopped))
    const figures = Object.fromEntries(
      racing.map(([name, values]) => [name, values.slice(0, done)]),
    )
    for (const { name } of hopeless(figures, levels.look)) stopped[name] = done
  }
  const figures = Object.entries(all).map(([name, values]) => [
    name,
    values.slice(0, stopped[name]),
  ])
  return { stopped, verdict: judge(Object.fromEntries(figures), { level: levels.verdict }) }
}

for (const [variants, count] of [
  [2, 5],
  [6, 5],
  [2, 10],
] as const)
  test(`a race of ${variants} equal variants over ${count} seeds calls none a winner in 95 of 100, and drops a given one in 1`, () => {
    let wins = 0
    let drops = 0
    for (let i = 0; i < trials; i++) {
      const { stopped, verdict } = raced(i, variants, count)
      if (verdict.isClear) wins++
      if ('0' in stopped) drops++
    }
    assert.ok(wins / trials <= atMost, `${wins} of ${trials}`)
    assert.ok(
      drops / trials <= 0.01 + 3 * Math.sqrt((0.01 * 0.99) / trials),
      `${drops} of ${trials}`,
    )
  })

test('a race drops what is far behind and keeps what is near, and nobody on one seed', () => {
  const figures = { good: [0.97, 0.975], near: [0.972, 0.97], dead: [0.1135, 0.1135] }
  const dropped = hopeless(figures, 0.01, { resolution: 1e-4 })
  assert.deepEqual(
    dropped.map(({ name, leader, seeds }) => [name, leader, seeds]),
    [['dead', 'good', 2]],
  )
  assert.deepEqual(hopeless({ good: [0.97], dead: [0.1] }, 0.01), [])
  assert.deepEqual(
    hopeless({ low: [0.1, 0.1001], high: [2, 2.001] }, 0.01, { better: 'smaller' }).map(
      d => d.name,
    ),
    ['high'],
  )
})

test('a race looks after three seeds, and then after every two', () => {
  const sizes = (count: number) => roundsOf([...Array(count).keys()]).map(({ length }) => length)
  assert.deepEqual([1, 3, 4, 5, 8].map(sizes), [[1], [3], [3, 1], [3, 2], [3, 2, 2, 1]])
})
