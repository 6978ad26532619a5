import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { minimise } from '../../test/minimise.ts'
import { ConfigError } from '../base/index.ts'
import { add, constant, mul, slice, sub, sum, type Value } from '../ir/index.ts'
import {
  adadelta,
  adagrad,
  adam,
  adamax,
  adamw,
  momentum,
  nadam,
  nesterov,
  type OptimizerConfig,
  optimizerTable,
  rmsprop,
  sgd,
  updateRuleOf,
} from './index.ts'

const part = (p: Value, i: number): Value => sum(slice(p, [i], [i + 1]))
/** `sum(diagonal * p^2)`. */
const bowl =
  (...diagonal: readonly number[]) =>
  (p: Value): Value =>
    sum(mul(constant(diagonal, 'float64'), mul(p, p)))
/** `(1 - a)^2 + 100 (b - a^2)^2`; least at 1, 1. */
function rosenbrock(p: Value): Value {
  const across = sub(1, part(p, 0))
  const along = sub(part(p, 1), mul(part(p, 0), part(p, 0)))
  return add(mul(across, across), mul(100, mul(along, along)))
}

/** Each optimiser with rates that suit a parabola and Rosenbrock's valley. */
const table: readonly (readonly [
  make: (learningRate: number) => OptimizerConfig,
  parabola: number,
  valley: number,
  valleySteps?: number,
])[] = [
  [learningRate => sgd({ learningRate }), 0.2, 0.002],
  [learningRate => momentum({ learningRate }), 0.05, 0.001, 2500],
  [learningRate => nesterov({ learningRate }), 0.05, 0.001, 2500],
  [learningRate => adagrad({ learningRate }), 1, 0.5],
  [learningRate => rmsprop({ learningRate }), 0.01, 0.001],
  [learningRate => adadelta({ learningRate, epsilon: 1e-5 }), 1, 0.02],
  [learningRate => adam({ learningRate }), 0.1, 0.05, 2500],
  [learningRate => adamw({ learningRate, weightDecay: 1e-4 }), 0.1, 0.05, 2500],
  [learningRate => adamax({ learningRate }), 0.1, 0.1, 2500],
  [learningRate => nadam({ learningRate }), 0.1, 0.02],
]

/** The variants that a setting makes of them. */
const variants: typeof table = [
  [learningRate => momentum({ learningRate, dampening: 0.5 }), 0.05, 0.002, 2500],
  [learningRate => rmsprop({ learningRate, momentum: 0.9 }), 0.001, 0.0005, 2500],
  [learningRate => rmsprop({ learningRate, centered: true }), 0.01, 0.001],
  [learningRate => adam({ learningRate, amsgrad: true }), 0.1, 0.1, 2500],
]

test('every optimiser of the table is tried', () => {
  assert.deepEqual(
    table.map(([make]) => make(1).kind),
    Object.keys(optimizerTable),
  )
})

