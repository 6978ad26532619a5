import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { isFile, loadExperiment, recipeOfFile } from './experiment-file.ts'

let folder = ''
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'justright-file-'))
})
after(() => rm(folder, { recursive: true, force: true }))

let files = 0
async function load(source: string) {
  const path = join(folder, `file-${++files}.ts`)
  await writeFile(path, source)
  return loadExperiment(path)
}

// Far from any node_modules: that `justright` is found is a part of the promise.
const object = `{
  model: linear(2), loss: crossEntropy(), optimizer: sgd(), epochs: 3, batchSize: 4, seed: 9,
  data: await dataOf({ classes: 2, train: { inputs: [[0, 1], [1, 0]], targets: [0, 1] } }),
}`
const names = `import { crossEntropy, dataOf, linear, sgd } from 'justright'\n`

const good: Readonly<Record<string, string>> = {
  'an object': `${names}export default ${object}`,
  'a promise': `${names}export default Promise.resolve(${object})`,
  'a function': `${names}const made = ${object}\nexport default () => made`,
  'an async function': `${names}export default async () => (${object})`,
  'types, which are stripped': `${names}import type { Experiment } from 'justright'
const made: Experiment = ${object}
export default made satisfies Experiment`,
}

for (const [name, source] of Object.entries(good))
  test(`a file may export ${name}`, async () => {
    const { model, seed, epochs } = await load(source)
    assert.deepEqual([model.kind, seed, epochs], ['linear', 9, 3])
  })

const bad: Readonly<Record<string, readonly [string, RegExp]>> = {
  'exports nothing': ['export const x = 1', /default export, received no default export/],
  'exports a number': ['export default 3', /received a number/],
  'exports null': ['export default null', /received null/],
  'exports a function that returns nothing': ['export default () => {}', /received a undefined/],
  'lacks some settings': [
    'export default { model: 1, loss: 2, data: 3, epochs: 4 }',
    /received none of its optimizer, batchSize/,
  ],
  'has a number for a model': [
    `${names}export default { ...${object}, model: 3 }`,
    /expected a description as its model, .* received a number/,
  ],
  'has a factory for an optimiser': [
    `${names}export default { ...${object}, optimizer: sgd }`,
    /expected a description as its optimizer, .* received a function/,
  ],
  throws: [`throw new Error('no such luck')`, /received an error, Error: no such luck/],
  'has a function that throws': [
    `export default () => { throw new TypeError('late') }`,
    /TypeError: late/,
  ],
  'is no TypeScript': ['export default {{', /received an error, SyntaxError: /],
  'imports what does not exist': [`import 'justright/nothing'`, /justright\/nothing|subpath/],
}

for (const [name, [source, message]] of Object.entries(bad))
  test(`a file that ${name} is refused by its name`, async () => {
    await assert.rejects(load(source), error => {
      assert.ok(error instanceof Error && error.name === 'ConfigError')
      assert.match(error.message, /^experiment file .*file-\d+\.ts: expected /)
      assert.match(error.message, message)
      return true
    })
  })

test('a file whose data are a function or a promise is refused', async () => {
  for (const data of ['() => 1', 'Promise.resolve(1)'])
    await assert.rejects(load(`${names}export default { ...${object}, data: ${data} }`), {
      name: 'DataError',
      message: /^experiment file .*, data: expected a data source, .* received .*await mnist\(\)$/,
    })
})

test('a file that does not exist is refused', async () => {
  await assert.rejects(loadExperiment(join(folder, 'none.ts')), { name: 'ConfigError' })
})

test('a file as a recipe has one rung with its settings, and the seed and epochs asked for', async () => {
  const experiment = await load(good['an object']!)
  const { name, rungs, epochs } = recipeOfFile('some/where/mine.ts', experiment)
  assert.deepEqual([name, rungs.length, epochs], ['mine', 1, { short: 3, full: 3 }])
  const { model, seed, epochs: asked, shuffle } = rungs[0]!.experiment(5, 7)
  assert.deepEqual([model, seed, asked, shuffle], [experiment.model, 5, 7, true])
})

for (const [operand, expected] of Object.entries({
  'mine.ts': true,
  './mine.mjs': true,
  'folder/mine': true,
  'mnist-ladder': false,
  mine: false,
}))
  test(`"${operand}" names a ${expected ? 'file' : 'recipe'}`, () => {
    assert.equal(isFile(operand), expected)
  })
