import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Tensor } from '../base/index.ts'
import {
  type Cell,
  checkSplits,
  numberIn,
  type ReadOptions,
  type Table,
  TableBuilder,
  type TableOptions,
  tableData,
  tableInputs,
  tableLike,
} from './index.ts'

/** A table of rows, the first of which has the names. */
function table(rows: readonly (readonly Cell[])[], options: ReadOptions = {}): Table {
  const [names = [], ...cells] = rows
  const builder = new TableBuilder('people', names.map(String), options, {
    isNumber: cell => typeof cell === 'number',
    unit: 'line',
  })
  for (const [i, row] of cells.entries()) builder.add(row, i + 2)
  return builder.finish()
}

const rowsOfTensor = ({ shape, data }: Tensor): number[][] =>
  Array.from({ length: shape[0]! }, (_, i) => [
    ...data.subarray(i * (shape[1] ?? 1), (i + 1) * (shape[1] ?? 1)),
  ])

const people = table([
  ['age', 'sex', 'pay', 'group'],
  [20, 'm', 5, 'b'],
  [30, 'f', 7, 'a'],
  [40, 'f', 9, 'b'],
  [50, 'x', 1, 'a'],
])
const whole: Omit<TableOptions, 'label'> = { validation: 0, normalize: 'none' }

test('numbers stay, categories become a feature each, a label of texts becomes classes', async () => {
  const { train, description } = await tableData(people, { label: 'group', ...whole })
  assert.deepEqual(rowsOfTensor(train.inputs), [
    [20, 0, 1, 0, 5],
    [30, 1, 0, 0, 7],
    [40, 1, 0, 0, 9],
    [50, 0, 0, 1, 1],
  ])
  assert.deepEqual([...train.targets.data], [1, 0, 1, 0])
  assert.equal(train.targets.dtype, 'int32')
  assert.equal(train.classes, 2)
  assert.deepEqual(description.classNames, ['a', 'b'])
  assert.deepEqual(description.features, ['age', 'sex=f', 'sex=m', 'sex=x', 'pay'])
  assert.deepEqual(JSON.parse(JSON.stringify(description)), description)
  checkSplits({ train })
})

test('labels that are numbers are answered as numbers, or as classes when said so', async () => {
  const numbers = await tableData(people, { label: 2, ...whole })
  assert.deepEqual(rowsOfTensor(numbers.train.targets), [[5], [7], [9], [1]])
  assert.equal(numbers.train.targets.dtype, 'float32')
  const classes = await tableData(people, { label: -2, task: 'classes', ...whole })
  assert.deepEqual([...classes.train.targets.data], [1, 2, 3, 0])
  assert.deepEqual(classes.description.classNames, ['1', '5', '7', '9'])
  const both = await tableData(people, { label: ['pay', 'age'], ...whole })
  assert.deepEqual(rowsOfTensor(both.train.targets)[1], [7, 30])
})

test('only numbers are normalised, with the mean and deviation of the training rows', async () => {
  const { normalization } = await tableData(people, { label: 'group', validation: 0 })
  assert.deepEqual(normalization?.center, [35, 0, 0, 0, 5.5])
  assert.deepEqual(normalization?.spread, [Math.sqrt(125), 1, 1, 1, Math.sqrt(8.75)])
  const source = await tableData(people, { label: 'group', validation: 2, seed: 5 })
  const ages = source.train.inputs.data.filter((_, i) => i % 5 === 0)
  assert.equal(source.normalization?.center[0], (ages[0]! + ages[1]!) / 2)
})

test('targets that are numbers are normalised when asked for, alone or with the inputs', async () => {
  const alone = await tableData(people, { label: 'pay', ...whole, normalizeTargets: true })
  assert.equal(alone.normalization, undefined)
  assert.deepEqual(alone.targetNormalization?.center, [5.5])
  const both = await tableData(people, { label: 'pay', validation: 0, normalizeTargets: true })
  assert.equal(both.normalization?.center[0], 35)
  assert.deepEqual(both.targetNormalization, alone.targetNormalization)
  await assert.rejects(
    tableData(people, { label: 'group', validation: 0, normalizeTargets: true }),
    /expected targets that are numbers, received int32 class indices/,
  )
})

const gaps = table([
  ['x', 'c', 'y'],
  [1, 'a', 10],
  [null, 'b', 20],
  [4, null, 30],
  [7, 'a', null],
])

