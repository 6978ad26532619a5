import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { checkGradient, wave } from '../../test/gradient-check.ts'
import { type FloatDType, tensor, tensorOf } from '../base/index.ts'
import { evaluate } from '../engine/index.ts'
import { gradients } from '../grad/index.ts'
import {
  constant,
  input,
  log,
  mul,
  neg,
  relu,
  sigmoid,
  sum,
  tanh,
  type Value,
} from '../ir/index.ts'
import {
  elu,
  gelu,
  geluTanh,
  hardtanh,
  leakyRelu,
  logSigmoid,
  mish,
  selu,
  silu,
  softplus,
  softsign,
} from './index.ts'

type Activation = (x: Value) => Value

/** What f and its derivative are at each of the points. */
function at(f: Activation, points: readonly number[], dtype: FloatDType = 'float64') {
  const x = input('x', [points.length], dtype)
  const y = f(x)
  const [values, slopes] = evaluate([y, ...gradients(sum(y), [x])], {
    x: tensor([...points], dtype),
  })
  return { values: [...values!.data], slopes: [...slopes!.data] }
}

const selu1 = 1.0507009873554805
const saturated = -1.0507009873554805 * 1.6732632423543772

/** Values and slopes at -10,000 and 10,000, and at 0. */
const limits: readonly (readonly [
  name: string,
  f: Activation,
  left: readonly [value: number, slope: number],
  right: readonly [value: number, slope: number],
  zero: readonly [value: number, slope: number],
])[] = [
  ['leakyRelu', x => leakyRelu(x, 0.01), [-100, 0.01], [1e4, 1], [0, 0.01]],
  ['elu', x => elu(x, 2), [-2, 0], [1e4, 1], [0, 2]],
  ['selu', selu, [saturated, 0], [selu1 * 1e4, selu1], [0, -saturated]],
  ['softplus', softplus, [0, 0], [1e4, 1], [Math.LN2, 0.5]],
  ['logSigmoid', logSigmoid, [-1e4, 1], [0, 0], [-Math.LN2, 0.5]],
  ['silu', silu, [0, 0], [1e4, 1], [0, 0.5]],
  ['gelu', gelu, [0, 0], [1e4, 1], [0, 0.5]],
  ['geluTanh', geluTanh, [0, 0], [1e4, 1], [0, 0.5]],
  ['softsign', softsign, [-1e4 / 10001, 10001 ** -2], [1e4 / 10001, 10001 ** -2], [0, 1]],
  ['hardtanh', hardtanh, [-1, 0], [1, 0], [0, 1]],
  ['mish', mish, [0, 0], [1e4, 1], [0, 0.6]],
]

for (const [name, f, left, right, zero] of limits)
  for (const dtype of ['float64', 'float32'] as const)
    test(`${name} and its gradient are finite and right at 0 and far from it, ${dtype}`, () => {
      const { values, slopes } = at(f, [-1e4, 1e4, 0], dtype)
      const relative = dtype === 'float64' ? 1e-12 : 1e-6
      for (const [i, [value, slope]] of [left, right, zero].entries()) {
        assertClose(values[i]!, value, relative, `value ${i}`)
        assertClose(slopes[i]!, slope, relative, `slope ${i}`)
      }
    })

describe('the gradient equals central differences', () => {
  for (const [name, f] of limits)
    test(`of ${name}`, () => {
      // None of them on a kink.
      const points = wave(12).map(x => 3 * x)
      const weights = constant(tensorOf('float64', [12], wave(12)))
      checkGradient(([x]) => sum(mul(f(x!), weights)), [tensorOf('float64', [12], points)])
    })
})

/** Two ways to say the same. */
const identities: readonly (readonly [name: string, a: Activation, b: (x: number) => number])[] = [
  ['tanh is 2 sigmoid(2x) - 1', tanh, x => 2 / (1 + Math.exp(-2 * x)) - 1],
  ['softplus is ln(1 + e^x)', softplus, x => Math.log(1 + Math.exp(x))],
  ['softplus(x) - softplus(-x) is x', softplus, x => x + Math.log(1 + Math.exp(-x))],
  ['silu is x sigmoid(x)', silu, x => x / (1 + Math.exp(-x))],
  ['mish is x tanh(softplus(x))', mish, x => x * Math.tanh(Math.log1p(Math.exp(x)))],
  ['elu of what is below 0 is e^x - 1', x => elu(x, 1), x => (x > 0 ? x : Math.expm1(x))],
  [
    'geluTanh is the formula of its paper',
    geluTanh,
    x => 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3))),
  ],
  ['hardtanh cuts at -1 and 1', hardtanh, x => Math.min(1, Math.max(-1, x))],
]

