import assert from 'node:assert/strict'
import { test } from 'node:test'
import { heNormal, lsuv } from '../init/index.ts'
import {
  apply,
  conv2d,
  type LayerConfig,
  linear,
  lstm,
  maxout,
  merge,
  model,
  parallel,
  prelu,
  relu,
  residual,
  sequential,
  sigmoid,
  softmax,
  tanh,
} from '../nn/index.ts'
import type { Description } from './make.ts'
import { changeWholeModel } from './whole-model.ts'

const change = (layer: object, path: string, value: object) =>
  changeWholeModel(layer as Description, path, value as Description)

test('activations are replaced wherever layers are: in chains, branches and graphs', () => {
  const nested = (activation: LayerConfig) =>
    sequential(
      residual(sequential(linear(4), activation), { projection: linear(4) }),
      parallel([sequential(linear(2), activation), activation]),
      activation,
      linear(2),
    )
  assert.deepEqual(change(nested(relu()), 'model.activation', tanh()), nested(tanh()))
  const wired = (activation: LayerConfig) =>
    model(x => {
      const hidden = apply(activation, apply(linear(4), x))
      return apply(sigmoid(), apply(merge('add'), hidden, apply(activation, hidden)))
    })
  assert.deepEqual(change(wired(relu()), 'model.activation', prelu()), wired(prelu()))
})

test('an activation that ends the model, and softmax anywhere, stay', () => {
  const net = sequential(linear(4), softmax(), relu(), sequential(linear(1), sigmoid()))
  const expected = sequential(linear(4), softmax(), tanh(), sequential(linear(1), sigmoid()))
  assert.deepEqual(change(net, 'model.activation', tanh()), expected)
})

test('every layer with weights takes the initialiser, biases and recurrent weights keep theirs', () => {
  const net = sequential(conv2d(4, 3), lstm(5), maxout(2), linear(2, { biasInit: heNormal() }))
  const changed = change(net, 'init', lsuv()) as unknown as typeof net
  const inits = changed.layers.map(layer => ('weightInit' in layer ? layer.weightInit?.kind : null))
  assert.deepEqual(inits, ['lsuv', 'lsuv', null, 'lsuv'])
  assert.equal((changed.layers[3] as { biasInit: { kind: string } }).biasInit.kind, 'heNormal')
  assert.deepEqual(
    (changed.layers[1] as { recurrentInit: object }).recurrentInit,
    (net.layers[1] as { recurrentInit: object }).recurrentInit,
  )
})

test('a model without a place for it is refused, and so is a layer that is no activation', () => {
  assert.throws(
    () => change(linear(2), 'model.activation', relu()),
    /expected a model with a layer/,
  )
  assert.throws(() => change(sequential(relu()), 'init', heNormal()), /received sequential without/)
  assert.throws(
    () => change(sequential(relu(), linear(2)), 'model.activation', linear(2)),
    /--set model\.activation: expected one of sigmoid, tanh, relu/,
  )
})
