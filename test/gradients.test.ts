import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { sizeOf, tensor, tensorOf } from '../src/base/index.ts'
import { evaluate } from '../src/engine/reference/index.ts'
import { gradients } from '../src/grad/index.ts'
import {
  abs,
  add,
  cast,
  constant,
  exp,
  input,
  max,
  min,
  mul,
  opTable,
  reduceMax,
  relu,
  stopGradient,
  sum,
  type Value,
} from '../src/ir/index.ts'
import {
  flat,
  type GradientCase,
  gradientCases,
  operandsOf,
  withoutGradient,
} from './gradient-cases.ts'
import { checkGradient, checkTranspose, wave } from './gradient-check.ts'

/** `<y, weights>`, so that no element of the result can hide behind another. */
const weighted = (y: Value): Value =>
  sum(
    mul(
      y,
      constant(
        tensorOf(
          'float64',
          y.shape,
          wave(sizeOf(y.shape)).map(x => 1.5 + x),
        ),
      ),
    ),
  )

test('the check finds a gradient that is wrong by one per cent', () => {
  const wrong = ([x]: readonly Value[]) =>
    sum(add(mul(x!, x!), mul(0.01, stopGradient(mul(x!, x!)))))
  assert.throws(() => checkGradient(wrong, [tensor([0.5, -2], 'float64')]), /x0, element 1/)
})

describe('the gradient equals central differences', () => {
  for (const row of gradientCases) {
    const [name, op, f] = row
    test(`of ${op} ${name}`, () => {
      checkGradient(inputs => weighted(f(inputs[0]!, inputs[1]!)), operandsOf(row))
    })
  }
})

describe('the gradient of the gradient equals central differences', () => {
  for (const row of gradientCases) {
    const [name, op, f] = row
    test(`of ${op} ${name}`, () => {
      checkGradient(inputs => {
        const loss = weighted(f(inputs[0]!, inputs[1]!))
        return gradients(loss, inputs)
          .map(gradient => weighted(mul(gradient, gradient)))
          .reduce((a, b) => add(a, b))
      }, operandsOf(row))
    })
  }
})

describe('the backward pass is the transpose of the derivative', () => {
  for (const row of gradientCases) {
    const [name, op, f] = row
    test(`of ${op} ${name}`, () => {
      const inputs = operandsOf(row)
      const u = inputs.map(({ shape }, k) =>
        tensorOf(
          'float64',
          shape,
          wave(sizeOf(shape)).map(x => Math.cos(x + k)),
        ),
      )
      checkTranspose(values => f(values[0]!, values[1]!), inputs, u)
    })
  }
})

test('every op has its gradient checked or is known to have none', () => {
  const covered = new Set<string>([
    ...gradientCases.map(([, op]) => op),
    ...Object.keys(flat),
    ...withoutGradient,
  ])
  assert.deepEqual(
    Object.keys(opTable).filter(op => !covered.has(op)),
    [],
  )
})

/** The gradients of `sum(3 f(x, …))` at given points. */
function gradientsAt(f: GradientCase[2], ...points: number[][]): number[][] {
  const values = points.map((point, k) => input(`x${k}`, [point.length], 'float64'))
  const feeds = Object.fromEntries(points.map((point, k) => [`x${k}`, tensor(point, 'float64')]))
  return evaluate(gradients(sum(mul(f(values[0]!, values[1]!), 3)), values), feeds).map(
    ({ data }) => [...data],
  )
}

for (const [op, f] of Object.entries(flat))
  test(`the gradient through ${op} is zero`, () => {
    assert.deepEqual(gradientsAt(f, [0.4, 1, -2]), [[0, 0, 0]])
  })

describe('at kinks and ties', () => {
  test('the gradient of relu at 0 is 0', () => {
    assert.deepEqual(gradientsAt(relu, [0, -0, 1]), [[0, 0, 3]])
  })

  test('the gradient of abs at 0 is 0', () => {
    assert.deepEqual(gradientsAt(abs, [0, 2, -2]), [[0, 3, -3]])
  })

  for (const [name, f] of Object.entries({ max, min }))
    test(`${name} shares the gradient of a tie in halves`, () => {
      assert.deepEqual(gradientsAt(f, [2, 5], [2, 5]), [
        [1.5, 1.5],
        [1.5, 1.5],
      ])
    })

  test('reduceMax shares the gradient among all that tie', () => {
    assert.deepEqual(
      gradientsAt(x => reduceMax(x), [7, 1, 7, 7]),
      [[1, 0, 1, 1]],
    )
  })

  test('max of a value with itself passes the whole gradient', () => {
    assert.deepEqual(
      gradientsAt(x => max(x, x), [2, -1]),
      [[3, 3]],
    )
  })
})

test('the gradient goes through a cast between float types', () => {
  const viaFloat32 = (x: Value) => cast(cast(x, 'float32'), 'float64')
  assert.deepEqual(gradientsAt(viaFloat32, [0.1, -2]), [[3, 3]])
})

test('the gradient of what the loss does not read is zero', () => {
  assert.deepEqual(
    gradientsAt((a, _b) => a, [1, 2], [5]),
    [[3, 3], [0]],
  )
})

test('a sum over stretched axes is the gradient of a bias', () => {
  const [bias, x] = [input('bias', [2], 'float64'), input('x', [3, 2], 'float64')]
  const loss = sum(
    mul(
      add(x, bias),
      constant(
        [
          [1, 10],
          [2, 20],
          [3, 30],
        ],
        'float64',
      ),
    ),
  )
  const feeds = {
    bias: tensor([0, 0], 'float64'),
    x: tensor(
      [
        [0, 0],
        [0, 0],
        [0, 0],
      ],
      'float64',
    ),
  }
  assert.deepEqual([...evaluate(gradients(loss, [bias]), feeds)[0]!.data], [6, 60])
})

test('the gradient of a value that is read twice adds up', () => {
  // f = x e^x + x: f' = (1 + x) e^x + 1.
  const [found] = gradientsAt(x => add(mul(x, exp(x)), x), [0, 1])
  assert.deepEqual(found, [6, 3 * (2 * Math.E + 1)])
})