for (const [name, f, expected] of identities)
  test(name, () => {
    const points = [-5, -1.5, -1, -0.1, 0, 0.3, 1, 2, 7]
    at(f, points).values.forEach((value, i) => {
      assertClose(value, expected(points[i]!), 1e-12, `at ${points[i]}`)
    })
  })

describe('in float32, however small the result, all but the last bits are right', () => {
  const points = [-80, -40, -20, -17, -16, -15, -10, -5, -1, -0.1]
  const log1pExp = (x: number) => Math.log1p(Math.exp(x))
  for (const [name, f, expected] of [
    ['softplus', softplus, log1pExp],
    ['mish', mish, (x: number) => x * Math.tanh(log1pExp(x))],
    ['logSigmoid', (x: Value) => logSigmoid(neg(x)), (x: number) => -log1pExp(x)],
  ] as const)
    test(`of ${name}`, () => {
      at(f, points, 'float32').values.forEach((value, i) => {
        const right = expected(points[i]!)
        const error = Math.abs(value / right - 1)
        assert.ok(error < 4e-7, `at ${points[i]}: ${value}, expected ${right}`)
      })
    })
})

test('tanh is 2 sigmoid(2x) - 1 as graphs too', () => {
  const x = constant([-3, -0.5, 0, 0.2, 4], 'float64')
  const [a, b] = evaluate([tanh(x), sigmoid(mul(2, x))])
  a!.data.forEach((value, i) => {
    assertClose(value, 2 * b!.data[i]! - 1, 1e-12, `element ${i}`)
  })
})

test('logSigmoid is the logarithm of sigmoid, and goes on where that is -infinity', () => {
  const points = [-2, 0, 3, -1000]
  const direct = at(x => log(sigmoid(x)), points).values
  at(logSigmoid, points).values.forEach((value, i) => {
    assertClose(value, i < 3 ? direct[i]! : -1000, 1e-12, `at ${points[i]}`)
  })
  assert.equal(direct[3], -Infinity)
})

test('gelu and silu of x and -x differ by x', () => {
  const points = [0.1, 1, 2.5]
  for (const f of [gelu, geluTanh, silu]) {
    const there = at(f, points).values
    const back = at(
      f,
      points.map(x => -x),
    ).values
    points.forEach((x, i) => {
      assertClose(there[i]! - back[i]!, x, 1e-12, `at ${x}`)
    })
  }
})

test('the tanh form of gelu is within 5e-4 of the exact one', () => {
  const points = Array.from({ length: 101 }, (_, i) => -5 + i / 10)
  const exact = at(gelu, points).values
  const largest = Math.max(
    ...at(geluTanh, points).values.map((value, i) => Math.abs(value - exact[i]!)),
  )
  assert.ok(largest > 1e-4 && largest < 5e-4, `${largest}`)
})

test('leakyRelu with slope 0 is relu', () => {
  const points = [-2, -0.5, 0, 1, 3]
  assert.deepEqual(at(x => leakyRelu(x, 0), points).slopes, at(relu, points).slopes)
})

test('selu keeps mean 0 and variance 1 of a normal distribution', () => {
  // Trapezoids from -10 to 10.
  const step = 1 / 200
  const points = Array.from({ length: 4001 }, (_, i) => -10 + i * step)
  const density = points.map(x => (Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI)) * step)
  const { values } = at(selu, points)
  const moment = (k: number) => values.reduce((total, y, i) => total + y ** k * density[i]!, 0)
  assert.ok(Math.abs(moment(1)) < 1e-5, `${moment(1)}`)
  assert.ok(Math.abs(moment(2) - 1) < 1e-5, `${moment(2)}`)
})

function assertClose(found: number, expected: number, relative: number, what: string): void {
  const reach = relative * Math.max(Math.abs(expected), 1e-3)
  assert.ok(Math.abs(found - expected) <= reach, `${what}: expected ${expected}, received ${found}`)
}
