import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { checkGradient, wave } from '../../test/gradient-check.ts'
import { type FloatDType, type Shape, ShapeError, sizeOf, tensorOf } from '../base/index.ts'
import { evaluate } from '../engine/index.ts'
import { gradients } from '../grad/index.ts'
import { add, constant, input, mul, sum, type Value } from '../ir/index.ts'
import { applyModel, batchNorm, type LayerConfig, layerNorm, linear, sequential } from './index.ts'

/** Numbers around `centre`. */
function numbers(shape: Shape, centre = 0, dtype: FloatDType = 'float64') {
  const data = wave(sizeOf(shape)).map(x => centre + x)
  return tensorOf(dtype, shape, dtype === 'float64' ? data : Float32Array.from(data))
}

/** A layer in training on values that are known; parameters and buffers as they start. */
function trained(layer: LayerConfig, x: Value) {
  const starts: Readonly<Record<string, number>> = { weight: 1, running_var: 1 }
  const leaf = (name: string, shape: Shape) => {
    const start = starts[name] ?? 0
    return constant(tensorOf('float64', shape, new Float64Array(sizeOf(shape)).fill(start)))
  }
  return applyModel(layer, x, { isTraining: true, leaf })
}

const moments = (values: readonly number[]) => {
  const average = values.reduce((a, b) => a + b, 0) / values.length
  const squares = values.map(x => (x - average) ** 2)
  return { average, variance: squares.reduce((a, b) => a + b, 0) / values.length }
}

const assertNear = (found: number, expected: number, error: number) =>
  assert.ok(Math.abs(found - expected) <= error, `${found} is not ${expected}`)

describe('batchNorm', () => {
  test('gives every channel mean 0 and variance 1 over the batch', () => {
    const { output } = trained(batchNorm({ epsilon: 1e-12 }), constant(numbers([3, 2, 4], 5)))
    const { data } = evaluate([output])[0]!
    for (const channel of [0, 1]) {
      const values = [...data].filter((_, i) => Math.floor(i / 4) % 2 === channel)
      const { average, variance } = moments(values)
      assertNear(average, 0, 1e-12)
      assertNear(variance, 1, 1e-9)
    }
  })

  test('carries the mean and the unbiased variance of the batch, each to a share', () => {
    const x = numbers([5, 1], 3)
    const { buffers } = trained(batchNorm({ momentum: 0.25 }), constant(x))
    const next = [...buffers.values()].map(buffer => evaluate([buffer.next!])[0]!.data[0])
    const { average, variance } = moments([...x.data])
    assertNear(next[0]!, 0.25 * average, 1e-12)
    assertNear(next[1]!, 0.75 + (0.25 * variance * 5) / 4, 1e-12)
  })

  test('does not cancel far from 0, in float32', () => {
    const layer = batchNorm({ isAffine: false })
    const run = (centre: number) => {
      const x = input('x', [8, 1])
      // Multiples of 1/8, which float32 holds at 10,000 too.
      const data = Float32Array.from(wave(8), wave => centre + Math.round(8 * wave) / 8)
      const feeds = { x: tensorOf('float32', [8, 1], data) }
      return [...evaluate([applyModel(layer, x, { isTraining: true }).output], feeds)[0]!.data]
    }
    const near = run(0)
    run(10_000).forEach((y, i) => {
      assertNear(y, near[i]!, 1e-3)
    })
  })

  test('gives a bias before it a gradient of exactly 0, and still carries the mean with it', () => {
    const x = input('x', [4, 3])
    const { params, buffers, output } = applyModel(sequential(linear(2), batchNorm()), x, {
      isTraining: true,
    })
    const loss = sum(mul(output, constant(numbers([4, 2], 0, 'float32'))))
    const [slope] = gradients(loss, [params.get('0.bias')!.value])
    const feeds = {
      x: numbers([4, 3], 0, 'float32'),
      '0.weight': numbers([2, 3], 0, 'float32'),
      '0.bias': tensorOf('float32', [2], Float32Array.of(7, -7)),
      '1.weight': numbers([2], 1, 'float32'),
      '1.bias': numbers([2], 0, 'float32'),
      '1.running_mean': tensorOf('float32', [2], new Float32Array(2)),
    }
    const [gradient, next] = evaluate([slope!, buffers.get('1.running_mean')!.next!], feeds)
    assert.deepEqual([...gradient!.data], [0, 0])
    assert.ok(next!.data[0]! > 0.5 && next!.data[1]! < -0.5, `${next!.data}`)
  })

  test('has second derivatives that equal central differences', () => {
    const weights = constant(numbers([4, 2]))
    checkGradient(
      ([x]) => {
        const { output } = trained(batchNorm(), x!)
        const [slope] = gradients(sum(mul(mul(output, output), mul(output, weights))), [x!])
        return sum(mul(slope!, weights))
      },
      [numbers([4, 2], 1)],
    )
  })

  test('uses what training left in inference', () => {
    const { output } = applyModel(batchNorm({ epsilon: 0.75, isAffine: false }), input('x', [1, 2]))
    const of = (...data: number[]) => tensorOf('float32', [data.length], Float32Array.from(data))
    const [y] = evaluate([output], {
      x: tensorOf('float32', [1, 2], Float32Array.of(3, 5)),
      running_mean: of(1, 5),
      running_var: of(0.25, 1),
    })
    assert.deepEqual([...y!.data], [2, 0])
  })
})

test('layerNorm gives every example mean 0 and variance 1', () => {
  const { output } = trained(layerNorm({ epsilon: 1e-12 }), constant(numbers([2, 2, 4], 5)))
  const { data } = evaluate([output])[0]!
  for (let row = 0; row < 4; row++) {
    const { average, variance } = moments([...data.slice(4 * row, 4 * row + 4)])
    assertNear(average, 0, 1e-12)
    assertNear(variance, 1, 1e-9)
  }
})

test('layerNorm does not change when a number is added to an example', () => {
  const x = constant(numbers([2, 3]))
  const [a, b] = evaluate([
    trained(layerNorm(), x).output,
    trained(layerNorm(), add(x, 1000)).output,
  ])
  a!.data.forEach((y, i) => {
    assertNear(b!.data[i]!, y, 1e-9)
  })
})

const refused: readonly (readonly [LayerConfig, Shape, RegExp])[] = [
  [batchNorm(), [4], /^batchNorm "0": expected \[B, C, ...\], received \[4\] \(output of input\)$/],
  [
    batchNorm(),
    [1, 4],
    /^batchNorm "0": expected at least 2 values per channel in training, received \[1, 4\]/,
  ],
  [layerNorm({ lastAxes: 2 }), [3, 4], /^layerNorm "0": expected more than 2 axes, received/],
]
for (const [layer, shape, message] of refused)
  test(`a shape that does not fit is refused: ${message.source}`, () => {
    const apply = () => applyModel(sequential(layer), input('x', shape), { isTraining: true })
    assert.throws(apply, error => error instanceof ShapeError && message.test(error.message))
  })
