import assert from 'node:assert/strict'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import sharp from 'sharp'
import { pictureOf, writeTree } from '../../test/pictures.ts'
import { runModel } from '../../test/run-model.ts'
import { temporaryFolder } from '../../test/runs/samples.ts'
import { points } from '../../test/training.ts'
import { tensor } from '../base/index.ts'
import { type DataSource, dataOf, rowsAt, rowsOf, toys } from '../data/index.ts'
import { imageFolder, sourceOf } from '../data/node/index.ts'
import { jsEngine } from '../engine/index.ts'
import { encodeModel, encodeNpy, encodeNpz } from '../formats/index.ts'
import { input, mul, pureProgram } from '../ir/index.ts'
import {
  binaryCrossEntropy,
  crossEntropy,
  embedding,
  flatten,
  linear,
  meanSquaredError,
  relu,
  sequential,
} from '../nn/index.ts'
import { encodeProgram } from '../onnx/index.ts'
import { adam, ema } from '../optim/index.ts'
import { runDirectory } from '../runs/node/index.ts'
import { type Experiment, fit } from '../train/index.ts'
import { predictCommand } from './commands/predict.ts'
import type { OptionValues } from './options.ts'
import type { Output } from './output.ts'

const folder = temporaryFolder()
const path = (name: string) => join(folder, name)
process.env.JUSTRIGHT_CACHE = path('cache')

/** What the command prints, and its JSON. */
async function predict(operands: readonly string[], values: OptionValues) {
  const printed: string[] = []
  const results: unknown[] = []
  const output = {
    print: (line: string) => printed.push(line),
    json: (value: unknown) => results.push(value),
    update() {},
  }
  await predictCommand.run({ operands, values, output: output as unknown as Output })
  return { lines: printed, json: results[0] as { rows: Row[]; step: number; skipped?: string[] } }
}

interface Row {
  readonly input: string
  readonly change?: string
  readonly top?: readonly { readonly class: string; readonly probability: number }[]
  readonly values?: Readonly<Record<string, number>>
}

const trained = async (
  name: string,
  data: DataSource,
  experiment: Partial<Experiment> & Pick<Experiment, 'model' | 'loss'>,
) =>
  fit({
    optimizer: adam({ learningRate: 0.05 }),
    epochs: 8,
    batchSize: Math.min(8, rowsOf(data.train)),
    engine: jsEngine(),
    ...experiment,
    name,
    data,
    recorders: [runDirectory(path(name))],
  })

/** A picture of one colour. */
const plain = (level: number, height = 4, width = 4) =>
  pictureOf(new Uint8Array(height * width * 3).fill(level), [height, width, 3])

const flowers = Array.from({ length: 40 }, (_, i) => {
  const width = (i % 20) / 10
  const colour = i % 2 ? 'red' : 'blue'
  const kind = i % 2 ? 'rose' : 'iris'
  return `${i},${width},${colour},${kind},${1000 + 100 * width + (i % 2 ? 50 : 0)}`
})

before(async () => {
  const levels = [10, 20, 30, 40, 210, 220, 230, 240]
  const files = await Promise.all(levels.map(level => plain(level)))
  writeTree(
    path('shades'),
    Object.fromEntries(
      files.map((bytes, i) => [`${levels[i]! < 128 ? 'dark' : 'light'}/${i}.png`, bytes]),
    ),
  )
  await trained('images', await imageFolder(path('shades'), { size: 4 }), {
    model: sequential(flatten(), linear(2)),
    loss: crossEntropy(),
    // Averages are what is scored and exported.
    averaging: ema({ decay: 0.8 }),
    epochs: 20,
  })
  await writeFile(path('flowers.csv'), `id,width,colour,kind,price\n${flowers.join('\n')}\n`)
  const text = `${path('flowers.csv')}?skip=id&label=`
  await trained('kinds', await sourceOf(`${text}kind&skip=price`), {
    model: sequential(linear(4), relu(), linear(2)),
    loss: crossEntropy(),
  })
  await trained('prices', await sourceOf(`${text}price&skip=kind&normalizeTargets`), {
    model: sequential(linear(8), relu(), linear(1)),
    loss: meanSquaredError(),
    epochs: 60,
  })
  await trained('points', await points(40, 8), { model: linear(3), loss: crossEntropy() })
})

