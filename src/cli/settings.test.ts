import assert from 'node:assert/strict'
import { test } from 'node:test'
import { horizontalFlip, randomCrop } from '../data/index.ts'
import { heNormal, normal, xavierUniform } from '../init/index.ts'
import { metrics } from '../inspect/index.ts'
import {
  conv2d,
  crossEntropy,
  dropout,
  elu,
  linear,
  meanSquaredError,
  relu,
  sequential,
  tanh,
} from '../nn/index.ts'
import {
  adam,
  clipByNorm,
  clipByValue,
  cosineDecay,
  earlyStopping,
  ema,
  l1,
  l2,
  linearWarmup,
  maxNorm,
  momentum,
  multiStepDecay,
  sequence,
  sgd,
  swa,
} from '../optim/index.ts'
import { families, requiredSettings } from './kinds.ts'
import { changeSettings } from './settings.ts'

const first = linear(8, { weightInit: normal() })
const base = {
  name: 'base',
  model: sequential(first, relu(), dropout(0.3), linear(2)),
  loss: crossEntropy(),
  optimizer: adam(),
  epochs: 3,
  batchSize: 100,
  shuffle: true,
}
const rest = base.model.layers.slice(1)
const withFirst = (layer: object) => ({
  ...base,
  model: { ...base.model, layers: [layer, ...rest] },
})

const good: Readonly<Record<string, object>> = {
  'optimizer.learningRate=0.01': { ...base, optimizer: adam({ learningRate: 0.01 }) },
  'optimizer=sgd': { ...base, optimizer: sgd() },
  'optimizer.kind=momentum': { ...base, optimizer: momentum() },
  'optimizer={"kind":"sgd","learningRate":0.5}': { ...base, optimizer: sgd({ learningRate: 0.5 }) },
  'optimizer.biasCorrection=false': { ...base, optimizer: adam({ biasCorrection: false }) },
  'model.layers.0={"kind":"conv2d","channels":2,"kernel":[1,3],"padding":"same"}': withFirst(
    conv2d(2, [1, 3], { padding: 'same' }),
  ),
  'model.layers.0.features=128': withFirst(linear(128, { weightInit: normal() })),
  'model.layers.0.weightInit=heNormal': withFirst(linear(8, { weightInit: heNormal() })),
  'model.layers.0.weightInit.kind=heNormal': withFirst(linear(8, { weightInit: heNormal() })),
  'model.layers.0.weightInit.std=0.1': withFirst(linear(8, { weightInit: normal(0, 0.1) })),
  'model.layers.0.inputFeatures=4': withFirst({ ...first, inputFeatures: 4 }),
  'model.layers.0={"kind":"linear","features":5,"weightInit":"xavierUniform"}': withFirst(
    linear(5, { weightInit: xavierUniform() }),
  ),
  'model.layers=[{"kind":"linear","features":2}]': { ...base, model: sequential(linear(2)) },
  'model={"kind":"sequential","layers":["relu"]}': { ...base, model: sequential(relu()) },
  'loss=meanSquaredError': { ...base, loss: meanSquaredError() },
  'loss.labelSmoothing=0.1': { ...base, loss: crossEntropy({ labelSmoothing: 0.1 }) },
  'loss.classWeights=[1,2]': { ...base, loss: crossEntropy({ classWeights: [1, 2] }) },
  'loss={"kind":"crossEntropy","classWeights":[3,1]}': {
    ...base,
    loss: crossEntropy({ classWeights: [3, 1] }),
  },
  'metrics=["f1",{"kind":"topK","k":3}]': { ...base, metrics: [metrics.f1(), metrics.topK(3)] },
  'batchSize=50': { ...base, batchSize: 50 },
  'shuffle=false': { ...base, shuffle: false },
  'seed=4': { ...base, seed: 4 },
  'name=7': { ...base, name: '7' },
  'init=heNormal': {
    ...base,
    model: sequential(
      linear(8, { weightInit: heNormal() }),
      relu(),
      dropout(0.3),
      linear(2, { weightInit: heNormal() }),
    ),
  },
  'init={"kind":"normal","std":0.1}': {
    ...base,
    model: sequential(
      linear(8, { weightInit: normal(0, 0.1) }),
      relu(),
      dropout(0.3),
      linear(2, { weightInit: normal(0, 0.1) }),
    ),
  },
  'model.activation=tanh': { ...base, model: sequential(first, tanh(), dropout(0.3), linear(2)) },
  'model.activation={"kind":"elu","alpha":2}': {
    ...base,
    model: sequential(first, elu({ alpha: 2 }), dropout(0.3), linear(2)),
  },
  'schedule=cosineDecay': { ...base, schedule: cosineDecay() },
  'schedule.length=40': { ...base, schedule: cosineDecay({ length: 40 }) },
  'schedule={"kind":"multiStepDecay","milestones":[2,3]}': {
    ...base,
    schedule: multiStepDecay({ milestones: [2, 3] }),
  },
  'schedule={"kind":"sequence","schedules":["linearWarmup","cosineDecay"],"milestones":[9]}': {
    ...base,
    schedule: sequence([linearWarmup(), cosineDecay()], { milestones: [9] }),
  },
  'optimizer.groups=[{"match":"bias","weightDecay":0}]': {
    ...base,
    optimizer: adam({ groups: [{ match: 'bias', weightDecay: 0 }] }),
  },
  'penalty=l2': { ...base, penalty: l2() },
  'augment=[{"kind":"randomCrop","padding":2},"horizontalFlip"]': {
    ...base,
    augment: [randomCrop({ padding: 2 }), horizontalFlip()],
  },
  'augment.0.probability=0.25': { ...base, augment: [horizontalFlip({ probability: 0.25 })] },
  'penalty=["l2",{"kind":"l1","factor":0.5}]': { ...base, penalty: [l2(), l1(0.5)] },
  'clip=clipByValue': { ...base, clip: clipByValue() },
  'clip.limit=5': { ...base, clip: clipByNorm(5) },
  'constraint.limit=4': { ...base, constraint: maxNorm(4) },
  'averaging=swa': { ...base, averaging: swa() },
  'averaging.decay=0.9': { ...base, averaging: ema({ decay: 0.9 }) },
  'earlyStopping.patience=3': { ...base, earlyStopping: earlyStopping({ patience: 3 }) },
  'penalty.factor=0.5': { ...base, penalty: l2(0.5) },
}

