import assert from 'node:assert/strict'
import { test } from 'node:test'
import { contractSuite } from '../../../test/contract/suite.ts'
import { randomProgram } from '../../../test/random-graphs.ts'
import { bytesOf } from '../../base/index.ts'
import { resultsOf } from '../../ir/index.ts'
import { evaluate } from '../reference/index.ts'
import { jsEngine } from './index.ts'

contractSuite('js', async () => jsEngine(), {}, ['float32', 'float64'])

for (const dtype of ['float32', 'float64'] as const)
  test(`random programs in ${dtype} give what the reference gives, bit for bit`, async () => {
    for (let seed = 0; seed < 150; seed++) {
      const { program, feeds } = randomProgram(seed, dtype)
      const expected = evaluate(resultsOf(program), feeds)
      const executable = await jsEngine().compile(program)
      const outputs = await executable.run(feeds)
      Object.values(outputs).forEach((output, i) => {
        assert.deepEqual(bytesOf(output), bytesOf(expected[i]!), `seed ${seed}, output ${i}`)
      })
    }
  })
