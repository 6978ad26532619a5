import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node'
import { finish, mnistRows, type WholeSource } from '../../test/training.ts'
import type { Tensor } from '../base/index.ts'
import { type Dataset, dataOf, rowsAt, rowsOf } from '../data/index.ts'
import { nativeEngine, referenceEngine } from '../engine/index.ts'
import {
  binaryCrossEntropy,
  crossEntropy,
  dropout,
  linear,
  meanSquaredError,
  relu,
  sequential,
} from '../nn/index.ts'
import { adam } from '../optim/index.ts'
import type { Run } from './fit.ts'

const engine = await nativeEngine({ threads: 1 })

/** What the exported model answers, in batches of at most so many rows. */
async function predict(onnx: Uint8Array, { inputs }: Dataset, batch: number): Promise<number[][]> {
  const session = await InferenceSession.create(onnx)
  const [rows = 0, ...rowShape] = inputs.shape
  const answers: number[][] = []
  for (let start = 0; start < rows; start += batch) {
    const count = Math.min(batch, rows - start)
    const { data } = rowsAt(inputs, start, count)
    const input = new OrtTensor(inputs.dtype, data as never, [count, ...rowShape])
    const { output } = await session.run({ input })
    assert.equal(output!.dims[0], count)
    const width = output!.size / count
    const values = output!.data as Float32Array
    for (let i = 0; i < count; i++) answers.push([...values.subarray(i * width, (i + 1) * width)])
  }
  await session.release()
  return answers
}

const meanOf = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length

function assertNear(found: number, expected: number): void {
  assert.ok(Math.abs(found - expected) <= 1e-5 * Math.abs(expected), `${found} is not ${expected}`)
}

describe('on digits', () => {
  let data: WholeSource
  let run: Run<WholeSource>

  before(async () => {
    // Sets that are one batch of scoring, some, and some with a rest.
    data = await mnistRows({ train: 700, validation: 2300, test: 1000 })
    const finished = await finish({
      model: sequential(linear(24), relu(), dropout(0.4), linear(10)),
      loss: crossEntropy(),
      optimizer: adam({ learningRate: 0.01 }),
      data,
      epochs: 2,
      batchSize: 32,
      engine,
    })
    run = finished.run as Run<WholeSource>
  })

  for (const split of ['validation', 'test'] as const)
    test(`the scores of the ${split} set are those of the exported model, example by example`, async () => {
      const labels = data[split].targets.data
      const answers = await predict(run.toOnnx(), data[split], 1000)
      const right = answers.filter((row, i) => row.indexOf(Math.max(...row)) === labels[i])
      const scores = run[split]
      assert.equal(scores.examples, answers.length)
      assert.equal(scores.accuracy, right.length / answers.length)
      assertNear(scores.loss, meanOf(answers.map((row, i) => -Math.log(row[labels[i]!]!))))
      assert.ok(scores.accuracy! > 0.5, `accuracy ${scores.accuracy}`)
    })

  test('the exported model takes pixels, in batches of any size, and gives probabilities', async () => {
    assert.equal(data.test.inputs.dtype, 'uint8')
    const together = await predict(run.toOnnx(), data.test, 1000)
    const alone = await predict(run.toOnnx(), data.test, 1)
    for (const [i, row] of together.entries()) {
      assert.equal(row.length, 10)
      assert.ok(Math.abs(meanOf(row) * 10 - 1) < 1e-6, `row ${i} sums to ${meanOf(row) * 10}`)
      for (const [k, share] of row.entries())
        assert.ok(Math.abs(share - alone[i]![k]!) < 1e-6, `row ${i}, class ${k}`)
    }
  })
})

describe('on numbers', () => {
  const wave = (rows: number, phase: number): number[][] =>
    Array.from({ length: rows }, (_, i) => [Math.sin(i + phase), Math.cos(2 * i + phase)])

  for (const [kind, loss, toTarget, lossOf, isRight] of [
    [
      'meanSquaredError',
      meanSquaredError(),
      ([a, b]: number[]) => [a! * b!, a! - b!],
      (answer: number, target: number) => (answer - target) ** 2,
      undefined,
    ],
    [
      'binaryCrossEntropy',
      binaryCrossEntropy(),
      ([a, b]: number[]) => [Number(a! > b!), Number(a! * b! > 0)],
      (answer: number, target: number) => -Math.log(target === 1 ? answer : 1 - answer),
      (answer: number, target: number) => Number(answer > 0.5) === target,
    ],
  ] as const)
    for (const chosen of [engine, referenceEngine()])
      test(`${kind} on the ${chosen.name} engine is that of the exported model`, async () => {
        const [train, validation] = [wave(60, 0), wave(1105, 100)]
        const data = await dataOf({
          train: { inputs: train, targets: train.map(toTarget) },
          validation: { inputs: validation, targets: validation.map(toTarget) },
        })
        const { run } = await finish({
          model: sequential(linear(8), relu(), linear(2)),
          loss,
          optimizer: adam({ learningRate: 0.02 }),
          data,
          epochs: 5,
          batchSize: 16,
          engine: chosen,
        })
        const held = data.validation!
        const answers = (await predict(run.toOnnx(), held, rowsOf(held))).flat()
        const pairs = answers.map((answer, i) => [answer, held.targets.data[i]!] as const)
        assertNear(run.validation!.loss, meanOf(pairs.map(pair => lossOf(...pair))))
        assert.equal(run.validation!.examples, 1105)
        if (isRight)
          assertNear(run.validation!.accuracy!, meanOf(pairs.map(pair => Number(isRight(...pair)))))
        else assert.equal('accuracy' in run.validation!, false)
      })
})

test('a model on images [B, H, W, C] is exported with its open batch', async () => {
  const pixels: Tensor = {
    dtype: 'uint8',
    shape: [30, 3, 3, 1],
    data: Uint8Array.from({ length: 270 }, (_, i) => (i * 37) % 256),
  }
  const targets = Uint8Array.from({ length: 30 }, (_, i) => i % 2)
  const data = await dataOf({ train: { inputs: pixels, targets }, classes: 2, scale: 1 / 255 })
  const { run } = await finish({
    model: sequential({ kind: 'flatten' }, linear(2)),
    loss: crossEntropy(),
    optimizer: adam(),
    data: { ...data, validation: { ...data.train, name: 'the same' } },
    epochs: 1,
    batchSize: 10,
    engine,
  })
  const answers = await predict(run.toOnnx(), data.train, 7)
  assertNear(run.validation!.loss, meanOf(answers.map((row, i) => -Math.log(row[targets[i]!]!))))
})
