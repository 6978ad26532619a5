import assert from 'node:assert/strict'
import { test } from 'node:test'
import { assertTensor } from '../../test/assert-tensor.ts'
import { randomProgram } from '../../test/random-graphs.ts'
import { type Named, type Tensor, tensor, zerosTensor } from '../base/index.ts'
import { evaluate } from '../engine/index.ts'
import { gradients } from '../grad/index.ts'
import {
  argMax,
  constant,
  gather,
  input,
  inputsOf,
  logSoftmax,
  mul,
  neg,
  oneHot,
  type Program,
  pureProgram,
  resultsOf,
  scatterAdd,
  sum,
  type Value,
  verify,
} from '../ir/index.ts'
import { replicate } from './replicate.ts'

const count = 3

/** Feeds of each copy, the same ones turned by a few elements. */
function feedsOfCopy(feeds: Named<Tensor>, copy: number, isOwn: (name: string) => boolean) {
  return Object.fromEntries(
    Object.entries(feeds).map(([name, feed]) => {
      const data = feed.data.slice()
      if (isOwn(name))
        data.forEach((_, i) => {
          data[i] = feed.data[(i + copy) % data.length]!
        })
      return [name, { ...feed, data } as Tensor]
    }),
  )
}

function stacked(copies: readonly Tensor[]): Tensor {
  const { dtype, shape, data } = copies[0]!
  const whole = zerosTensor(dtype, [copies.length, ...shape])
  copies.forEach((copy, i) => {
    whole.data.set(copy.data, i * data.length)
  })
  return whole
}

/** Holds the copies of a program, run at once, to the program run for each on its own. */
function holds(program: Program, feeds: Named<Tensor>, isOwn: (name: string) => boolean): void {
  const many = replicate(program, count, isOwn)
  verify(many)
  const copies = Array.from({ length: count }, (_, copy) => feedsOfCopy(feeds, copy, isOwn))
  const together = Object.fromEntries(
    Object.keys(feeds).map(name => [
      name,
      isOwn(name) ? stacked(copies.map(copy => copy[name]!)) : feeds[name]!,
    ]),
  )
  const alone = copies.map(copy => evaluate(resultsOf(program), copy))
  evaluate(resultsOf(many), together).forEach((result, i) => {
    const expected = alone.map(results => results[i]!)
    const isSame = result.shape.length === expected[0]!.shape.length
    assertTensor(result, isSame ? expected[0]! : stacked(expected), { epsilons: 4, scale: 1 })
  })
}

for (const [name, isOwn] of Object.entries<(name: string, i: number) => boolean>({
  'every input': () => true,
  'every other input': (_, i) => i % 2 === 0,
  'one input': (_, i) => i === 0,
  'no input': () => false,
}))
  test(`copies with ${name} of their own give what each gives alone`, () => {
    for (let seed = 0; seed < 60; seed++) {
      const { program, feeds } = randomProgram(seed, 'float64')
      const own = new Set([...inputsOf(program).keys()].filter(isOwn))
      holds(program, feeds, input => own.has(input))
    }
  })

const x = input('x', [4, 5])
const labels = input('labels', [4], 'int32')
const feeds: Named<Tensor> = {
  x: tensor([
    [1, 2, 3, 4, 0],
    [4, 1, 0, 2, 5],
    [0, 0, 1, 9, 2],
    [7, 1, 3, 2, 2],
  ]),
  labels: tensor([3, 0, 2, 1], 'int32'),
}
const indexing: Readonly<Record<string, () => Value>> = {
  'rows picked by own indices': () => gather(x, labels),
  'rows added at own indices': () => scatterAdd(x, labels, 6),
  'one-hot of own indices': () => oneHot(labels, 5),
  'the greatest of own rows': () => argMax(x),
  'own rows at shared indices': () => gather(x, constant([1, 1, 0], 'int32'), 1),
  'a cross-entropy': () => neg(sum(mul(oneHot(labels, 5), logSoftmax(x)))),
  'the gradient of a cross-entropy': () =>
    gradients(neg(sum(mul(oneHot(labels, 5), logSoftmax(x)))), [x])[0]!,
}
for (const [name, build] of Object.entries(indexing))
  for (const own of [['x', 'labels'], ['x'], ['labels']])
    test(`${name}, with ${own.join(' and ')} of each copy, are those of each copy`, () => {
      holds(pureProgram({ y: build() }), feeds, name => own.includes(name))
    })

test('an op without a form for copies is refused by name', () => {
  const columns = gather(x, labels, 1)
  assert.throws(() => replicate(pureProgram({ y: columns }), 2, () => true), {
    name: 'GraphError',
    message: /expected ops that have a form for several copies, received gather/,
  })
})
