import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import {
  type MetricResult,
  type MetricResults,
  mapNamed,
  type Named,
  type Tensor,
  tensor,
} from '../base/index.ts'
import {
  type Engine,
  jsEngine,
  nativeEngine,
  referenceEngine,
  wasmEngine,
} from '../engine/index.ts'
import { input, pureProgram } from '../ir/index.ts'
import type { Task } from '../ops/index.ts'
import {
  fittingMetrics,
  type MetricConfig,
  MetricTotals,
  metricName,
  metricRowOf,
  metricSums,
  metrics,
  metricTable,
} from './index.ts'

const reference = referenceEngine()

/** Some rows of a tensor. */
function rows({ dtype, shape, data }: Tensor, start: number, count: number): Tensor {
  const size = data.length / shape[0]!
  const part = data.slice(start * size, (start + count) * size) as Tensor['data']
  return { dtype, shape: [count, ...shape.slice(1)], data: part }
}

/** The results of metrics on a set, added up over batches of so many examples. */
async function measure(
  asked: readonly MetricConfig[],
  task: Task,
  set: { readonly output: Tensor; readonly targets: Tensor },
  { engine = reference, batch = 10 }: { engine?: Engine; batch?: number } = {},
): Promise<MetricResults> {
  const totals = new MetricTotals(asked)
  const examples = set.output.shape[0]!
  for (let start = 0; start < examples; start += batch) {
    const feeds = mapNamed(set, part => rows(part, start, Math.min(batch, examples - start)))
    const { output, targets } = mapNamed(feeds, ({ shape, dtype }, name) =>
      input(name, shape, dtype),
    )
    const sums = metricSums(asked, { task, output: output!, targets: targets! })
    const executable = await engine.compile(pureProgram(sums))
    totals.add(await executable.run(feeds))
    await executable.release()
  }
  return totals.results(examples)
}

function assertClose(found: unknown, expected: unknown, what: string): void {
  if (typeof expected === 'number' && typeof found === 'number')
    assert.ok(
      Math.abs(found - expected) <= 1e-6 * Math.abs(expected),
      `${what}: ${found}, not ${expected}`,
    )
  else if (typeof expected === 'object' && typeof found === 'object') {
    const [mine, theirs] = [found, expected] as [Named<unknown>, Named<unknown>]
    assert.deepEqual(Object.keys(mine), Object.keys(theirs), what)
    for (const [name, value] of Object.entries(theirs))
      assertClose(mine[name], value, `${what}.${name}`)
  } else assert.fail(`${what}: ${found}, not ${expected}`)
}

interface Golden {
  readonly name: string
  readonly task: Task
  readonly output: number[][]
  readonly targets: number[] | number[][]
  readonly results: Named<MetricResult>
}
const goldens = JSON.parse(
  readFileSync(new URL('../../test/reference/metrics.json', import.meta.url), 'utf8'),
) as { readonly cases: readonly Golden[] }

const byName: Named<MetricConfig> = {
  ...mapNamed(metrics, make => make()),
  top2: metrics.topK(2),
  top3: metrics.topK(3),
}

for (const engine of [
  reference,
  await nativeEngine({ threads: 1 }),
  await wasmEngine(),
  jsEngine(),
])
  describe(`metrics on the ${engine.name} engine, over three batches, are those of scikit-learn`, () => {
    for (const { name, task, output, targets, results } of goldens.cases)
      test(name, async () => {
        const asked = Object.keys(results).map(metric => byName[metric]!)
        const set = {
          output: tensor(output),
          targets: tensor(targets, task === 'classes' ? 'int32' : 'float32'),
        }
        assertClose(await measure(asked, task, set, { engine }), results, name)
      })
  })

test('every metric has a golden value', () => {
  const named = new Set(goldens.cases.flatMap(({ results }) => Object.keys(results)))
  const kinds = Object.keys(metricTable).map(kind => (kind === 'topK' ? 'top2' : kind))
  assert.deepEqual(
    kinds.filter(kind => !named.has(kind)),
    [],
  )
})

const classes = (output: number[][], targets: number[]) => ({
  output: tensor(output),
  targets: tensor(targets, 'int32'),
})

test('the best of one is the accuracy, among equal scores too', async () => {
  const set = classes(
    [
      [1, 1, 1],
      [1, 1, 1],
      [0, 2, 2],
      [0, 2, 2],
      [3, 0, 1],
    ],
    [0, 2, 1, 2, 1],
  )
  const found = await measure(
    [metrics.accuracy(), metrics.topK(1), metrics.topK(2)],
    'classes',
    set,
  )
  assert.deepEqual(found, { accuracy: 2 / 5, top1: 2 / 5, top2: 3 / 5 })
})

test('a score that is no number is never right', async () => {
  const set = classes([[Number.NaN, 0, 1]], [0])
  assert.deepEqual(await measure([metrics.topK(2)], 'classes', set), { top2: 0 })
})