for (const [make, parabolaRate, valleyRate, valleySteps = 6000] of [...table, ...variants]) {
  const { kind, learningRate: _, ...settings } = make(1)
  describe(`${kind} ${JSON.stringify(settings)}`, () => {
    const optimizer = make(0.1)

    test('solves a parabola', async () => {
      const [x, y] = (await minimise(make(parabolaRate), bowl(1, 0.3), [1.5, -2], 400)).at(-1)!.p
      assert.ok(Math.hypot(x!, y!) < 0.02, `${x}, ${y}`)
    })

    test("goes down Rosenbrock's valley", async () => {
      const [x, y] = (await minimise(make(valleyRate), rosenbrock, [-1.2, 1], valleySteps)).at(
        -1,
      )!.p
      assert.ok(Math.hypot(x! - 1, y! - 1) < 0.05, `${x}, ${y}`)
    })

    test('stays where the gradient is 0, but for decoupled weight decay', async () => {
      const points = await minimise({ ...optimizer, weightDecay: 0 }, bowl(0, 0), [1.5, -2], 3)
      assert.deepEqual(points.at(-1)!.p, [1.5, -2])
    })

    test('stays with a rate of 0', async () => {
      assert.deepEqual((await minimise(make(0), bowl(1), [1.5], 3)).at(-1)!.p, [1.5])
    })

    test('updates elements on their own, so that parameters can be packed together', async () => {
      const together = await minimise(optimizer, bowl(1, 0.3), [1.5, -2], 5)
      const first = await minimise(optimizer, bowl(1), [1.5], 5)
      const second = await minimise(optimizer, bowl(0.3), [-2], 5)
      assert.deepEqual(
        together.map(({ p }) => p),
        first.map(({ p }, i) => [...p, ...second[i]!.p]),
      )
    })

    test('goes on from saved slots as if it had not stopped', async () => {
      const whole = await minimise(optimizer, rosenbrock, [-0.2, 0.1], 3)
      const { p, slots } = whole[2]!
      const third = await minimise(optimizer, rosenbrock, p, 1, { stepsBefore: 2, slots })
      assert.deepEqual(third[1], whole[3])
    })

    test('takes the slots it names, and gives each back', async () => {
      const { slots } = (await minimise(optimizer, bowl(1), [1], 1))[1]!
      assert.deepEqual(Object.keys(slots), [...updateRuleOf(optimizer).slots])
    })

    test('multiplies its step by the rate, so that schedules and parameters agree', () => {
      const rule = updateRuleOf(optimizer)
      const { rate } = rule.scalars(7, 0.3)
      assert.ok(Math.abs(rate! / rule.scalars(7, 0.1).rate! - 3) < 1e-12)
    })

    test('has a frozen description that survives JSON', () => {
      assert.ok(Object.isFrozen(optimizer))
      assert.deepEqual(JSON.parse(JSON.stringify(optimizer)), optimizer)
    })
  })
}

/** The book corrects the bias in the rate alone, so that epsilon stands beside the plain root. */
const bookAdam = adam({ learningRate: 0.3, epsilon: 1e-7, biasCorrection: false })
const bookRate = (t: number): number => (0.3 * Math.sqrt(1 - 0.999 ** t)) / (1 - 0.9 ** t)

// f = x^2 / 20 + y^2 from (-7, 2), 30 updates. Source: "Deep Learning from Scratch" (Saito 2016),
// chapter 6, optimizer_compare_naive, run again.
const book: readonly (readonly [
  optimizer: OptimizerConfig,
  x: number,
  y: number,
  signChanges: number,
  length: number,
  rateAt?: (step: number) => number,
])[] = [
  [sgd({ learningRate: 0.95 }), -0.350393, 0.084782, 30, 36.993],
  [momentum({ learningRate: 0.1 }), 0.896414, 0.088086, 4, 12.799],
  [adagrad({ learningRate: 1.5, epsilon: 1e-7 }), -0.120162, 0, 0, 7.578],
  [bookAdam, 0.136007, 0.318245, 2, 8.295, bookRate],
]

for (const [optimizer, x, y, signChanges, length, rateAt] of book)
  test(`${optimizer.kind} goes the way that the book prints`, async () => {
    const options = rateAt ? { rateAt } : {}
    const points = (await minimise(optimizer, bowl(1 / 20, 1), [-7, 2], 30, options)).map(
      ({ p }) => p,
    )
    const [lastX, lastY] = points.at(-1) as [number, number]
    assert.ok(Math.abs(lastX - x) < 1e-6 && Math.abs(lastY - y) < 1e-6, `${lastX}, ${lastY}`)
    const steps = points.slice(1).map((p, i) => [points[i]!, p] as const)
    assert.equal(
      steps.filter(([from, to]) => Math.sign(from[1]!) !== Math.sign(to[1]!)).length,
      signChanges,
    )
    const walked = steps.map(([from, to]) => Math.hypot(to[0]! - from[0]!, to[1]! - from[1]!))
    assert.ok(Math.abs(walked.reduce((a, b) => a + b) - length) < 1e-3)
  })

