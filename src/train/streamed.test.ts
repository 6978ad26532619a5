import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { mnistRows } from '../../test/training.ts'
import type { Tensor } from '../base/index.ts'
import { type DataSource, type Dataset, dataOf, type RowSource } from '../data/index.ts'
import { tensorFile } from '../data/node/index.ts'
import { encodeNpy } from '../formats/index.ts'
import { crossEntropy, dropout, linear, relu, sequential } from '../nn/index.ts'
import { adam } from '../optim/index.ts'
import { fit } from './index.ts'

const folder = mkdtempSync(join(tmpdir(), 'streamed-'))
after(() => rmSync(folder, { recursive: true }))

const digits = await mnistRows({ train: 700, validation: 1100, test: 300 })

/** The same rows in a file. */
function onDisk({ name, inputs, targets }: Dataset<Tensor>): {
  inputs: RowSource
  targets: Tensor
} {
  const path = join(folder, `${name}.npy`)
  writeFileSync(path, encodeNpy(inputs))
  return { inputs: tensorFile(path), targets }
}

function train(data: DataSource) {
  const model = sequential(linear(20), relu(), dropout(0.2), linear(10))
  return fit({
    model,
    loss: crossEntropy(),
    optimizer: adam({ learningRate: 0.01 }),
    data,
    epochs: 2,
    batchSize: 64,
    seed: 7,
  })
}

test('training on rows of a file equals training in memory, bit for bit', async () => {
  const common = { classes: 10, scale: 1 / 255, name: 'digits' }
  const { train: first, validation, test } = digits
  const streamed = await dataOf({
    ...common,
    train: onDisk(first),
    validation: onDisk(validation),
    test: onDisk(test),
  })
  const held = await dataOf({ ...common, train: first, validation, test })
  assert.deepEqual(streamed.description, held.description)
  const [a, b] = [await train(streamed), await train(held)]
  assert.deepEqual(a.parameters, b.parameters)
  const losses = (run: typeof a) => run.history.map(epoch => [epoch.train, epoch.validation])
  assert.deepEqual([losses(a), a.test], [losses(b), b.test])
  assert.ok(a.test!.accuracy! > 0.5, `accuracy ${a.test!.accuracy}`)
})
