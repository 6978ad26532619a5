import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { promisify } from 'node:util'

const root = new URL('../', import.meta.url)
const read = (file: string) => readFile(new URL(file, root), 'utf8')
const run = async (...args: readonly string[]) =>
  (await promisify(execFile)(process.execPath, args, { cwd: root })).stdout

/** The TypeScript blocks of the README. */
const snippets = async () =>
  [...(await read('README.md')).matchAll(/```ts\n(.*?)```/gs)].map(([, code]) => code)

/** Code without what the formatter decides. */
const unspaced = (code: string) => code.replace(/\s+/g, '').replace(/,(?=[)}])/g, '')

test('the first snippet of the README is examples/mnist.ts and prints what the README says', async () => {
  const [first] = await snippets()
  assert.equal(unspaced(first!), unspaced(await read('examples/mnist.ts')))
  const printed = Number(await run('examples/mnist.ts'))
  const promised = Number(/prints `(0\.\d+)`/.exec(await read('README.md'))![1])
  // Other processors round differently, and training magnifies it.
  assert.ok(Math.abs(printed - promised) < 0.01, `${printed}, not ${promised}`)
})

test('the second snippet of the README prints the derivative of sum(exp(x^2))', async () => {
  const [, second] = await snippets()
  const printed = await run('--input-type=module', '--eval', second!)
  const numbers = printed.match(/\d+\.\d+/g)!.map(Number)
  for (const [i, x] of [1, 2, 3].entries()) {
    const exact = 2 * x * Math.exp(x * x)
    assert.ok(Math.abs(numbers[i]! / exact - 1) < 1e-6, `${numbers[i]}, not ${exact}`)
  }
})

test('examples/gradients.ts runs and prints the graph of the derivative', async () => {
  assert.match(await run('examples/gradients.ts'), /output dx = %\d+/)
})

test('examples/cross-validation.ts finds that the spirals are learnt', async () => {
  const printed = /accuracy (\d\.\d+), from/.exec(await run('examples/cross-validation.ts'))
  assert.ok(Number(printed?.[1]) > 0.9)
})