describe("Adam's first step", () => {
  const firstStep = async (biasCorrection: boolean, slope: number): Promise<number> => {
    const optimizer = adam({ learningRate: 0.1, epsilon: 0, biasCorrection })
    const [from, to] = await minimise(optimizer, p => mul(slope, part(p, 0)), [1], 1)
    return (from!.p[0]! - to!.p[0]!) / 0.1
  }
  for (const slope of [1e-3, 1, 1e3]) {
    test(`is the rate with bias correction, whatever the slope: ${slope}`, async () => {
      assert.ok(Math.abs((await firstStep(true, slope)) - 1) < 1e-12)
    })
    test(`is 0.1 / sqrt(0.001) = 3.1623 rates without: ${slope}`, async () => {
      assert.ok(Math.abs((await firstStep(false, slope)) - 0.1 / Math.sqrt(0.001)) < 1e-12)
    })
  }
})

test("Adam's scalars start at the rate and epsilon, and reach those without correction", () => {
  const optimizer = adam({ learningRate: 0.1 })
  const { scalars } = optimizerTable.adam
  const first = scalars(optimizer, 1, 0.1)
  assert.ok(Math.abs(first.rate! - 0.1) < 1e-15 && Math.abs(first.epsilon! - 1e-8) < 1e-20)
  const late = scalars(optimizer, 1e6, 0.1)
  assert.deepEqual(late, scalars(adam({ learningRate: 0.1, biasCorrection: false }), 1, 0.1))
  assert.ok(Math.abs(late.rate! - 0.1 * 0.1 * Math.sqrt(1000)) < 1e-12)
})

test('momentum of 0 is plain gradient descent', async () => {
  const way = async (optimizer: OptimizerConfig) =>
    (await minimise(optimizer, rosenbrock, [-1.2, 1], 5)).map(({ p }) => p)
  const plain = await way(sgd({ learningRate: 1e-3 }))
  assert.deepEqual(await way(momentum({ learningRate: 1e-3, momentum: 0 })), plain)
  assert.deepEqual(await way(nesterov({ learningRate: 1e-3, momentum: 0 })), plain)
})

const refused: readonly (readonly [make: () => OptimizerConfig, message: RegExp])[] = [
  [() => sgd({ learningRate: -1 }), /^sgd learningRate: expected a number >= 0, received -1$/],
  [() => sgd({ learningRate: Number.NaN }), /^sgd learningRate: .* received NaN$/],
  [() => sgd({ learningRate: Infinity }), /^sgd learningRate: .* received Infinity$/],
  [() => momentum({ momentum: 1 }), /^momentum momentum: expected a number in 0 <= x < 1/],
  [() => nesterov({ momentum: -0.1 }), /^nesterov momentum: .* received -0\.1$/],
  [() => adagrad({ epsilon: -1e-8 }), /^adagrad epsilon: expected a number >= 0/],
  [() => adadelta({ decay: 1 }), /^adadelta decay: .* received 1$/],
  [() => adamw({ weightDecay: -1 }), /^adamw weightDecay: expected a number >= 0, received -1$/],
  [() => momentum({ dampening: 1 }), /^momentum dampening: .* received 1$/],
  [() => rmsprop({ decay: 1 }), /^rmsprop decay: expected a number in 0 <= x < 1, received 1$/],
  [() => adam({ beta1: 1 }), /^adam beta1: .* received 1$/],
  [() => adam({ beta2: 1.5 }), /^adam beta2: .* received 1\.5$/],
]

for (const [make, message] of refused)
  test(`settings out of range are refused: ${message.source}`, () => {
    assert.throws(make, error => error instanceof ConfigError && message.test(error.message))
  })

test('an unknown kind is refused with the known ones', () => {
  for (const kind of ['adamm', 'toString'])
    assert.throws(
      () => updateRuleOf({ kind } as never),
      error =>
        error instanceof ConfigError && /one of sgd, .*adam, .*, received "/.test(error.message),
    )
})