describe('justright predict on images', () => {
  test('tells the class by its name with its probability, from the run and from its file alike', async () => {
    await writeFile(path('new.png'), await plain(235))
    const { lines, json } = await predict([path('images')], {
      input: [path('new.png')],
      json: true,
    })
    assert.equal(lines[0], 'images after step 20, for 1 row\n')
    assert.match(lines[1]!, /new\.png {2}light \d+\.\d\d %, dark \d+\.\d\d %$/)
    const { top } = json.rows[0]!
    assert.equal(json.step, 20)
    assert.ok(Math.abs(top![0]!.probability + top![1]!.probability - 1) < 1e-6)
    const file = join(path('images'), 'model.onnx')
    const { json: again } = await predict([file], { input: [path('new.png')], json: true })
    assert.deepEqual(again.rows, json.rows)
  })

  test('brings other sizes to that of the model, and says so', async () => {
    await writeFile(
      path('wide.jpg'),
      await sharp(await plain(5, 6, 12))
        .jpeg()
        .toBuffer(),
    )
    await writeFile(
      path('large.webp'),
      await sharp(await plain(250, 8, 8))
        .webp()
        .toBuffer(),
    )
    const { lines } = await predict([path('images'), path('wide.jpg'), path('large.webp')], {})
    assert.match(lines[1]!, /wide\.jpg \(its middle resized from 12x6 to 4x4\) {2}dark /)
    assert.match(lines[2]!, /large\.webp \(resized from 8x8 to 4x4\) {2}light /)
  })

  test('makes images grey for a model of grey ones', async () => {
    const grey = await imageFolder(path('shades'), { grey: true, shape: 'flat' })
    await trained('grey', grey, { model: linear(2), loss: crossEntropy(), epochs: 20 })
    await writeFile(path('new.png'), await plain(235))
    const { json } = await predict([path('grey')], { input: [path('new.png')], json: true })
    assert.equal(json.rows[0]!.change, 'made grey')
    assert.equal(json.rows[0]!.top![0]!.class, 'light')
  })

  test('takes a folder, and names and counts what does not decode unless asked to leave it out', async () => {
    writeTree(path('mixed'), {
      'a.png': await plain(0),
      'b.png': (await plain(0)).subarray(0, 40),
      'c.jpg': Uint8Array.of(1, 2, 3),
      'notes.txt': Uint8Array.of(1),
    })
    await assert.rejects(predict([path('images')], { input: [path('mixed')] }), {
      name: 'FormatError',
      message: /2 that do not: .*b\.png \(.+\), .*c\.jpg \(.+\)\. The option skip leaves them out/,
    })
    const { lines, json } = await predict([path('images')], {
      input: [path('mixed')],
      skip: true,
      json: true,
    })
    assert.equal(json.rows.length, 1)
    assert.deepEqual(json.skipped, [path(join('mixed', 'b.png')), path(join('mixed', 'c.jpg'))])
    assert.match(lines.at(-1)!, /c\.jpg does not decode and was left out$/)
  })
})

describe('justright predict on tables', () => {
  const rows = 'colour,note,width\nred,x,0.5\nblue,y,1.2\n'

  test('encodes rows as those of the training, in any order of columns and without the label', async () => {
    await writeFile(path('new.csv'), rows)
    const out = path('answers.csv')
    const { lines, json } = await predict([path('kinds')], {
      input: [path('new.csv')],
      out,
      json: true,
    })
    assert.match(lines[1]!, /new\.csv row 1 {2}rose \d+\.\d\d %, iris /)
    assert.deepEqual(
      json.rows.map(({ top }) => top![0]!.class),
      ['rose', 'iris'],
    )
    const [head, first] = (await readFile(out, 'utf8')).split('\n')
    assert.equal(head, 'input,class,probability,probability of iris,probability of rose')
    const [input, name, probability, , rose] = first!.split(',')
    assert.deepEqual([input, name, probability], [`${path('new.csv')} row 1`, 'rose', rose])
    assert.equal(Number(rose), json.rows[0]!.top![0]!.probability)
  })

  test('tells a number in the unit in which it was given', async () => {
    await writeFile(path('new.csv'), rows)
    const { lines, json } = await predict([path('prices')], {
      input: [path('new.csv')],
      json: true,
    })
    const [red, blue] = json.rows.map(({ values }) => values!.price!)
    assert.ok(Math.abs(red! - 1100) < 15, `${red}`)
    assert.ok(Math.abs(blue! - 1120) < 15, `${blue}`)
    assert.match(lines[1]!, /row 1 {2}price 1\d\d\d(\.\d+)?$/)
  })

  test('takes plain columns for a model of plain numbers, with settings as sources have them', async () => {
    await writeFile(path('plain.csv'), '1;0;0;0\n0;0;9;0\n')
    const { json } = await predict([path('points')], {
      input: [`${path('plain.csv')}?delimiter=;&header=false`],
      json: true,
    })
    assert.equal(json.rows[1]!.top![0]!.class, '2')
  })

  test('reads of a Parquet file only the columns of the training', async () => {
    const people = fileURLToPath(
      new URL('../../test/fixtures/people-zstd.parquet', import.meta.url),
    )
    const skipped = ['parts', 'big', 'since', 'height', 'member'].map(name => `&skip=${name}`)
    const data = await sourceOf(
      `${people}?label=price&missing=impute&validation=0${skipped.join('')}`,
    )
    await trained('people', data, { model: linear(1), loss: meanSquaredError() })
    const { json } = await predict([path('people'), people], { json: true })
    assert.deepEqual(
      json.rows.map(({ values }) => typeof values!.price),
      Array(5).fill('number'),
    )
  })
})