test('imputed rows have the mean of the training rows, no category, and a feature that tells', async () => {
  const source = await tableData(gaps, { label: 'y', missing: 'impute', ...whole })
  assert.deepEqual(source.description.features, ['x', 'x is missing', 'c=a', 'c=b', 'c is missing'])
  assert.deepEqual(rowsOfTensor(source.train.inputs), [
    [1, 0, 1, 0, 0],
    [2.5, 1, 0, 1, 0],
    [4, 0, 0, 0, 1],
  ])
  assert.equal(source.description.droppedRows, 1)
  assert.deepEqual(source.normalization, undefined)
})

test('rows with gaps are dropped and counted when asked for', async () => {
  const source = await tableData(gaps, { label: 'y', missing: 'drop', ...whole })
  assert.deepEqual(rowsOfTensor(source.train.inputs), [[1, 1, 0]])
  assert.equal(source.description.droppedRows, 3)
})

test('the mean that is imputed is that of the training rows alone', async () => {
  const rows: Cell[][] = Array.from({ length: 40 }, (_, i) => [i % 4 === 0 ? null : i ** 2, i])
  const source = await tableData(table([['x', 'y'], ...rows]), {
    label: 'y',
    missing: 'impute',
    validation: 0.5,
    normalize: 'none',
  })
  const features = (part: { inputs: Tensor }) => rowsOfTensor(part.inputs)
  const known = features(source.train).filter(([, isMissing]) => isMissing === 0)
  const mean = known.reduce((sum, [x]) => sum + x!, 0) / known.length
  const imputed = features(source.validation!).filter(([, isMissing]) => isMissing === 1)
  assert.ok(imputed.length > 0)
  for (const [x] of imputed) assert.equal(x, Math.fround(mean))
})

test('parts are drawn by the seed, with every class alike when asked for', async () => {
  const rows: Cell[][] = Array.from({ length: 50 }, (_, i) => [i, i % 5 === 0 ? 'rare' : 'usual'])
  const many = table([['x', 'c'], ...rows])
  const options = {
    label: 'c',
    validation: 0.2,
    test: 10,
    stratified: true,
    normalize: 'none',
  } as const
  const source = await tableData(many, options)
  for (const part of [source.validation!, source.test!])
    assert.deepEqual([...part.targets.data].sort(), [0, 0, 1, 1, 1, 1, 1, 1, 1, 1])
  const all = [source.train, source.validation!, source.test!].flatMap(({ inputs }) => [
    ...inputs.data,
  ])
  assert.deepEqual(
    all.sort((a, b) => a - b),
    rows.map(([x]) => x),
  )
  assert.deepEqual(source, await tableData(many, options))
  const other = await tableData(many, { ...options, seed: 1 })
  assert.notEqual(source.description.hash, other.description.hash)
})

test('new rows are encoded and normalised as those of training were', async () => {
  const trained = await tableData(people, { label: 'group', validation: 0 })
  const stored = JSON.parse(JSON.stringify(trained.description))
  const fresh = table([
    ['group', 'pay', 'sex', 'age'],
    ['b', 2, 'x', 60],
  ])
  const like = await tableLike(fresh, stored)
  assert.deepEqual(rowsOfTensor(like.train.inputs), [[60, 0, 0, 1, 2]])
  assert.deepEqual([...like.train.targets.data], [1])
  assert.deepEqual(like.normalization, trained.normalization)
  assert.deepEqual(like.description.table, stored.table)
  const { columns, ...rest } = fresh
  const unlabelled = { ...rest, columns: columns.filter(({ name }) => name !== 'group') }
  assert.deepEqual(rowsOfTensor(tableInputs(unlabelled, stored)), [[60, 0, 0, 1, 2]])
})

test('rows to score are dropped where those of training were', async () => {
  const { description } = await tableData(gaps, { label: 'y', missing: 'drop', ...whole })
  const like = await tableLike(gaps, description)
  assert.deepEqual(rowsOfTensor(like.train.inputs), [[1, 1, 0]])
  assert.equal(like.description.droppedRows, 3)
  const imputed = await tableData(gaps, { label: 'y', missing: 'impute', ...whole })
  assert.deepEqual((await tableLike(gaps, imputed.description)).train, {
    ...imputed.train,
    name: 'people',
  })
})

