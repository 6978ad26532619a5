import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import sharp from 'sharp'
import { pictureOf, writeTree } from '../../test/pictures.ts'
import { flowerTable, predict, trained } from '../../test/predicting.ts'
import { runModel } from '../../test/run-model.ts'
import { temporaryFolder } from '../../test/runs/samples.ts'
import { points } from '../../test/training.ts'
import { tensor } from '../base/index.ts'
import { dataOf, rowsAt, toys } from '../data/index.ts'
import { imageFolder, sourceOf } from '../data/node/index.ts'
import { encodeNpy, encodeNpz } from '../formats/index.ts'
import { input, mul, pureProgram } from '../ir/index.ts'
import {
  binaryCrossEntropy,
  crossEntropy,
  flatten,
  linear,
  meanSquaredError,
  relu,
  sequential,
} from '../nn/index.ts'
import { encodeProgram } from '../onnx/index.ts'
import { ema } from '../optim/index.ts'

const folder = temporaryFolder()
const path = (name: string) => join(folder, name)
process.env.JUSTRIGHT_CACHE = path('cache')

/** A picture of one colour. */
const plain = (level: number, height = 4, width = 4) =>
  pictureOf(new Uint8Array(height * width * 3).fill(level), [height, width, 3])

before(async () => {
  const levels = [10, 20, 30, 40, 210, 220, 230, 240]
  const files = await Promise.all(levels.map(level => plain(level)))
  writeTree(
    path('shades'),
    Object.fromEntries(
      files.map((bytes, i) => [`${levels[i]! < 128 ? 'dark' : 'light'}/${i}.png`, bytes]),
    ),
  )
  await trained(path('images'), await imageFolder(path('shades'), { size: 4 }), {
    model: sequential(flatten(), linear(2)),
    loss: crossEntropy(),
    // Averages are what is scored and exported.
    averaging: ema({ decay: 0.8 }),
    epochs: 20,
  })
  await writeFile(path('flowers.csv'), flowerTable)
  const text = `${path('flowers.csv')}?skip=id&label=`
  await trained(path('kinds'), await sourceOf(`${text}kind&skip=price`), {
    model: sequential(linear(4), relu(), linear(2)),
    loss: crossEntropy(),
  })
  await trained(path('prices'), await sourceOf(`${text}price&skip=kind&normalizeTargets`), {
    model: sequential(linear(8), relu(), linear(1)),
    loss: meanSquaredError(),
    epochs: 60,
  })
  await trained(path('points'), await points(40, 8), { model: linear(3), loss: crossEntropy() })
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
    await trained(path('grey'), grey, { model: linear(2), loss: crossEntropy(), epochs: 20 })
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
    const [red, blue] = json.rows.map(({ values }) => values!.price)
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
    await trained(path('people'), data, { model: linear(1), loss: meanSquaredError() })
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
    await trained(path('labels'), await dataOf({ train: { inputs, targets } }), {
      model: linear(1),
      loss: binaryCrossEntropy(),
    })
    await writeFile(path('four.npy'), encodeNpy(inputs))
    const { lines } = await predict([path('labels'), path('four.npy')], {})
    assert.match(lines[1]!, /four\.npy row 1 {2}\d+\.\d\d %$/)
  })
})
