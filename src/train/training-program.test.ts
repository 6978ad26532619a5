import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { checkGradient, wave } from '../../test/gradient-check.ts'
import { finish, small } from '../../test/training.ts'
import { keyOf, type Named, sizeOf, type Tensor, tensorOf } from '../base/index.ts'
import { dataOf } from '../data/index.ts'
import { chooseEngine, evaluate, referenceEngine } from '../engine/index.ts'
import { gradients } from '../grad/index.ts'
import { add, input, matmul, resultsOf, sum, tanh, valuesOf } from '../ir/index.ts'
import {
  batchNorm,
  conv2d,
  crossEntropy,
  flatten,
  type LayerConfig,
  linear,
  maxPool2d,
  relu,
  sequential,
  sigmoid,
  tanh as tanhLayer,
} from '../nn/index.ts'
import { adam, l2, momentum, penaltyOf, sgd } from '../optim/index.ts'
import { experimentLayout, initialTensors } from './model-tensors.ts'
import { trainingProgram } from './training-program.ts'

describe('the penalty l2', () => {
  const shapes = { weight: [3, 4], bias: [3], other: [2, 3] }
  const names = Object.keys(shapes)
  const feeds = Object.fromEntries(
    Object.entries(shapes).map(([name, shape]) => [
      name,
      tensorOf('float64', shape, wave(sizeOf(shape))),
    ]),
  )
  const params = Object.fromEntries(
    Object.entries(shapes).map(([name, shape]) => [name, input(name, shape, 'float64')]),
  )

  test('has the gradient 2 factor W for weights and none for biases', () => {
    const factor = 0.03
    const price = penaltyOf(l2(factor), params)!
    const found = evaluate(gradients(price, Object.values(params)), feeds)
    for (const [i, name] of names.entries())
      found[i]!.data.forEach((slope, j) => {
        const expected = name === 'bias' ? 0 : 2 * factor * feeds[name]!.data[j]!
        assert.ok(Math.abs(slope - expected) <= 2 ** -52 * Math.abs(expected), `${name}: ${slope}`)
      })
  })

  test('beside a loss has the gradient of central differences', () => {
    checkGradient(
      ([x, weight, other]) => {
        const loss = sum(
          tanh(
            matmul(tanh(matmul(x!, weight!, { transposeB: true })), other!, { transposeB: true }),
          ),
        )
        return add(loss, penaltyOf(l2(0.3), { weight: weight!, other: other! })!)
      },
      [tensorOf('float64', [2, 4], wave(8)), feeds.weight!, feeds.other!],
    )
  })

  test('shortens every weight by 2 factor W times the rate in a step of a run', async () => {
    const factor = 0.125
    const options = {
      ...small,
      optimizer: sgd({ learningRate: 0.5 }),
      batchSize: 38,
      epochs: 1,
      engine: referenceEngine(),
    }
    const plain = (await finish(options)).run.parameters
    const priced = (await finish({ ...options, penalty: l2(factor) })).run.parameters
    const start = initialTensors(options, keyOf(options.seed!))
    for (const [name, { shape, data }] of Object.entries(plain))
      data.forEach((x, i) => {
        const expected = shape.length < 2 ? 0 : 0.5 * 2 * factor * start[name]!.data[i]!
        const found = x - priced[name]!.data[i]!
        assert.ok(
          Math.abs(found - expected) < 2e-7,
          `${name}: expected ${expected}, found ${found}`,
        )
      })
  })

  test('is no part of the loss that is told', async () => {
    const options = { ...small, optimizer: sgd({ learningRate: 0 }), engine: referenceEngine() }
    const { run: plain } = await finish(options)
    const { run: priced } = await finish({ ...options, penalty: l2(10) })
    assert.deepEqual(priced.train, plain.train)
    assert.deepEqual(priced.validation, plain.validation)
  })
})

interface Golden {
  readonly shape: readonly number[]
  readonly data: readonly number[]
}

interface Case {
  readonly name: string
  readonly attrs: {
    readonly activation: 'relu' | 'tanh' | 'sigmoid'
    readonly optimizer: 'sgd' | 'adam'
    readonly momentum: number
    readonly lr: number
    readonly batchNorm: boolean
    readonly steps: number
  }
  readonly inputs: { readonly x: Golden; readonly target: Golden }
  readonly stateBefore: Named<Golden>
  readonly losses: readonly number[]
  readonly stateAfter: Named<Golden>
}

