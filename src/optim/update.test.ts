import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { minimise } from '../../test/minimise.ts'
import { ConfigError } from '../base/index.ts'
import { constant, mul, sum, type Value } from '../ir/index.ts'
import {
  adam,
  adamw,
  groupOf,
  momentum,
  nadam,
  type OptimizerConfig,
  type ParameterGroup,
  requireGroups,
  rmsprop,
  sgd,
  updateRuleOf,
  updateRulesOf,
} from './index.ts'

const bowl =
  (...diagonal: readonly number[]) =>
  (p: Value): Value =>
    sum(mul(constant(diagonal, 'float64'), mul(p, p)))
const way = async (optimizer: OptimizerConfig, f = bowl(1, 0.3), from = [1.5, -2]) =>
  (await minimise(optimizer, f, from, 5)).map(({ p }) => p)

type Way = readonly (readonly number[])[]

function assertNear(found: Way, expected: Way): void {
  for (const [i, x] of found.flat().entries())
    assert.ok(Math.abs(x - expected.flat()[i]!) < 1e-12, `${x}, not ${expected.flat()[i]}`)
}

describe('weight decay', () => {
  test('that is coupled equals the penalty weightDecay / 2 p^2, whatever the optimiser', async () => {
    for (const make of [sgd, momentum, rmsprop, adam])
      assertNear(
        await way(make({ learningRate: 0.1, weightDecay: 0.2 })),
        await way(make({ learningRate: 0.1 }), bowl(1.1, 0.4)),
      )
  })

  test('that is decoupled shortens parameters without a gradient by rate * weightDecay', async () => {
    const points = await way(adamw({ learningRate: 0.1, weightDecay: 0.2 }), bowl(0, 0))
    assertNear(
      points,
      points.map((_, t) => [1.5 * 0.98 ** t, -2 * 0.98 ** t]),
    )
  })

  test('of 0 makes adamw adam', async () => {
    assert.deepEqual(await way(adamw({ weightDecay: 0 })), await way(adam()))
  })
})

test("momentum's first step is whole whatever the dampening, and later gradients are dampened", async () => {
  const slope = (p: Value) => sum(p)
  const points = await way(
    momentum({ learningRate: 1, momentum: 0.5, dampening: 0.25 }),
    slope,
    [0],
  )
  // v = 1, 0.5 + 0.75, 0.5 * 1.25 + 0.75, …
  assertNear(
    points.slice(0, 4).map(([x]) => [x!]),
    [[0], [-1], [-2.25], [-3.625]],
  )
})

test('centred RMSProp stays finite where all gradients are equal', async () => {
  const slope = (p: Value) => mul(1 / 3, sum(p))
  const points = await minimise(rmsprop({ centered: true, decay: 0.1 }), slope, [1, 2], 200)
  assert.ok(points.at(-1)!.p.every(Number.isFinite), `${points.at(-1)!.p}`)
})

test("NAdam's steps are those of its formula", async () => {
  const [beta1, beta2, rate] = [0.9, 0.999, 0.05]
  const mu = (t: number) => beta1 * (1 - 0.5 * 0.96 ** (t * 0.004))
  let [p, m, v, product] = [1.5, 0, 0, 1]
  const expected = [[p]]
  for (let t = 1; t <= 200; t++) {
    const g = 2 * p
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g * g
    product *= mu(t)
    const ahead = (mu(t + 1) * m) / (1 - product * mu(t + 1)) + ((1 - mu(t)) * g) / (1 - product)
    p -= (rate * ahead) / (Math.sqrt(v / (1 - beta2 ** t)) + 1e-8)
    expected.push([p])
  }
  const points = await minimise(nadam({ learningRate: rate }), bowl(1), [1.5], 200)
  assertNear(
    points.map(({ p }) => [...p]),
    expected,
  )
})

