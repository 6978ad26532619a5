import assert from 'node:assert/strict'
import { test } from 'node:test'
import { tensor } from '../base/index.ts'
import { jsEngine, nativeEngine, referenceEngine } from '../engine/index.ts'
import {
  add,
  div,
  exp,
  input,
  log,
  mul,
  pureProgram,
  sqrt,
  type Value,
  withOrigin,
} from '../ir/index.ts'
import { firstBadValue } from './first-bad-value.ts'

const x = input('x', [2, 2])
const y = input('y', [2, 2])
const inLayer = (build: () => Value) =>
  withOrigin({ kind: 'linear', path: 'encoder.2', pass: 'forward' }, build)
const good = { x: [[1, 2], [3, 4]], y: [[1, 1], [1, 1]] } // biome-ignore format: matrices

const cases: Readonly<Record<string, readonly [Value, typeof good, RegExp]>> = {
  'the log of 0': [
    inLayer(() => log(add(x, mul(y, -1)))),
    { ...good, x: [[5, 2], [1, 4]] }, // biome-ignore format: a matrix
    /-Infinity at \[1, 0\] of log in linear "encoder\.2": log of 0, from add of linear "encoder\.2"/,
  ],
  'the root of a negative number': [
    inLayer(() => sqrt(x)),
    { ...good, x: [[1, 2], [3, -4]] }, // biome-ignore format: a matrix
    /NaN at \[1, 1\] of sqrt in linear "encoder\.2": the root of a negative number, -4, from x/,
  ],
  'a division by 0': [
    inLayer(() => div(x, y)),
    { ...good, y: [[1, 0], [1, 1]] }, // biome-ignore format: a matrix
    /Infinity at \[0, 1\] of div in linear "encoder\.2": 2 by 0, from y/,
  ],
  'an exponential': [
    inLayer(() => exp(x)),
    { ...good, x: [[1, 2], [3, 100]] }, // biome-ignore format: a matrix
    /Infinity at \[1, 1\] of exp in linear "encoder\.2": e\^100 is above/,
  ],
  'a product': [
    inLayer(() => mul(x, y)),
    { x: [[1e30, 1], [1, 1]], y: [[1e30, 1], [1, 1]] }, // biome-ignore format: matrices
    /Infinity at \[0, 0\] of mul in .*beyond the greatest float32: x 1e\+30, y 1e\+30/,
  ],
}

for (const engine of [referenceEngine(), jsEngine(), await nativeEngine({ threads: 1 })])
  for (const [what, [value, feeds, sentence]] of Object.entries(cases))
    test(`${what} is named on ${engine.name}, with its layer and operands`, async () => {
      // What comes after the bad value is bad too.
      const program = pureProgram({ after: mul(value, 2), apart: add(x, 1) })
      const bad = await firstBadValue(
        program,
        engine,
        { x: tensor(feeds.x), y: tensor(feeds.y) },
        {},
      )
      assert.match(bad!.sentence, sentence)
      assert.equal(bad!.path, 'encoder.2')
    })

test('a program of finite values has none', async () => {
  const program = pureProgram({ out: exp(x) })
  const feeds = { x: tensor(good.x), y: tensor(good.y) }
  assert.equal(await firstBadValue(program, referenceEngine(), feeds, {}), undefined)
})