test('masked classes with a score of -infinity do not disturb the others', async () => {
  const set = classes([[Number.NEGATIVE_INFINITY, 0, 1]], [1])
  assert.deepEqual(await measure([metrics.topK(1), metrics.topK(2)], 'classes', set), {
    top1: 0,
    top2: 1,
  })
})

test('targets may be probabilities, bytes, and one for each place of a sequence', async () => {
  const asked = [metrics.accuracy(), metrics.confusionMatrix(), metrics.recall()]
  const output = tensor([
    [
      [2, 1],
      [0, 3],
    ],
    [
      [2, 1],
      [4, 3],
    ],
  ])
  const expected = {
    accuracy: 0.75,
    confusionMatrix: [
      [2, 0],
      [1, 1],
    ],
    recall: { macro: 0.75, perClass: [1, 0.5] },
  }
  const indices = [
    [0, 1],
    [0, 1],
  ]
  const shares = indices.map(row => row.map(k => (k === 0 ? [0.9, 0.1] : [0.2, 0.8])))
  for (const targets of [tensor(indices, 'uint8'), tensor(indices, 'int32'), tensor(shares)])
    assert.deepEqual(await measure(asked, 'classes', { output, targets }), expected, targets.dtype)
})

test('counts are exact over a set of any size', async () => {
  const examples = 30_000
  const output = {
    dtype: 'float32' as const,
    shape: [examples, 2],
    data: new Float32Array(2 * examples),
  }
  const targets = {
    dtype: 'uint8' as const,
    shape: [examples],
    data: new Uint8Array(examples).fill(1, 0, 7),
  }
  const found = await measure(
    [metrics.confusionMatrix(), metrics.accuracy()],
    'classes',
    { output, targets },
    { batch: 4096 },
  )
  assert.deepEqual(found, {
    confusionMatrix: [
      [29_993, 0],
      [7, 0],
    ],
    accuracy: 29_993 / 30_000,
  })
})

test('the R² of a constant target is 1 when it is answered exactly, else 0', async () => {
  const targets = tensor([0.1, 0.1, 0.1])
  for (const [output, rSquared] of [
    [tensor([0.1, 0.1, 0.1]), 1],
    [tensor([0.1, 0.2, 0.1]), 0],
  ] as const)
    assert.deepEqual(await measure([metrics.rSquared()], 'numbers', { output, targets }), {
      rSquared,
    })
})

test('answering the mean has an R² of 0, and worse than that is below', async () => {
  const targets = tensor([1, 2, 3])
  const found = async (output: number[]) =>
    (await measure([metrics.rSquared()], 'numbers', { output: tensor(output), targets })).rSquared
  assert.equal(await found([2, 2, 2]), 0)
  assert.equal(await found([3, 2, 1]), -3)
})

describe('metrics fit', () => {
  const cases: readonly (readonly [Task, width: number, expected: readonly string[]])[] = [
    ['classes', 10, ['accuracy', 'top5', 'confusionMatrix', 'precision', 'recall', 'f1']],
    ['classes', 3, ['accuracy', 'confusionMatrix', 'precision', 'recall', 'f1']],
    ['labels', 3, ['accuracy', 'precision', 'recall', 'f1', 'squaredError']],
    ['labels', 1, ['accuracy', 'confusionMatrix', 'precision', 'recall', 'f1', 'squaredError']],
    ['numbers', 3, ['meanAbsoluteError', 'rootMeanSquaredError', 'rSquared', 'squaredError']],
  ]
  for (const [task, width, expected] of cases)
    test(`${width} ${task}`, () => {
      const answers = { task, output: input('o', [2, width]), targets: input('t', [2, width]) }
      assert.deepEqual(fittingMetrics(answers).map(metricName), expected)
    })
})

const numbers = {
  task: 'numbers' as const,
  output: input('output', [2, 3]),
  targets: input('targets', [2, 3]),
}
const refusals: readonly (readonly [string, () => unknown, RegExp])[] = [
  ['k below 1', () => metrics.topK(0), /^topK k: expected a positive integer, received 0/],
  [
    'an unknown kind',
    () => metricRowOf({ kind: 'acuracy' } as never),
    /^metric: expected one of accuracy, .* received "acuracy". Did you mean accuracy\?/,
  ],
  [
    'a metric that does not fit',
    () => metricSums([metrics.accuracy()], numbers),
    /^metric accuracy: expected one of meanAbsoluteError, .* received accuracy, which does not fit \(numbers \[2, 3\]\)/,
  ],
  [
    'the best of all classes, which says nothing',
    () => metricSums([metrics.topK(3)], { ...numbers, task: 'classes' }),
    /^metric top3: expected one of accuracy, /,
  ],
]
for (const [what, make, message] of refusals)
  test(`${what} is refused`, () => assert.throws(make, { name: 'ConfigError', message }))

test('descriptions are frozen and survive JSON', () => {
  for (const metric of Object.values(byName)) {
    assert.ok(Object.isFrozen(metric))
    assert.deepEqual(JSON.parse(JSON.stringify(metric)), metric)
  }
})