describe('justright predict on arrays', () => {
  test('gives what the model gives for them, in parts and in their order', async () => {
    const { train } = await points(600)
    const inputs = rowsAt(train.inputs, 0, 600)
    await writeFile(path('x.npy'), encodeNpy(inputs))
    await writeFile(path('x.npz'), encodeNpz({ y: tensor([1]), x_test: inputs }))
    const { json } = await predict([path('points'), path('x.npy')], { json: true })
    const model = await readFile(join(path('points'), 'model.onnx'))
    const { output } = await runModel(model, { input: inputs })
    assert.equal(json.rows.length, 600)
    for (const [i, { top }] of json.rows.entries()) {
      const most = Math.max(...output!.data.subarray(i * 3, i * 3 + 3))
      assert.ok(Math.abs(top![0]!.probability - most) < 1e-6)
    }
    for (const name of ['x.npz', 'x.npz?inputs=x_test']) {
      const { json: zipped } = await predict([path('points'), path(name)], { json: true })
      assert.deepEqual(
        zipped.rows.map(({ top }) => top),
        json.rows.map(({ top }) => top),
      )
    }
  })

  test('runs a model from elsewhere, of one row at a time, and tells its numbers', async () => {
    const doubled = pureProgram({ y: mul(input('x', [1, 2]), 2) })
    await writeFile(path('foreign.onnx'), encodeProgram(doubled, { dialect: 'standard' }))
    await writeFile(path('pairs.csv'), '1,2\n3,4.5\n')
    const { lines } = await predict([path('foreign.onnx'), path('pairs.csv')], {})
    assert.deepEqual(
      lines.slice(1).map(line => line.split('  ')[1]),
      ['0 2, 1 4', '0 6, 1 9'],
    )
  })

  test('tells how likely each label holds', async () => {
    const { train } = await toys.xor()
    const inputs = rowsAt(train.inputs, 0, 4)
    const targets = tensor([[0], [1], [1], [0]])
    await trained('labels', await dataOf({ train: { inputs, targets } }), {
      model: linear(1),
      loss: binaryCrossEntropy(),
    })
    await writeFile(path('four.npy'), encodeNpy(inputs))
    const { lines } = await predict([path('labels'), path('four.npy')], {})
    assert.match(lines[1]!, /four\.npy row 1 {2}\d+\.\d\d %$/)
  })
})

describe('justright predict refuses', () => {
  before(async () => {
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
      'words',
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
    const step = await import('./commands/export.ts')
    const output = { print() {}, json() {}, update() {} } as unknown as Output
    await step.exportCommand.run({
      operands: [path('points')],
      values: { 'training-step': path('step.onnx') },
      output,
    })
    await trained('unsaved', await points(8), { model: linear(3), loss: crossEntropy() })
    await rm(join(path('unsaved'), 'checkpoints'), { recursive: true })
    await writeFile(path('ok.npy'), encodeNpy(tensor([[1, 2, 3, 4]])))
    await writeFile(path('one.png'), await plain(1))
  })

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
      /step\.onnx: expected a model of one input, \[batch, \.\.\.\] .* received .*batch\/inputs/,
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
