import assert from 'node:assert/strict'
import { test } from 'node:test'
import { crossEntropy, linear, relu, sequential, tanh } from '../nn/index.ts'
import { adam, sgd } from '../optim/index.ts'
import type { Recipe } from '../recipes/index.ts'
import { valuesOf, variantsOf } from './vary.ts'

const settings = {
  model: sequential(linear(4), relu(), linear(2)),
  loss: crossEntropy(),
  optimizer: adam(),
  batchSize: 10,
}
const rungOf = (name: string) => ({
  name,
  changed: name,
  experiment: (seed: number, epochs: number) => ({ ...settings, name, seed, epochs }),
})
const file: Recipe = {
  name: 'file',
  summary: '',
  unit: 'examples',
  epochs: { short: 2, full: 2 },
  data: () => Promise.reject(new Error('no data are needed to plan')),
  rungs: [rungOf('file')],
}
const ladder = { ...file, name: 'ladder', rungs: [rungOf('low'), rungOf('high')] }

const plan = (recipe: Recipe, ...vary: readonly string[]) =>
  variantsOf(recipe, { settings: [], vary, epochs: 3 })
const namesOf = (recipe: Recipe, ...vary: readonly string[]) =>
  plan(recipe, ...vary).map(({ name }) => name)

test('every combination is a variant, the one that changes nothing first', () => {
  const variants = plan(file, 'model.activation=tanh,relu', 'optimizer=sgd,adam')
  assert.deepEqual(
    variants.map(({ name }) => name),
    ['relu / adam', 'tanh / sgd', 'tanh / adam', 'relu / sgd'],
  )
  assert.deepEqual(variants[1]!.experiment, {
    ...settings,
    name: 'file',
    seed: 0,
    epochs: 3,
    model: sequential(linear(4), tanh(), linear(2)),
    optimizer: sgd(),
  })
})

test('names tell numbers by their setting, and descriptions by what they say', () => {
  assert.deepEqual(namesOf(file, 'optimizer.learningRate=0.1,0.01'), [
    'learningRate=0.1',
    'learningRate=0.01',
  ])
  assert.deepEqual(namesOf(file, 'optimizer={"kind":"sgd","learningRate":0.1},adam,adamax'), [
    'adam',
    'sgd(learningRate=0.1)',
    'adamax',
  ])
})

test('the rungs of a recipe are variants, some of them where they are named', () => {
  assert.deepEqual(namesOf(ladder), ['low', 'high'])
  assert.deepEqual(namesOf(ladder, 'model.activation=tanh,relu'), [
    'low / relu',
    'low / tanh',
    'high / tanh',
    'high / relu',
  ])
  assert.deepEqual(namesOf(ladder, 'rung=high', 'batchSize=5,20'), ['batchSize=5', 'batchSize=20'])
})

test('settings come before what is varied, of whatever variant', () => {
  const order = { settings: ['optimizer=sgd'], vary: ['optimizer.learningRate=1,2'], epochs: 1 }
  assert.deepEqual(
    variantsOf(file, order).map(({ experiment }) => experiment.optimizer),
    [sgd({ learningRate: 1 }), sgd({ learningRate: 2 })],
  )
})

test('commas of JSON separate no values', () => {
  assert.deepEqual(valuesOf('a,[1,2],{"b":[3,4],"c":"x,y"},"p,q"'), [
    'a',
    '[1,2]',
    '{"b":[3,4],"c":"x,y"}',
    '"p,q"',
  ])
})

const wrong: readonly (readonly [readonly string[], RegExp])[] = [
  [[], /compare: expected two variants or more, .* received file alone/],
  [['batchSize=5'], /compare: expected two variants or more/],
  [['batchSize'], /--vary: expected PATH=VALUE,VALUE, .* received "batchSize"/],
  [['batchSize=1,,2'], /--vary: expected PATH=VALUE,VALUE/],
  [['batchSize=5,5'], /each value once, received batchSize=5 twice/],
  [['batchSize=5,6', 'batchSize=7,8'], /each path and each value once, received batchSize twice/],
  [['seed=1,2'], /--vary seed: expected settings to compare, .*--seeds N/],
  [['rung=middle'], /--vary rung: expected one of file, received "middle"/],
  [['batchsize=1,2'], /^--vary: expected one of .*Did you mean batchSize\?/],
  [['optimizer=sgd,adamm'], /^--vary optimizer: .*Did you mean adam\?/],
  [['model.activation=relu,dropout'], /^--vary model\.activation: expected one of sigmoid/],
  [['init=heNormal,xavier'], /^--vary init: expected one of/],
  [['optimizer={"kind":"sgd","rate":1},adam'], /^--vary optimizer: .*received "rate"/],
]

for (const [vary, message] of wrong)
  test(`--vary ${vary.join(' --vary ')} is refused`, () => {
    assert.throws(() => plan(file, ...vary), { name: 'ConfigError', message })
  })
