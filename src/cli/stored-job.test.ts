import assert from 'node:assert/strict'
import { test } from 'node:test'
import { firstDifference } from './stored-job.ts'

const cases: readonly (readonly [string, unknown, unknown, string | undefined])[] = [
  ['equal trees', { a: [1, { b: null }] }, { a: [1, { b: null }] }, undefined],
  ['a changed leaf', { a: { b: 1, c: 2 } }, { a: { b: 1, c: 3 } }, 'x.a.c'],
  ['a leaf more', { a: 1 }, { a: 1, b: 2 }, 'x.b'],
  ['a leaf less', { a: 1, b: 2 }, { a: 1 }, 'x.b'],
  ['a layer more', { layers: [1] }, { layers: [1, 2] }, 'x.layers.1'],
  ['a leaf in place of a tree', { a: {} }, { a: 1 }, 'x.a'],
  ['another type', { a: 1 }, { a: '1' }, 'x.a'],
  ['the first of two', { a: 1, b: 2 }, { a: 2, b: 3 }, 'x.a'],
]

for (const [name, before, after, path] of cases)
  test(`${name}: ${path ?? 'no difference'}`, () => {
    assert.equal(firstDifference(before, after, 'x')?.path, path)
  })