const goldens: {
  source: string
  cases: Case[]
  tolerance: { float32: { rtol: number; atol: number } }
} = JSON.parse(readFileSync(new URL('../../test/goldens/training.json', import.meta.url), 'utf8'))
const activations: Named<() => LayerConfig> = { relu, tanh: tanhLayer, sigmoid }

const asTensor = ({ shape, data }: Golden): Tensor =>
  tensorOf('float32', shape, Float32Array.from(data))

describe(`ten steps are those of ${goldens.source}`, () => {
  const { rtol, atol } = goldens.tolerance.float32
  const assertNear = (found: ArrayLike<number>, expected: ArrayLike<number>, what: string) => {
    assert.equal(found.length, expected.length)
    for (let i = 0; i < expected.length; i++)
      assert.ok(
        Math.abs(found[i]! - expected[i]!) <= atol + rtol * Math.abs(expected[i]!),
        `${what}[${i}]: expected ${expected[i]}, received ${found[i]}`,
      )
  }

  for (const engineName of ['reference', 'js', 'native'] as const)
    for (const golden of goldens.cases.filter(({ attrs }) => !attrs.batchNorm))
      test(`${golden.name} on the ${engineName} engine`, async () => {
        const { attrs, inputs, stateBefore, stateAfter, losses } = golden
        const activation = activations[attrs.activation]!
        const optimizer =
          attrs.optimizer === 'adam'
            ? adam({ learningRate: attrs.lr })
            : momentum({ learningRate: attrs.lr, momentum: attrs.momentum })
        const experiment = {
          model: sequential(linear(8), activation(), linear(8), activation(), linear(3)),
          loss: crossEntropy(),
          optimizer,
          data: await dataOf({
            train: { inputs: asTensor(inputs.x), targets: Int32Array.from(inputs.target.data) },
            classes: 3,
          }),
          epochs: attrs.steps,
          batchSize: inputs.x.shape[0]!,
          shuffle: false,
        }
        const before = Object.entries(stateBefore).map(([name, value]) => [name, asTensor(value)])
        const tensors = { ...initialTensors(experiment, keyOf(0)), ...Object.fromEntries(before) }
        const progress = {
          step: 0,
          epoch: 0,
          partial: { lossSum: 0, correct: 0, examples: 0 },
          history: [],
          seconds: 0,
        }
        const engine = await chooseEngine(engineName, { threads: 1 })
        const { run, notes } = await finish({
          ...experiment,
          engine,
          resume: { tensors, progress },
        })
        assertNear(
          notes.records.map(({ loss }) => loss),
          losses,
          'loss',
        )
        assert.deepEqual(Object.keys(run.parameters), Object.keys(stateAfter))
        for (const [name, { data }] of Object.entries(stateAfter))
          assertNear(run.parameters[name]!.data, data, name)
      })
})

test('a step is simplified before it is differentiated: relu runs on what a pool has picked', async () => {
  const experiment = {
    ...small,
    model: sequential(conv2d(2, 3), relu(), maxPool2d(2), flatten(), linear(3)),
    data: await dataOf({
      train: {
        inputs: tensorOf('float32', [2, 1, 6, 6], Float32Array.from(wave(72))),
        targets: [0, 2],
      },
      classes: 3,
    }),
  }
  const { program } = trainingProgram(experiment, experimentLayout(experiment), 2)
  const values = valuesOf(resultsOf(program))
  const shapesOf = (op: string) => values.filter(value => value.op === op).map(({ shape }) => shape)
  assert.deepEqual(shapesOf('relu'), [[2, 2, 2, 2]])
  assert.deepEqual(shapesOf('less'), [[2, 2, 2, 2]])
})

test('but not of what stops gradients: a batch normalisation sums twice over the batch', async () => {
  const experiment = { ...small, model: sequential(linear(5), batchNorm(), linear(3)) }
  const { program } = trainingProgram(experiment, experimentLayout(experiment), 4)
  const sums = valuesOf(resultsOf(program)).filter(
    ({ op, origin }) =>
      op === 'reduceSum' && origin.kind === 'batchNorm' && origin.pass === 'backward',
  )
  assert.equal(sums.length, 2)
})
