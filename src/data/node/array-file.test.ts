import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { type Named, type Tensor, tensor } from '../../base/index.ts'
import { encodeNpy, encodeNpz } from '../../formats/index.ts'
import { npyData, npzData, sourceOf } from './index.ts'

const folder = mkdtempSync(join(tmpdir(), 'arrays-'))
after(() => rmSync(folder, { recursive: true }))

let files = 0
function npz(arrays: Named<Tensor>): string {
  const path = join(folder, `${files++}.npz`)
  writeFileSync(path, encodeNpz(arrays))
  return path
}

function npy(t: Tensor): string {
  const path = join(folder, `${files++}.npy`)
  writeFileSync(path, encodeNpy(t))
  return path
}

const x = tensor([
  [0, 1],
  [2, 3],
  [4, 5],
  [6, 7],
])
const classes = tensor([0, 1, 2, 1], 'int32')
const numbers = tensor([0.5, 1, 1.5, 2], 'float64')

test('arrays named for their parts stay in them, bytes are pixels and integers are classes', async () => {
  const path = fileURLToPath(new URL('../../../test/fixtures/digits.npz', import.meta.url))
  const { train, validation, test, scale, description } = await sourceOf(`${path}?validation=2`)
  assert.deepEqual(description.rows, { train: 4, validation: 2, test: 1 })
  assert.deepEqual(train.inputs.shape, [4, 2, 2])
  assert.equal(train.inputs.dtype, 'uint8')
  assert.equal(scale, 1 / 255)
  assert.equal(train.classes, 3)
  assert.deepEqual([...test!.targets.data], [2])
  const both = [train, validation!].flatMap(({ inputs }) => [...(inputs as Tensor).data])
  assert.deepEqual(
    both.sort((a, b) => a - b),
    Array.from({ length: 24 }, (_, i) => i),
  )
})

test('targets that are no integers are numbers, a column each, and doubles become floats', async () => {
  const { train } = await npzData(
    npz({ X: { ...x, dtype: 'float64', data: Float64Array.from(x.data) }, y: numbers }),
    {
      validation: 0,
    },
  )
  assert.deepEqual(train.inputs, x)
  assert.deepEqual(train.targets, tensor([[0.5], [1], [1.5], [2]]))
})

test('the task can be said, and so can the names of the arrays', async () => {
  const path = npz({ points: x, kinds: classes, height: numbers })
  const options = { inputs: 'points', validation: 0 }
  const classified = await npzData(path, { ...options, targets: 'kinds' })
  assert.deepEqual(classified.train.targets, classes)
  const asNumbers = await npzData(path, { ...options, targets: 'kinds', task: 'numbers' })
  assert.deepEqual(asNumbers.train.targets, tensor([[0], [1], [2], [1]]))
})

test('labels in a column, as Keras has them, are labels', async () => {
  const column = tensor([[0], [1], [2], [1]], 'int32')
  const { train } = await npzData(npz({ x, y: column }), { validation: 0 })
  assert.deepEqual(train.targets, classes)
})

test('two .npy files are a source, with parts drawn alike from every class', async () => {
  const [inputs, targets] = [npy(x), npy(tensor([0, 1, 0, 1], 'uint8'))]
  const source = await sourceOf(`${inputs}?targets=${targets}&validation=2&stratified&seed=3`)
  assert.deepEqual([...source.validation!.targets.data].sort(), [0, 1])
  assert.deepEqual(
    source,
    await npyData(inputs, targets, { validation: 2, stratified: true, seed: 3 }),
  )
})

test('arrays like those of training keep all their rows and are normalised as those were', async () => {
  const path = npz({ x, y: classes })
  const trained = await sourceOf(`${path}?normalize=standard&validation=1`)
  const like = await sourceOf(path, { like: trained.description })
  assert.deepEqual(like.description.rows, { train: 4 })
  assert.deepEqual(like.normalization, trained.normalization)
})

const refusals: readonly (readonly [string, () => Promise<unknown>, RegExp])[] = [
  [
    'arrays of other names',
    () => npzData(npz({ a: x, b: classes })),
    /npz: expected the names of inputs and targets, .*received arrays a, b\. Name them: inputs=a, targets=b/,
  ],
  [
    'a name that is not there',
    () => npzData(npz({ x, y: classes }), { inputs: 'x', targets: 'yy' }),
    /npz: expected an array among x, y, received "yy"\. Did you mean y\?/,
  ],
  ['fewer targets than inputs', () => npzData(npz({ x, y: tensor([1, 0], 'int32') })), /4 targets/],
  [
    'classes that are no integers',
    () => npzData(npz({ x, y: numbers }), { task: 'classes', validation: 0 }),
    /class indices, integers from 0 to 2, received 0.5 at row 0/,
  ],
  [
    'inputs without targets',
    () => sourceOf(npy(x)),
    /expected a file of targets.*\?targets=y\.npy/,
  ],
  [
    'a file that is not there',
    () => npzData(join(folder, 'no.npz')),
    /no\.npz: .* can be read, received ENOENT/,
  ],
]
for (const [what, attempt, message] of refusals)
  test(`${what}: refused`, async () => {
    await assert.rejects(attempt(), message)
  })