describe('groups of parameters', () => {
  const paths = ['0.weight', '0.bias', '10.weight', '10.bias', 'encoder.0.weight']
  const matched: Readonly<Record<string, readonly string[]>> = {
    bias: ['0.bias', '10.bias'],
    '0': ['0.weight', '0.bias', 'encoder.0.weight'],
    '0.weight': ['0.weight', 'encoder.0.weight'],
    '^0': ['0.weight', '0.bias'],
    encoder: ['encoder.0.weight'],
    '1*.bias': ['10.bias'],
    '*0.w*': ['0.weight', '10.weight', 'encoder.0.weight'],
    '^*.weight': ['0.weight', '10.weight'],
  }
  for (const [match, expected] of Object.entries(matched))
    test(`"${match}" matches ${expected.join(', ')}`, () => {
      const optimizer = sgd({ groups: [{ match }] })
      const found = paths.filter(path => groupOf(optimizer, path) === 'group0')
      assert.deepEqual(found, expected)
      requireGroups(optimizer, paths)
    })

  test('hold in their order: a parameter is in the first that matches it', () => {
    const optimizer = sgd({ groups: [{ match: '0.bias' }, { match: 'bias' }] })
    assert.deepEqual(
      paths.map(path => groupOf(optimizer, path)),
      ['', 'group0', '', 'group1', ''],
    )
  })

  test('have scalars of their own rate and decay', () => {
    const groups = [
      { match: 'bias', rateFactor: 0.5 },
      { match: '0', weightDecay: 0 },
    ]
    const rules = updateRulesOf(adamw({ weightDecay: 0.1, groups }))
    const [plain, slow, free] = Object.values(rules).map(({ scalars }) => scalars(3, 0.2))
    assert.deepEqual(Object.keys(rules), ['', 'group0', 'group1'])
    assert.equal(slow!.rate, plain!.rate! / 2)
    assert.deepEqual([plain!.keep, slow!.keep, free!.keep], [1 - 0.02, 1 - 0.01, undefined])
    assert.equal(free!.rate, plain!.rate)
  })

  test('are part of a frozen description that survives JSON', () => {
    const optimizer = adam({ groups: [{ match: 'bias', weightDecay: 0 }] })
    assert.ok(Object.isFrozen(optimizer.groups) && Object.isFrozen(optimizer.groups![0]))
    assert.deepEqual(JSON.parse(JSON.stringify(optimizer)), optimizer)
  })

  test('without a parameter are refused with the names there are', () => {
    assert.throws(() => requireGroups(sgd({ groups: [{ match: 'gamma' }] }), paths), {
      name: 'ConfigError',
      message:
        /^sgd groups\.0: expected a pattern that matches one of 0\.weight, .*received "gamma"$/,
    })
    const groups = [{ match: 'bias' }, { match: '0.bias' }]
    assert.throws(() => requireGroups(sgd({ groups }), paths), {
      message: /^sgd groups\.1: .*received "0\.bias" \(all that it matches is in earlier groups\)$/,
    })
  })

  const refused: readonly (readonly [ParameterGroup, RegExp])[] = [
    [{ match: '' }, /groups\.0\.match: expected match, parts of a path .*received ""$/],
    [{ match: 'a..b' }, /groups\.0\.match/],
    [{ match: 'bias', rateFactor: -1 }, /groups\.0\.rateFactor: .*received -1$/],
    [{ match: 'bias', weightDecay: Number.NaN }, /groups\.0\.weightDecay/],
    [
      { match: 'bias', learningRate: 0.1 } as ParameterGroup,
      /groups\.0\.learningRate: expected match/,
    ],
  ]
  for (const [group, message] of refused)
    test(`are refused as ${JSON.stringify(group)}`, () => {
      assert.throws(
        () => adam({ groups: [group] }),
        error => error instanceof ConfigError && message.test(error.message),
      )
    })
})

test('the names of slots are the same for every group', () => {
  const rules = updateRulesOf(momentum({ groups: [{ match: 'bias', weightDecay: 1 }] }))
  for (const rule of Object.values(rules)) assert.deepEqual(rule.slots, ['velocity'])
  assert.deepEqual(updateRuleOf(sgd()).slots, [])
})