test('a category that is not known is 0 in all features when asked for', async () => {
  const { description } = await tableData(people, { label: 'group', unknown: 'zeros', ...whole })
  const fresh = table([
    ['age', 'sex', 'pay'],
    [1, 'd', 2],
  ])
  assert.deepEqual(rowsOfTensor(tableInputs(fresh, description)), [[1, 0, 0, 0, 2]])
})

const { description: fitted } = await tableData(people, { label: 'group', ...whole })
const at = (rows: readonly (readonly Cell[])[]) => tableInputs(table(rows), fitted)
const refusals: readonly (readonly [string, () => unknown, RegExp])[] = [
  [
    'a label that is no column',
    () => tableData(people, { label: 'grup' }),
    /label of "people": expected a column among age, sex, pay, group, received "grup"\. Did you mean group\?/,
  ],
  ['a label beyond the columns', () => tableData(people, { label: 4 }), /among age.*, received 4/],
  [
    'a table that is all label',
    () => tableData(people, { label: [0, 1, 2, 3] }),
    /one for the inputs, received 4 of 4 columns for the label/,
  ],
  [
    'several labels that are classes',
    () => tableData(people, { label: ['sex', 'group'] }),
    /one column where the targets are classes, received sex, group/,
  ],
  [
    'missing values that nothing is said about',
    () => tableData(gaps, { label: 'y', ...whole }),
    /people, column "x": expected a value in every row, received 1 missing of 4, the first at line 3\. Leave/,
  ],
  [
    'a column that is all missing',
    () =>
      tableData(
        table([
          ['x', 'y'],
          [null, 1],
          [null, 2],
        ]),
        { label: 'y', missing: 'impute' },
      ),
    /people, column "x": expected at least one value, received 2 rows without any\. Skip/,
  ],
  [
    'rows that are all dropped',
    () =>
      tableData(
        table([
          ['x', 'z', 'y'],
          [null, 1, 1],
          [2, null, 2],
        ]),
        { label: 'y', missing: 'drop' },
      ),
    /people: expected a row with y and without missing values, received 2 rows that are dropped/,
  ],
  [
    'classes drawn alike where there are none',
    () => tableData(people, { label: 'pay', stratified: true }),
    /classes, to draw every class alike, received numbers \(stratified: true\)/,
  ],
  [
    'an unknown category at prediction',
    () =>
      at([
        ['age', 'sex', 'pay'],
        [1, 'f', 2],
        [1, 'fm', 2],
      ]),
    /people, column "sex": expected one of the categories of training, f, m, x, received "fm" \(line 3\)\. Did you mean/,
  ],
  [
    'a column that is absent at prediction',
    () =>
      at([
        ['ages', 'sex', 'pay'],
        [1, 'f', 2],
      ]),
    /people: expected a column "age", which the model was trained with, received ages, sex, pay\. Did you mean ages\?/,
  ],
  [
    'texts for numbers at prediction',
    () =>
      at([
        ['age', 'sex', 'pay'],
        ['old', 'f', 2],
      ]),
    /people, column "age": expected numbers, received categories/,
  ],
  [
    'a missing value at prediction where none was',
    () =>
      at([
        ['age', 'sex', 'pay'],
        [null, 'f', 2],
      ]),
    /column "age": expected a value in every row, received 1 missing of 1, the first at line 2/,
  ],
  [
    'a description of other data',
    () => tableInputs(people, { source: 'mnist', hash: '', rows: {} }),
    /data "mnist": expected data that were a table/,
  ],
]
for (const [what, attempt, message] of refusals)
  test(`${what}: refused`, async () => {
    await assert.rejects(async () => attempt(), message)
  })

test('numbers are decimal and finite', () => {
  const numbers: readonly (readonly [string, number])[] = [
    ['1', 1],
    [' -2.5e-3 ', -0.0025],
    ['.5', 0.5],
    ['5.', 5],
    ['007', 7],
    ['0', 0],
    ['-0', -0],
  ]
  for (const [text, value] of numbers) assert.equal(numberIn(text), value)
  for (const text of [
    '',
    ' ',
    '0x10',
    ' 0b1',
    'Infinity',
    '-inf',
    '1e999',
    '1,5',
    '1 2',
    'one',
    '1_000',
  ])
    assert.ok(Number.isNaN(numberIn(text)), text)
})
