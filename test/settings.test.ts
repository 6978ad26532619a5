import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import * as justright from '../src/index.ts'
import { input } from '../src/ir/index.ts'
import { applyModel } from '../src/nn/index.ts'

type Options = Readonly<Record<string, unknown>>

const doors = justright as unknown as Readonly<Record<string, (...given: unknown[]) => object>>

/** What takes settings over defaults and nothing else. */
const plain = [
  'adadelta',
  'adagrad',
  'adam',
  'adamax',
  'adamw',
  'batchNorm',
  'cosineDecay',
  'crossEntropy',
  'earlyStopping',
  'elu',
  'ema',
  'exponentialDecay',
  'greedyRbm',
  'heNormal',
  'hinge',
  'huber',
  'layerNorm',
  'leakyRelu',
  'linearWarmup',
  'lsuv',
  'momentum',
  'nadam',
  'nesterov',
  'oneCycle',
  'orthogonal',
  'prelu',
  'reduceOnPlateau',
  'rmsprop',
  'sgd',
  'stepDecay',
  'swa',
  'xavierUniform',
] as const

/** Everything that takes settings over defaults, given what has no default. */
const factories: Readonly<Record<string, (options: Options) => object>> = {
  ...Object.fromEntries(plain.map(name => [name, (options: Options) => doors[name]!(options)])),
  avgPool2d: options => doors.avgPool2d!(2, options),
  maxPool2d: options => doors.maxPool2d!(2, options),
  conv2d: options => doors.conv2d!(4, 3, options),
  linear: options => doors.linear!(4, options),
  embedding: options => doors.embedding!(10, 4, options),
  gru: options => doors.gru!(4, options),
  lstm: options => doors.lstm!(4, options),
  rnn: options => doors.rnn!(4, options),
  cosineRestarts: options => doors.cosineRestarts!({ firstPeriod: 3, ...options }),
  multiStepDecay: options => doors.multiStepDecay!({ milestones: [1, 2], ...options }),
  rbm: options => doors.rbm!({ hidden: 4, ...options }),
}

/** What has to be given. */
const needed = ['kind', 'features', 'channels', 'kernel', 'units', 'count', 'firstPeriod', 'milestones', 'hidden'] // biome-ignore format: one list

describe('a setting', () => {
  for (const [name, make] of Object.entries(factories)) {
    const settings = make({}) as Options
    const names = Object.keys(settings).filter(key => !needed.includes(key))
    test(`of ${name} that is undefined is the default`, () => {
      assert.deepEqual(make(Object.fromEntries(names.map(key => [key, undefined]))), settings)
    })
    for (const key of names.filter(key => typeof settings[key] === 'number'))
      test(`${key} of ${name} that is no finite number is refused`, () => {
        for (const bad of [Number.NaN, Number.POSITIVE_INFINITY])
          assert.throws(() => make({ [key]: bad }), { name: 'ConfigError' })
      })
  }
})

const { logSoftmax, maxout, merge, parallel, relu, softmax } = justright

for (const [name, layer] of Object.entries({
  softmax: softmax({ axis: 0 }),
  'softmax, counted from the end': softmax({ axis: -2 }),
  logSoftmax: logSoftmax({ axis: 0 }),
  maxout: maxout(2, { axis: 0 }),
  parallel: parallel([relu(), relu()], { axis: 0 }),
  merge: merge('concat', { axis: 0 }),
}))
  test(`the batch is no axis of an example: ${name}`, () => {
    const inputs = [input('a', [4, 6]), input('b', [4, 6])] as const
    assert.throws(() => applyModel(layer, name === 'merge' ? inputs : inputs[0]), {
      name: 'ConfigError',
      message: /expected an axis of the example, from 1 on, received (0|-2), the batch/,
    })
  })
