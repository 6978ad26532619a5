import assert from 'node:assert/strict'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { before, describe, test } from 'node:test'
import { pictureOf } from '../../test/pictures.ts'
import { flowerTable, predict, trained } from '../../test/predicting.ts'
import { temporaryFolder } from '../../test/runs/samples.ts'
import { points } from '../../test/training.ts'
import { tensor } from '../base/index.ts'
import { dataOf } from '../data/index.ts'
import { sourceOf } from '../data/node/index.ts'
import { encodeModel, encodeNpy, encodeNpz, onnxTypes, valueInfo } from '../formats/index.ts'
import {
  crossEntropy,
  embedding,
  flatten,
  linear,
  meanSquaredError,
  sequential,
} from '../nn/index.ts'
import { exportCommand } from './commands/export.ts'
import type { OptionValues } from './options.ts'
import type { Output } from './output.ts'

const folder = temporaryFolder()
const path = (name: string) => join(folder, name)

before(async () => {
  await writeFile(path('flowers.csv'), flowerTable)
  await trained(
    path('kinds'),
    await sourceOf(`${path('flowers.csv')}?skip=id&skip=price&label=kind`),
    { model: linear(2), loss: crossEntropy() },
  )
  await trained(path('points'), await points(40, 8), { model: linear(3), loss: crossEntropy() })
  await writeFile(path('no-width.csv'), 'colour,widht\nred,1\n')
  await writeFile(path('green.csv'), 'colour,width\nred,1\ngreen,1\n')
  await writeFile(path('gap.csv'), 'colour,width\nred,1\nred,\n')
  await writeFile(path('fractions.csv'), '1,2\n1.5,2\n')
  await writeFile(path('other.npy'), encodeNpy(tensor([[1, 2, 3]])))
  await writeFile(path('bytes.npy'), encodeNpy(tensor([[1, 2, 3, 4]], 'uint8')))
  await writeFile(path('cut.npy'), encodeNpy(tensor([[1, 2, 3, 4]])).subarray(0, -1))
  await writeFile(path('two.npz'), encodeNpz({ a: tensor([1]), b: tensor([2]) }))
  await writeFile(
    path('words.npy'),
    encodeNpy(
      tensor(
        [
          [1, 2],
          [3, 7],
        ],
        'int32',
      ),
    ),
  )
  await writeFile(path('garbage.onnx'), 'no model at all')
  await writeFile(
    path('empty.onnx'),
    encodeModel({
      irVersion: 10,
      opsetImport: [],
      graph: { name: 'x', node: [], input: [], output: [] },
    }),
  )
  await trained(
    path('words'),
    await dataOf({
      train: {
        inputs: tensor(
          [
            [0, 6],
            [1, 2],
          ],
          'int32',
        ),
        targets: [[1], [2]],
      },
    }),
    { model: sequential(embedding(7, 2), flatten(), linear(1)), loss: meanSquaredError() },
  )
  const output = { print() {}, json() {}, update() {} } as unknown as Output
  const [x, y] = ['x', 'y'].map(name => valueInfo(name, onnxTypes.float, ['batch', 4]))
  const node = { name: 'n', opType: 'Relay', input: ['x'], output: ['y'], attribute: [] }
  const graph = { name: 'g', node: [node], input: [x!], output: [y!] }
  const strange = encodeModel({ irVersion: 10, opsetImport: [{ domain: '', version: 21 }], graph })
  await writeFile(path('strange.onnx'), strange)
  await exportCommand.run({
    operands: [path('points')],
    values: { 'training-step': path('step.onnx') },
    output,
  })
  await trained(path('unsaved'), await points(8), { model: linear(3), loss: crossEntropy() })
  await rm(join(path('unsaved'), 'checkpoints'), { recursive: true })
  await trained(path('renamed'), await points(8), {
    model: sequential(linear(3)),
    loss: crossEntropy(),
  })
  const description = join(path('renamed'), 'run.json')
  const text = await readFile(description, 'utf8')
  await writeFile(description, text.replace('"linear"', '"linaer"'))
  await writeFile(path('ok.npy'), encodeNpy(tensor([[1, 2, 3, 4]])))
  await writeFile(path('one.png'), await pictureOf(new Uint8Array(12), [2, 2, 3]))
})

