import assert from 'node:assert/strict'
import { test } from 'node:test'
import { constant } from '../init/index.ts'
import { input } from '../ir/index.ts'
import { initialParameters } from './initial-parameters.ts'
import { linear } from './linear.ts'
import { applyModel } from './model.ts'
import { batchNorm } from './norm.ts'
import { sequential } from './sequential.ts'

const model = sequential(linear(3, { biasInit: constant(0.5) }), batchNorm())
const applied = applyModel(model, input('x', [4, 2]))

test('parameters and buffers are drawn in their shapes, by path', () => {
  const drawn = initialParameters(applied)
  assert.deepEqual(Object.keys(drawn).sort(), [
    '0.bias',
    '0.weight',
    '1.bias',
    '1.running_mean',
    '1.running_var',
    '1.weight',
  ])
  assert.deepEqual(drawn['0.weight']!.shape, [3, 2])
  assert.deepEqual([...drawn['0.bias']!.data], [0.5, 0.5, 0.5])
  assert.deepEqual([...drawn['1.running_var']!.data], [1, 1, 1])
})

test('the seed decides what is drawn, in float32 and float64 alike', () => {
  const weightOf = (...how: [number?, 'float64'?]) =>
    initialParameters(applied, ...how)['0.weight']!.data
  assert.deepEqual(weightOf(7), weightOf(7))
  assert.notDeepEqual(weightOf(7), weightOf(8))
  for (const [i, exact] of weightOf(7, 'float64').entries())
    assert.ok(Math.abs(weightOf(7)[i]! - exact) < 1e-6)
})
