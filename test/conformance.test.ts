import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { chooseBenches } from './conformance/benches.ts'
import { type Report, runFolder } from './conformance/report.ts'
import type { Bench } from './conformance/runner.ts'

const goldens = fileURLToPath(new URL('goldens', import.meta.url))
const script = fileURLToPath(new URL('conformance.ts', import.meta.url))

/** Every case there is. */
const cases = 105

let benches: readonly Bench[]
before(async () => {
  benches = await chooseBenches()
})

describe('the golden cases of PyTorch', () => {
  let report: Report
  before(async () => {
    report = await runFolder(goldens, benches)
  })

  test('none of them fails', () => assert.deepEqual(report.failed, []))

  test('none of them is left out', () => assert.deepEqual(report.skipped, []))

  test(`all ${cases} of them pass`, () => assert.equal(report.passed.length, cases))
})

const tolerance = {
  float32: { rtol: 2e-4, atol: 2e-5 },
  float64: { rtol: 1e-7, atol: 1e-9 },
}
const vector = (...data: readonly unknown[]) => ({ shape: [data.length], data, dtype: 'float32' })
const x = { x: vector(0, 0) }
const half = { out: vector(0.5, 0.5) }
const logits = { shape: [1, 2], data: [0, 0], dtype: 'float32' }
const target = { shape: [1], data: [1], dtype: 'int64' }

/** Cases nobody wrote for us, and what has to come of them. */
const strangers: readonly (readonly [
  name: string,
  golden: object,
  kind: keyof Report,
  said?: RegExp,
])[] = [
  ['passes', { op: 'sigmoid', inputs: x, outputs: half }, 'passed'],
  [
    'has a gradient that is wrong by one per cent',
    {
      op: 'sigmoid',
      inputs: x,
      outputs: half,
      gradOut: vector(1, 1),
      grads: { x: vector(0.25, 0.2525) },
    },
    'failed',
    /^float64 on reference: gradient of x: error 0\.00250 at element 1, expected 0\.2525/,
  ],
  [
    'has an output of another shape',
    { op: 'sigmoid', inputs: x, outputs: { out: vector(0.5) } },
    'failed',
    /output out: expected shape \[1\], received \[2\]/,
  ],
  ['has no input', { op: 'sigmoid', inputs: {}, outputs: half }, 'failed', /no input "x"/],
  [
    'has text for numbers',
    { op: 'sigmoid', inputs: { x: vector('a') }, outputs: half },
    'failed',
    /not a list of numbers/,
  ],
  [
    'has an axis out of range',
    { op: 'softmax', attrs: { axis: 5 }, inputs: x, outputs: half },
    'failed',
    /axis within rank 1, received 5/,
  ],
  ['has an unknown op', { op: 'toString' }, 'skipped', /^toString: unknown op$/],
  [
    'has an unknown attribute',
    { op: 'sigmoid', attrs: { slope: [2] }, inputs: x, outputs: half },
    'skipped',
    /^sigmoid: attribute slope = \[2\]$/,
  ],
  [
    'has an unknown input',
    { op: 'crossEntropy', inputs: { logits, target, weight: vector(1, 2) }, outputs: {} },
    'skipped',
    /^crossEntropy: input weight$/,
  ],
  [
    'wants an unknown output',
    { op: 'sigmoid', inputs: x, outputs: { out: half.out, other: half.out } },
    'skipped',
    /^sigmoid: output other$/,
  ],
  [
    'minimises an unknown problem',
    { op: 'sgd', attrs: { lr: 1, problem: 'beale' }, inputs: { p: vector(1) }, trajectory: [[1]] },
    'skipped',
    /^sgd: problem beale$/,
  ],
]

describe('a case of another folder', () => {
  let folder: string
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'justright-conformance-'))
  })
  after(() => rmSync(folder, { recursive: true }))
  const write = (text: string): string => {
    const path = join(folder, 'cases.json')
    writeFileSync(path, text)
    return path
  }

  for (const [name, golden, kind, said = /(?:)/] of strangers)
    test(`that ${name} is counted as ${kind}`, async () => {
      write(JSON.stringify({ tolerance, cases: [{ name, ...golden }] }))
      const report = await runFolder(folder, benches)
      assert.deepEqual(
        { ...counts(report) },
        { passed: 0, failed: 0, skipped: 0, [kind]: 1 },
        JSON.stringify(report),
      )
      const words = [
        ...report.failed.flatMap(({ problems }) => problems),
        ...report.skipped.map(({ reason }) => reason),
      ]
      assert.match(words[0] ?? '', said)
    })

  test('may hold the bare words that Python writes for what is not finite', async () => {
    const numbers = '{"shape": [3], "data": [NaN, Infinity, -Infinity], "dtype": "float32"}'
    const relu = numbers.replace('-Infinity', '0')
    const golden = `{"name": "n", "op": "relu", "inputs": {"x": ${numbers}}, "outputs": {"out": ${relu}}}`
    write(`{"tolerance": ${JSON.stringify(tolerance)}, "cases": [${golden}]}`)
    assert.deepEqual(counts(await runFolder(folder, benches)), { passed: 1, failed: 0, skipped: 0 })
  })

  for (const [what, text] of [
    ['no JSON', '{"x":'],
    ['a list', '[]'],
    ['no tolerance', '{"cases": []}'],
    ['no cases', JSON.stringify({ tolerance })],
    ['a case that is a number', JSON.stringify({ tolerance, cases: [3] })],
  ] as const)
    test(`a file with ${what} is one failure with a sentence`, async () => {
      const { failed } = await runFolder(write(text), benches)
      assert.equal(failed.length, 1)
      assert.match(failed[0]!.problems[0]!, /^this is no file of golden cases: \w+/)
    })

  test('an empty folder is a failure', async () => {
    const report = await runFolder(join(folder, 'nowhere'), benches)
    assert.match(report.failed[0]!.problems[0]!, /no such file or folder/)
  })

  test('the command counts on its last line and exits with 1 after a failure', () => {
    const cases = strangers.map(([name, golden]) => ({ name, ...golden }))
    const path = write(JSON.stringify({ tolerance, cases }))
    const { status, stdout } = spawnSync(process.execPath, [script, path], { encoding: 'utf8' })
    assert.equal(stdout.trimEnd().split('\n').at(-1), '1 passed, 5 failed, 5 skipped')
    assert.equal(status, 1)
  })
})

function counts({ passed, failed, skipped }: Report) {
  return { passed: passed.length, failed: failed.length, skipped: skipped.length }
}