for (const [assignment, expected] of Object.entries(good))
  test(`--set ${assignment} changes that and nothing else`, () => {
    assert.deepEqual(changeSettings(base, [assignment]), expected)
  })

test('null takes away what may be left out', () => {
  const { shuffle, ...others } = base
  assert.equal(shuffle, true)
  assert.deepEqual(
    changeSettings({ ...base, penalty: l2() }, ['penalty=null', 'shuffle=null']),
    others,
  )
})

test('settings are changed in their order, and the experiment itself stays as it was', () => {
  const before = structuredClone(base)
  const changed = changeSettings(base, ['optimizer=sgd', 'optimizer.learningRate=0.3'])
  assert.deepEqual(changed.optimizer, sgd({ learningRate: 0.3 }))
  assert.deepEqual(base, before)
})

const bad: Readonly<Record<string, RegExp>> = {
  'metrics=["f2"]': /metrics\.0: expected one of accuracy, .* received "f2"/,
  'metrics=f1': /metrics: expected a list of metrics as JSON/,
  'loss.classWeights=[1,"a"]': /loss\.classWeights\.1: expected a number, received "a"/,
  'loss.classWeights=2': /loss\.classWeights: expected a list of numbers as JSON, received 2/,
  optimizer: /expected PATH=VALUE/,
  '=3': /expected PATH=VALUE/,
  'optimiser=sgd': /--set: expected one of name, model, .*Did you mean optimizer\?/,
  'optimizer.learningrate=1': /--set optimizer: expected one of learningRate, .*learningRate\?/,
  'model.layers.0.featurs=3': /--set model\.layers\.0: .*Did you mean features\?/,
  'model.layers.7.features=3': /--set model\.layers: expected one of 0, 1, 2, 3/,
  'model.layers.length=1': /--set model\.layers: expected one of 0/,
  'model.layers.0.weightInit=heNorml': /Did you mean heNormal\?/,
  'model.layers.0.weightInit.sd=1': /one of mean, std/,
  'model.layers.0=linear': /--set model\.layers\.0: linear features: expected a positive integer/,
  'model.layers=relu': /--set model\.layers: expected a list of layers/,
  'optimizer=adamm': /Did you mean adam\?/,
  'optimizer={"kind":"sgd","momentum":0.9}': /expected one of learningRate, .*received "momentum"/,
  'optimizer.learningRate=fast':
    /--set optimizer\.learningRate: expected a number, received "fast"/,
  'optimizer.groups=bias': /expected a list of objects as JSON/,
  'optimizer.groups=[{"match":"bias","rate":2}]': /--set optimizer: adam groups\.0\.rate/,
  'schedule={"kind":"multiStepDecay","milestones":[2,1]}': /milestones: expected positive integers/,
  'clip.limit=0': /--set clip: clipByNorm limit: expected a number > 0, received 0/,
  'earlyStopping.patience=0': /--set earlyStopping: earlyStopping patience: expected a positive/,
  'averaging=mean': /--set averaging: expected one of ema, swa/,
  'schedule.length=0': /--set schedule: cosineDecay length: expected a positive integer/,
  'optimizer.learningRate=null': /expected a number/,
  'optimizer.beta1=1': /--set optimizer: adam beta1: expected a number in 0 <= x < 1/,
  'optimizer.learningRate.x=1': /has no settings of its own/,
  'model.layers.2.rate=1': /--set model\.layers\.2: dropout rate: expected a number in 0 <= x < 1/,
  'model.layers.0.weightInit.std=-1': /std/,
  'augment=cutout': /--set augment: expected a list of augmentations/,
  'augment=["rotate"]': /--set augment\.0: expected one of randomCrop, shift/,
  'shuffle=1': /--set shuffle: expected a boolean/,
  'data=x': /expected one of name, model/,
  '__proto__.x=1': /expected one of name, model/,
  'constructor=1': /expected one of name, model/,
}

for (const [assignment, message] of Object.entries(bad))
  test(`--set ${assignment} is refused with a reason`, () => {
    assert.throws(() => changeSettings({ ...base, data: {} }, [assignment]), {
      name: 'ConfigError',
      message,
    })
  })

test('every kind that has defaults for all its settings is made by its name alone', () => {
  for (const [family, kinds] of Object.entries(families))
    for (const [kind, make] of Object.entries(kinds))
      if (!Object.hasOwn(requiredSettings, kind))
        assert.equal(make({}).kind, kind, `${family} ${kind}`)
})
