import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fillNormal, keyOf, type NumericArray, type Tensor } from '../base/index.ts'
import {
  blocksOf,
  checkDataset,
  contentHash,
  type Dataset,
  gatherRows,
  joinRows,
  type RowSource,
  rowRange,
  rowsAt,
  selectRows,
  splitFirst,
  splitStratified,
} from './index.ts'

const width = 5
const data = new Float32Array(40 * width)
fillNormal(keyOf(2006), data, 0, 1)
const inMemory: Tensor = { dtype: 'float32', shape: [40, width], data }
const order = Uint32Array.of(3, 4, 5, 0, 39, 38, 7, 8)

/** The same rows behind reads, and how many reads there were. */
function readRowsOf(t: Tensor): RowSource & { reads: number } {
  const size = t.data.length / t.shape[0]!
  return {
    dtype: t.dtype,
    shape: t.shape,
    reads: 0,
    readRows(start, count, out, place) {
      this.reads++
      out.set(t.data.subarray(start * size, (start + count) * size), place)
    },
  }
}

const values = (rows: RowSource | Tensor): NumericArray => rowsAt(rows, 0, rows.shape[0]!).data

test('rows gathered from a source are those gathered in memory, one read for rows that follow each other', () => {
  const source = readRowsOf(inMemory)
  assert.deepEqual(gatherRows(source, order, 1, 6), gatherRows(inMemory, order, 1, 6))
  assert.equal(source.reads, 5, '4 5, 0, 39, 38, 7')
})

test('a range, a selection, and a selection of a range hold the rows they name', () => {
  const source = readRowsOf(inMemory)
  const of = (rows: readonly number[]) => rows.flatMap(i => [...data.subarray(i * 5, i * 5 + 5)])
  assert.deepEqual([...values(rowRange(source, 10, 13))], of([10, 11, 12]))
  assert.deepEqual([...values(selectRows(source, order))], of([...order]))
  const both = selectRows(rowRange(source, 10, 20), Uint32Array.of(9, 0))
  assert.deepEqual(both.shape, [2, 5])
  assert.deepEqual([...values(both)], of([19, 10]))
  const twice = selectRows(selectRows(source, order), Uint32Array.of(4, 0))
  assert.deepEqual([...values(twice)], of([39, 3]))
})

test('joined parts are one after the other, across their borders too', () => {
  const parts = [
    rowRange(inMemory, 0, 7),
    rowRange(readRowsOf(inMemory), 7, 8),
    rowRange(inMemory, 8, 40),
  ] as const
  const joined = joinRows(parts)
  assert.deepEqual(joined.shape, [40, 5])
  assert.deepEqual(values(joined), data)
  assert.deepEqual(gatherRows(joined, order, 0, 8), gatherRows(inMemory, order, 0, 8))
  assert.deepEqual(rowsAt(joined, 6, 3), rowsAt(inMemory, 6, 3))
})

test('blocks hold every row once; one of 40 MiB is cut into blocks of 16 MiB', () => {
  const wide: Tensor = { dtype: 'uint8', shape: [40, 2 ** 20], data: new Uint8Array(40 * 2 ** 20) }
  const cuts = (rows: Tensor | RowSource) =>
    Array.from(blocksOf(rows), block => [block.start, block.rows.shape[0]])
  assert.deepEqual(cuts(wide), [
    [0, 16],
    [16, 16],
    [32, 8],
  ])
  assert.deepEqual(cuts(readRowsOf(wide)), cuts(wide))
})

function datasetOf(inputs: Tensor | RowSource): Dataset {
  const targets: Tensor = {
    dtype: 'uint8',
    shape: [40],
    data: new Uint8Array(40).map((_, i) => i % 4),
  }
  return { name: 'rows', inputs, targets, classes: 4 }
}

test('a source has the hash, the splits and the complaints of the same rows in memory', async () => {
  const streamed = datasetOf(readRowsOf(inMemory))
  const held = datasetOf(inMemory)
  assert.equal(await contentHash({ train: streamed }), await contentHash({ train: held }))
  checkDataset(streamed)
  for (const split of [
    (d: Dataset) => splitFirst(d, 9),
    (d: Dataset) => splitStratified(d, 8, keyOf(7)),
  ]) {
    const [a, b] = [split(streamed), split(held)]
    for (const part of ['train', 'validation'] as const) {
      assert.deepEqual(values(a[part].inputs), values(b[part].inputs))
      assert.deepEqual(a[part].targets, b[part].targets)
    }
  }
  const broken = { ...inMemory, data: data.with(12, Number.NaN) as Float32Array<ArrayBuffer> }
  assert.throws(() => checkDataset(datasetOf(readRowsOf(broken))), {
    name: 'DataError',
    message:
      'dataset "rows", inputs: expected finite numbers, received NaN at row 2, element 2. Drop such rows or replace such values before training',
  })
})
