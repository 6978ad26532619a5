import assert from 'node:assert/strict'
import { test } from 'node:test'
import { didYouMean, rowNamed } from './index.ts'

const table = { sigmoid: 1, softmax: 2, logSoftmax: 3 }

test('a row is found by its own name alone, not by what every object has', () => {
  assert.equal(rowNamed('layer', table, 'softmax'), 2)
  for (const name of ['constructor', 'toString'])
    assert.throws(() => rowNamed('layer', table, name as never), {
      name: 'ConfigError',
      message: `layer: expected one of sigmoid, softmax, logSoftmax, received "${name}"`,
    })
})

for (const [received, hint] of [
  ['sofmax', 'Did you mean softmax?'],
  ['sigmod', 'Did you mean sigmoid?'],
  ['logsoftmax', 'Did you mean logSoftmax?'],
  ['relu', undefined],
  ['none', undefined],
] as const)
  test(`"${received}" ${hint ? 'is near a name' : 'is another word, not a slip'}`, () => {
    assert.equal(didYouMean(received, Object.keys(table)), hint)
  })

test('where nothing has a name nothing is near', () => {
  assert.equal(didYouMean('x', []), undefined)
})
