import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Tensor } from '../base/index.ts'
import { checkSplits, type Dataset, toys } from './index.ts'

const points = ({ inputs }: Dataset<Tensor>): number[][] => {
  const [rows = 0, features = 0] = inputs.shape
  return Array.from({ length: rows }, (_, i) => [
    ...inputs.data.subarray(i * features, (i + 1) * features),
  ])
}

/** Hashes of the defaults: a change here changes what everyone's seeds give. */
const goldens: { readonly [K in keyof typeof toys]: string } = {
  xor: '38c4127d8fd32311',
  moons: 'b3be3b3098fca845',
  circles: 'd73768b0439fcfc6',
  spirals: '3b22c9ca0de10935',
  blobs: '0ab0cd18fdf13c77',
  line: '34ba4f28ca4c31d1',
  sine: '6c3c5bed777fed1d',
}

for (const [name, make] of Object.entries(toys))
  test(`toy:${name} can be trained on, repeats with its seed and has the golden bits`, async () => {
    const [source, again, other] = await Promise.all([make(), make(), make({ seed: 1 })])
    checkSplits(source)
    assert.deepEqual(source.description.rows, { train: 800, validation: 200 })
    assert.deepEqual(source, again)
    assert.notEqual(source.description.hash, other.description.hash)
    assert.equal(source.description.source, `toy:${name}`)
    assert.equal(source.description.hash.slice(0, 16), goldens[name as keyof typeof toys])
    const { test, validation } = await make({ count: 60, validation: 0, test: 10 })
    assert.deepEqual([validation, test?.inputs.shape[0]], [undefined, 10])
  })

const exact: readonly (readonly [
  string,
  (x: readonly number[], answer: number) => number,
  Promise<{ readonly train: Dataset<Tensor> }>,
])[] = [
  ['xor', ([x, y], label) => Number(x! < 0 !== y! < 0) - label, toys.xor({ noise: 0 })],
  [
    'moons',
    ([x, y], label) => (label === 0 ? Math.hypot(x!, y!) : Math.hypot(1 - x!, 0.5 - y!)) - 1,
    toys.moons({ noise: 0 }),
  ],
  [
    'circles',
    ([x, y], label) => Math.hypot(x!, y!) - (label === 0 ? 1 : 0.5),
    toys.circles({ noise: 0 }),
  ],
  [
    'spirals of 3 arms',
    ([x, y], label) => {
      const r = Math.hypot(x!, y!)
      const angle = 2 * Math.PI * (1.75 * r + label / 3)
      return Math.hypot(x! - r * Math.sin(angle), y! - r * Math.cos(angle))
    },
    toys.spirals({ noise: 0, classes: 3 }),
  ],
  ['sine', ([x], y) => Math.sin(x!) - y, toys.sine({ noise: 0 })],
]
for (const [name, error, made] of exact)
  test(`without noise ${name} lies where its formula says`, async () => {
    const { train } = await made
    for (const [i, x] of points(train).entries())
      assert.ok(Math.abs(error(x, train.targets.data[i]!)) < 1e-5, `row ${i}`)
  })

test('the line has the weights that its description tells', async () => {
  const { train, description } = await toys.line({ features: 3, noise: 0 })
  const { weights, bias } = description.settings as { weights: number[]; bias: number }
  for (const [i, x] of points(train).entries()) {
    const y = x.reduce((sum, value, j) => sum + value * weights[j]!, bias)
    assert.ok(Math.abs(y - train.targets.data[i]!) < 1e-6)
  }
})

test('noise has the deviation asked for, and blobs as many classes and features', async () => {
  const { train } = await toys.circles({ count: 20_000, noise: 0.3, validation: 0 })
  const { train: clean } = await toys.circles({ count: 20_000, noise: 0, validation: 0 })
  let squares = 0
  for (const [i, x] of train.inputs.data.entries()) squares += (x - clean.inputs.data[i]!) ** 2
  assert.ok(Math.abs(Math.sqrt(squares / 40_000) - 0.3) < 0.005)
  const blobs = await toys.blobs({ classes: 5, features: 7 })
  assert.deepEqual(blobs.train.inputs.shape, [800, 7])
  assert.deepEqual(blobs.description.classes, 5)
  assert.deepEqual([...new Set(blobs.train.targets.data)].sort(), [0, 1, 2, 3, 4])
})

test('settings out of range are refused by name', () => {
  assert.throws(() => toys.moons({ count: 1.5 }), {
    name: 'ConfigError',
    message: 'toy:moons count: expected a positive integer, received 1.5',
  })
  assert.throws(() => toys.xor({ noise: -1 }), /toy:xor noise: expected a number >= 0, received -1/)
  assert.throws(
    () => toys.blobs({ classes: 0 }),
    /toy:blobs classes: expected a positive integer, received 0/,
  )
})
