import assert from 'node:assert/strict'
import { test } from 'node:test'
import { evaluate } from '../src/engine/reference/index.ts'
import {
  formatProgram,
  type OpName,
  opTable,
  resultsOf,
  valuesOf,
  verify,
} from '../src/ir/index.ts'
import { simplify } from '../src/rewrite/index.ts'
import { assertTensor } from './assert-tensor.ts'
import { randomProgram } from './random-graphs.ts'

const seeds = Array.from({ length: 150 }, (_, seed) => seed)
/** Whose results jump where a rounding error moves an operand, or that only read indices. */
const leftOut: readonly OpName[] = ['argMax', 'equal', 'not', 'oneHot', 'stopGradient']

test('random programs are well formed, finite and moderate', () => {
  for (const seed of seeds) {
    const { program, feeds } = randomProgram(seed)
    verify(program)
    for (const { data } of evaluate(valuesOf(resultsOf(program)), feeds))
      assert.ok(
        data.every(x => Math.abs(x) < 1e4),
        `seed ${seed}`,
      )
  }
})

test('the same seed gives the same program and another seed another', () => {
  const texts = seeds.map(seed => formatProgram(randomProgram(seed).program))
  assert.deepEqual(
    texts,
    seeds.map(seed => formatProgram(randomProgram(seed).program)),
  )
  assert.equal(new Set(texts).size, seeds.length)
  assert.deepEqual(randomProgram(7).feeds, randomProgram(7).feeds)
})

test('random programs come upon every op but those that jump', () => {
  const seen = new Set(
    seeds.flatMap(seed => valuesOf(resultsOf(randomProgram(seed).program)).map(({ op }) => op)),
  )
  assert.deepEqual((Object.keys(opTable) as OpName[]).filter(op => !seen.has(op)).sort(), [
    ...leftOut,
  ])
})

test('random programs feed exactly what they read, and float64 where asked', () => {
  const { program, feeds } = randomProgram(3, 'float64')
  for (const { dtype } of [...resultsOf(program), ...Object.values(feeds)])
    assert.equal(dtype, 'float64')
})

test('rewrites keep the results of random programs', () => {
  for (const seed of seeds) {
    const { program, feeds } = randomProgram(seed, 'float64')
    const simple = simplify(program, value => evaluate([value])[0]!)
    verify(simple)
    const expected = evaluate(resultsOf(program), feeds)
    evaluate(resultsOf(simple), feeds).forEach((tensor, i) => {
      assertTensor(tensor, expected[i]!)
    })
  }
})

test('rewrites make most random programs smaller', () => {
  const count = (program: ReturnType<typeof simplify>) => valuesOf(resultsOf(program)).length
  const smaller = seeds.filter(seed => {
    const { program } = randomProgram(seed)
    return count(simplify(program, value => evaluate([value])[0]!)) < count(program)
  })
  assert.ok(smaller.length > seeds.length / 2, `${smaller.length} of ${seeds.length}`)
})
