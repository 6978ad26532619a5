import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sparkline } from './sparkline.ts'

const cases: readonly [what: string, counts: readonly number[], columns: number, line: string][] = [
  ['is as high as its counts', [0, 1, 4, 8, 4], 5, ' ▁▄█▄'],
  ['shows a single one among many', [1, 100_000], 2, '▁█'],
  ['adds neighbours up where there are more counts than columns', [1, 1, 4, 4, 2, 2], 3, '▂█▄'],
  ['is not wider than its counts', [1, 1], 9, '██'],
  ['of nothing is empty', [0, 0, 0], 3, '   '],
]

for (const [what, counts, columns, line] of cases)
  test(`a line of blocks ${what}`, () => assert.equal(sparkline(counts, columns), line))
