import assert from 'node:assert/strict'
import { test } from 'node:test'
import { mul, sum } from '../ir/index.ts'
import { momentum, sgd } from '../optim/index.ts'
import { minimise } from './minimise.ts'

const square = (p: Parameters<Parameters<typeof minimise>[0]>[0]) => sum(mul(p, p))

test('a path begins where it is told to, with one point for each step', async () => {
  const points = await minimise(square, {
    optimizer: sgd({ learningRate: 0.25 }),
    from: [4, -8],
    steps: 2,
  })
  assert.deepEqual(
    points.map(({ p }) => p),
    [
      [4, -8],
      [2, -4],
      [1, -2],
    ],
  )
})

test('a path goes on from a point and its slots', async () => {
  const optimizer = momentum({ learningRate: 0.1 })
  const whole = await minimise(square, { optimizer, from: [1], steps: 3 })
  const { p, slots } = whole[2]!
  const rest = await minimise(square, { optimizer, from: p, slots, steps: 1, stepsBefore: 2 })
  assert.deepEqual(rest.at(-1), whole.at(-1))
})

for (const [from, steps] of [
  [[], 1],
  [[1], 1.5],
  [[1], -1],
] as const)
  test(`from [${from}] in ${steps} steps is refused`, () =>
    assert.rejects(minimise(square, { optimizer: sgd(), from, steps }), {
      name: 'ConfigError',
      message: /^minimise: expected a point of at least one number and a whole number of steps/,
    }))
