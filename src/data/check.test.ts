import assert from 'node:assert/strict'
import { test } from 'node:test'
import { tensor } from '../base/index.ts'
import { type CheckOptions, checkDataset, checkSplits, type Dataset } from './index.ts'

const good: Dataset = {
  name: 'toy',
  inputs: tensor([
    [0, 1],
    [2, 3],
    [4, 5],
  ]),
  targets: tensor([0, 2, 1], 'int32'),
  classes: 3,
}

/** Without `classes`, as `exactOptionalPropertyTypes` has it. */
const { classes: _, ...numbers } = good

test('data that can be trained on pass', () => {
  checkDataset(good, { batchSize: 3 })
  checkDataset({ ...numbers, targets: tensor([0.5, -1, 7]) })
  checkDataset({
    ...numbers,
    targets: tensor([
      [1, 2],
      [3, 4],
      [5, 6],
    ]),
  })
  checkDataset({ ...good, targets: tensor([2, 1, 0], 'float32') })
  checkDataset({ ...good, inputs: tensor([1, 2, 3], 'uint8') })
})

const refusals: readonly (readonly [string, Dataset, RegExp, CheckOptions?])[] = [
  ['an empty set', { ...good, inputs: tensor([]) }, /^dataset "toy": expected at least one row/],
  [
    'rows without elements',
    { ...good, inputs: { dtype: 'float32', shape: [3, 0], data: new Float32Array() } },
    /received inputs of shape \[3, 0\]/,
  ],
  [
    'a scalar for inputs',
    { ...good, inputs: tensor(1) },
    /at least one row of inputs, received inputs of shape \[\]/,
  ],
  [
    'fewer targets than inputs',
    { ...good, targets: tensor([0, 1], 'int32') },
    /expected 3 targets, one per row of inputs \[3, 2\], received targets of shape \[2\]/,
  ],
  [
    'NaN in the inputs',
    {
      ...good,
      inputs: tensor([
        [0, 1],
        [2, 3],
        [4, Number.NaN],
      ]),
    },
    /"toy", inputs: expected finite numbers, received NaN at row 2, element 1/,
  ],
  [
    'infinity in inputs of one column',
    { ...good, inputs: tensor([0, Number.NEGATIVE_INFINITY, Number.NaN]) },
    /received -Infinity at row 1\./,
  ],
  [
    'NaN in targets that are numbers',
    { ...numbers, targets: tensor([1, Number.NaN, 2]) },
    /"toy", targets: expected finite numbers, received NaN at row 1/,
  ],
  [
    'a label as large as the number of classes',
    { ...good, targets: tensor([0, 2, 3], 'uint8') },
    /"toy", targets: expected class indices, integers from 0 to 2, received 3 at row 2/,
  ],
  [
    'a negative label',
    { ...numbers, targets: tensor([0, -1, 3], 'int32') },
    /received -1 at row 1/,
  ],
  [
    'a label that is no integer',
    { ...good, targets: tensor([0, 1.5, 1]) },
    /received 1.5 at row 1/,
  ],
  [
    'labels with an axis too many',
    { ...good, targets: tensor([[0], [1], [2]], 'int32') },
    /expected one class index per row, \[N\], received shape \[3, 1\]/,
  ],
  [
    'a batch larger than the data',
    good,
    /expected a batch of 1 to 3 rows, as many as there are, received 4 \(batchSize\)/,
    { batchSize: 4 },
  ],
  ['a batch of none', good, /received 0 \(batchSize\)/, { batchSize: 0 }],
]
for (const [what, dataset, message, options] of refusals)
  test(`${what} is refused`, () => {
    assert.throws(() => checkDataset(dataset, options), { name: 'DataError', message })
  })

test('splits must share element types, row shapes and classes', () => {
  checkSplits({ train: good, validation: { ...good, name: 'held out' } }, { batchSize: 2 })
  const others: readonly (readonly [Dataset, RegExp])[] = [
    [
      { ...good, inputs: tensor([[1], [2], [3]]) },
      /rows of float32 \[2\] .*, received rows of float32 \[1\]/,
    ],
    [
      {
        ...good,
        inputs: tensor(
          [
            [1, 2],
            [2, 3],
            [4, 5],
          ],
          'uint8',
        ),
      },
      /received rows of uint8 \[2\]/,
    ],
    [{ ...good, classes: 4 }, /of 3 classes as in "toy", received .* of 4 classes/],
  ]
  for (const [test, message] of others)
    assert.throws(() => checkSplits({ train: good, test }), { name: 'DataError', message })
})

test('a batch may be larger than the validation rows, not than the training rows', () => {
  const small = { ...good, inputs: tensor([[1, 2]]), targets: tensor([0], 'int32') }
  checkSplits({ train: good, validation: small }, { batchSize: 3 })
  assert.throws(
    () => checkSplits({ train: small, validation: good }, { batchSize: 3 }),
    /batchSize/,
  )
})

test('what is no data source is refused by what it is', () => {
  const cases: readonly (readonly [unknown, RegExp])[] = [
    [() => ({ train: good }), /^data: expected a data source, .* received function\. .*await/],
    [Promise.resolve({ train: good }), /received a promise\. .*await/],
    ['mnist', /received string\. .*dataOf/],
    [{ inputs: [[1]], targets: [0] }, /received object\. .*dataOf/],
    [null, /received null\./],
    [undefined, /received undefined\./],
  ]
  for (const [data, message] of cases)
    assert.throws(() => checkSplits(data as { train: Dataset }), { name: 'DataError', message })
})