describe('justright predict refuses', () => {
  const refusals: readonly (readonly [
    what: string,
    model: string,
    inputs: readonly string[],
    error: string,
    message: RegExp,
    values?: OptionValues,
  ])[] = [
    [
      'a table without a column',
      'kinds',
      ['no-width.csv'],
      'DataError',
      /no-width\.csv: expected a column "width", which the model was trained with, received colour, widht\. Did you mean widht\?/,
    ],
    [
      'a table with a missing value',
      'kinds',
      ['gap.csv'],
      'DataError',
      /gap\.csv, column "width": expected a value in every row, received 1 missing of 2/,
    ],
    [
      'a table of other columns than a model of plain numbers takes',
      'points',
      ['no-width.csv'],
      'DataError',
      /no-width\.csv: expected 4 columns of numbers, as the model takes rows of \[4\], received 2 col/,
    ],
    [
      'a table of fractions for a model of integers',
      'words',
      ['fractions.csv'],
      'DataError',
      /fractions\.csv: expected numbers that int32 has, .* received 1\.5 \(row 2\)/,
    ],
    [
      'a category that was not there',
      'kinds',
      ['green.csv'],
      'DataError',
      /column "colour": expected one of the categories of training, blue, red, received "green" \(line 3\)/,
    ],
    [
      'an array of another shape',
      'points',
      ['other.npy'],
      'DataError',
      /other\.npy: expected float32 \[N, 4\], as the model takes, received float32 \[1, 3\]/,
    ],
    [
      'bytes for a model of floats',
      'points',
      ['bytes.npy'],
      'DataError',
      /expected float32 \[N, 4\], as the model takes, received uint8 \[1, 4\]/,
    ],
    ['an array that is cut', 'points', ['cut.npy'], 'FormatError', /cut\.npy: expected /],
    [
      'arrays of which none is named',
      'points',
      ['two.npz'],
      'ConfigError',
      /two\.npz: expected the name of the inputs, .* received arrays a, b\. Name them: .*inputs=a/,
    ],
    [
      'an index outside of an embedding',
      'words',
      ['words.npy'],
      'DataError',
      /words: expected indices from 0 to 6, received 7 \(row 2\)/,
    ],
    [
      'an image for a model of numbers',
      'points',
      ['one.png'],
      'DataError',
      /one\.png: expected rows of \[4\], which the model takes, received an image/,
    ],
    ['a file that is not there', 'points', ['none.npy'], 'DataError', /none\.npy: .* ENOENT/],
    [
      'a file of no kind',
      'points',
      ['x.txt'],
      'ConfigError',
      /^input: expected an image as PNG, JPEG or WebP, .* received ".*x\.txt"/,
    ],
    ['nothing to predict for', 'points', [], 'ConfigError', /--input with what to predict for/],
    ['a file that is no model', 'garbage.onnx', ['ok.npy'], 'FormatError', /garbage\.onnx/],
    [
      'a model without inputs',
      'empty.onnx',
      ['ok.npy'],
      'FormatError',
      /empty\.onnx: expected an ONNX model with inputs and outputs, received 0 inputs/,
    ],
    [
      'a training step',
      'step.onnx',
      ['ok.npy'],
      'FormatError',
      /step\.onnx: expected a model of one input, \[batch, \.\.\.\] .* received .*batch\/inputs.* and \d+ more/,
    ],
    [
      'a model with an operator that ONNX Runtime does not have',
      'strange.onnx',
      ['ok.npy'],
      'EngineError',
      /strange\.onnx: expected a model that ONNX Runtime accepts, received ".*Relay/,
    ],
    ['a model that is not there', 'none.onnx', ['ok.npy'], 'DataError', /none\.onnx: .* ENOENT/],
    ['a run that is not there', 'none', ['ok.npy'], 'RunError', /none": expected a directory/],
    [
      'a run without a checkpoint',
      'unsaved',
      ['ok.npy'],
      'RunError',
      /unsaved": expected a good checkpoint, received none/,
    ],
    [
      'a run whose description has a layer that is not there',
      'renamed',
      ['ok.npy'],
      'ConfigError',
      /^model, layer "0": expected one of linear, .* received "linaer"\. Did you mean linear\?/,
    ],
    [
      'a checkpoint of a file',
      'step.onnx',
      ['ok.npy'],
      'ConfigError',
      /--checkpoint: expected the directory of a run/,
      { checkpoint: 'best' },
    ],
  ]
  for (const [what, model, inputs, name, message, values = {}] of refusals)
    test(what, async () => {
      const call = predict([path(model)], { ...values, input: inputs.map(path) })
      await assert.rejects(call, { name, message })
    })

  test('a call without a model', async () => {
    await assert.rejects(predict([], {}), { name: 'ConfigError', message: /directory of a run/ })
  })
})
