import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { checkGradient, wave } from '../../test/gradient-check.ts'
import { tensorOf } from '../base/index.ts'
import { add, input, mul, sum } from '../ir/index.ts'
import {
  apply,
  applyModel,
  dropout,
  type LayerConfig,
  linear,
  merge,
  model,
  parallel,
  residual,
  type Symbolic,
  sequential,
  tanh,
} from './index.ts'

const tower = sequential(linear(3), tanh())
/** Two inputs through one tower, two outputs. */
const siamese = model(
  (left, right) => {
    const both = apply(merge('concat'), apply(tower, left), apply(tower, right))
    return { same: apply(linear(1), both), size: apply(linear(2), both) }
  },
  { inputs: ['left', 'right'] },
)
const pair = [input('left', [5, 4]), input('right', [5, 4])] as const

describe('a model of several inputs and outputs', () => {
  test('gives every output by name, the first one as the main one', () => {
    const { output, outputs } = applyModel(siamese, pair)
    assert.deepEqual(Object.keys(outputs), ['same', 'size'])
    assert.equal(output, outputs.same)
    assert.deepEqual(
      [outputs.same!.shape, outputs.size!.shape],
      [
        [5, 1],
        [5, 2],
      ],
    )
  })

  test('shares the parameters of a layer that it applies twice', () => {
    const { params } = applyModel(siamese, pair)
    assert.deepEqual(
      [...params.keys()],
      ['0.0.weight', '0.0.bias', '2.weight', '2.bias', '3.weight', '3.bias'],
    )
  })

  test('is the same after a trip through JSON', () => {
    const read = JSON.parse(JSON.stringify(siamese)) as LayerConfig
    assert.deepEqual(read, siamese)
    const { outputs } = applyModel(read, pair)
    assert.deepEqual(outputs.size!.shape, [5, 2])
  })

  test('has gradients that equal central differences, those of shared layers added up', () => {
    const floats = (...shape: number[]) =>
      tensorOf('float64', shape, wave(shape.reduce((a, b) => a * b)))
    const shapes = [[3, 4], [3], [1, 6], [1], [2, 6], [2]]
    checkGradient(
      ([left, right, ...leaves]) => {
        let next = 0
        const { outputs } = applyModel(siamese, [left!, right!], { leaf: () => leaves[next++]! })
        const squares = Object.values(outputs).map(value => sum(mul(value, value)))
        return squares.reduce((a, b) => add(a, b))
      },
      [floats(2, 4), floats(2, 4), ...shapes.map(shape => floats(...shape))],
    )
  })

  test('inside another model keeps its outputs under its path', () => {
    const { outputs } = applyModel(
      model((a, b) => apply(siamese, a, b)),
      pair,
    )
    assert.deepEqual(Object.keys(outputs), ['0.same', '0.size'])
  })

  test('draws a mask for every use of a dropout layer', () => {
    const drop = dropout(0.5)
    const { masks } = applyModel(
      model(x => apply(merge('add'), apply(drop, x), apply(drop, x))),
      input('x', [2, 3]),
      { isTraining: true },
    )
    assert.deepEqual([...masks.keys()], ['0.mask', '0.mask/2'])
  })
})

let leaked: Symbolic | undefined
model(x => {
  leaked = x
  return x
})
const refusals: readonly (readonly [name: string, work: () => unknown, message: RegExp])[] = [
  [
    'a value of another model',
    () => model(x => apply(merge('add'), x, leaked!)),
    /expected values made from the inputs of this model, received a value of another model/,
  ],
  ['no output', () => model(() => ({})), /at least one output, received none/],
  [
    'one name for two inputs',
    () => model(x => x, { inputs: ['a', 'a'] }),
    /each with a name of its own, received a, a/,
  ],
  [
    'too few inputs',
    () => applyModel(siamese, pair[0]),
    /expected 2 inputs: left, right, received 1/,
  ],
  [
    'a shared layer on another shape',
    () => {
      const once = linear(3)
      return applyModel(
        model(x => apply(once, apply(once, x))),
        pair[0],
      )
    },
    /"0\.weight", used twice: expected \[3, 4\] as at its first use, received \[3, 3\]/,
  ],
  [
    'branches that do not fit',
    () => applyModel(parallel([linear(2), linear(3)], { by: 'add' }), pair[0]),
    /expected \[5, 2\], as its first input, received \[5, 3\] \(output of linear "1"\)/,
  ],
  [
    'a way around that does not fit',
    () => applyModel(residual(linear(2), { projection: linear(3) }), pair[0]),
    /expected \[5, 2\] as the branch gives, received \[5, 3\] around it/,
  ],
  ['no branch', () => parallel([]), /expected at least one branch/],
  [
    'another way to merge',
    () => merge('max' as 'add'),
    /expected one of concat, add, mean, multiply, received "max"/,
  ],
]
for (const [name, work, message] of refusals)
  test(`${name} is refused`, () => {
    assert.throws(work, message)
  })
