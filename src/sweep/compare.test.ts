import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type DataSource, dataOf, toys } from '../data/index.ts'
import { crossEntropy, linear, meanSquaredError, relu, sequential, tanh } from '../nn/index.ts'
import { adam, momentum, sgd } from '../optim/index.ts'
import type { Recorder } from '../runs/index.ts'
import type { Experiment } from '../train/index.ts'
import { type CompareOptions, compare } from './compare.ts'
import { curvesOf } from './curves.ts'
import type { SeedRun } from './seed-run.ts'
import { sentencesOf } from './sentences.ts'

const data = await toys.circles({ count: 240, noise: 0.05, validation: 0.25, test: 0.25 })

/** Two rings: a line between the classes gets half of them right. */
const hidden: Experiment = {
  model: sequential(linear(8), tanh(), linear(2)),
  loss: crossEntropy(),
  optimizer: adam({ learningRate: 0.03 }),
  data,
  epochs: 20,
  batchSize: 20,
}
const line: Experiment = { ...hidden, model: linear(2) }
const rectified: Experiment = { ...hidden, model: sequential(linear(8), relu(), linear(2)) }
const wild: Experiment = { ...rectified, optimizer: sgd({ learningRate: 1e30 }) }

const calls = (into: SeedRun[]) => (run: SeedRun) => {
  into.push(run)
}

describe('comparisons', { concurrency: 2 }, () => {
  test('a planted winner is found, is more than noise, and the hopeless one stops early', async () => {
    const made: SeedRun[] = []
    const variants = { line, hidden, rectified }
    const comparison = await compare({ variants, seeds: 5, onRun: calls(made) })
    const { verdict, variants: results, status, criterion } = comparison
    assert.equal(status, 'completed')
    assert.equal(criterion.name, 'accuracy')
    assert.ok(['hidden', 'rectified'].includes(verdict!.best))
    assert.ok(!verdict!.ties.includes('line'))
    const [stopped] = results
    assert.equal(stopped!.runs.length, 3)
    assert.deepEqual([stopped!.stopped?.reason, stopped!.stopped?.seeds], ['behind', 3])
    assert.equal(made.length, 3 + 5 + 5)
    assert.ok(results[1]!.standing!.mean > stopped!.standing!.mean + 0.2)
    const text = sentencesOf(comparison).join('\n')
    assert.match(text, /Stopped early as hopeless .*: line after 3 seeds\./)
    assert.match(text, /On the test split, which decided nothing, (hidden|rectified) reaches/)
  })

  test('two variants are told apart with all seeds where nothing is to stop early', async () => {
    const comparison = await compare({ variants: { line, hidden }, seeds: [7, 8, 9], race: false })
    assert.equal(comparison.verdict!.isClear, true)
    assert.deepEqual(
      comparison.variants.map(({ runs }) => runs.map(({ seed }) => seed)),
      [
        [7, 8, 9],
        [7, 8, 9],
      ],
    )
    const [sentence] = sentencesOf(comparison)
    assert.match(
      sentence!,
      /^hidden won: validation accuracy [\d.]+ % ± [\d.]+ \(n = 3\), ahead of line by [\d.]+ points, 95 % interval \+[\d.]+ to \+[\d.]+ over 3 paired seeds, adjusted p [=<] [\d.]+\. That is more than noise\.$/,
    )
  })

  test('variants that do the same are called noise', async () => {
    // The same function of the data: another width only of weights that start and stay elsewhere.
    const same = { ...hidden, name: 'same' }
    const wider = { ...hidden, model: sequential(linear(9), tanh(), linear(2)) }
    const comparison = await compare({ variants: { hidden, same, wider }, seeds: 3 })
    const { verdict, variants } = comparison
    assert.equal(verdict!.isClear, false)
    assert.equal(verdict!.ties.length, 2)
    assert.deepEqual(
      variants[1]!.runs.map(({ validation }) => validation),
      variants[0]!.runs.map(({ validation }) => validation),
    )
    assert.match(sentencesOf(comparison)[0]!, /that is noise: it cannot be told from \w+ and \w+/)
  })

  test('runs whose numbers stop being finite are counted, not hidden, and make no winner', async () => {
    const comparison = await compare({ variants: { wild, hidden, line }, seeds: 4 })
    const [failed] = comparison.variants
    assert.equal(failed!.failures, 3)
    assert.deepEqual(failed!.stopped, { reason: 'failed', seeds: 3 })
    assert.match(failed!.runs[0]!.reason!, /expected a finite/)
    assert.equal(failed!.standing, undefined)
    assert.equal(comparison.verdict!.best, 'hidden')
    assert.match(
      sentencesOf(comparison).join('\n'),
      /Numbers stopped being finite: wild in 3 of 3 runs; such variants are not ranked\./,
    )
  })

  test('where every variant fails there is no winner', async () => {
    const comparison = await compare({ variants: { wild, wilder: wild }, seeds: 1 })
    assert.equal(comparison.verdict, undefined)
    assert.deepEqual(sentencesOf(comparison), [
      'No winner: every variant failed.',
      'Numbers stopped being finite: wild in 1 of 1 runs and wilder in 1 of 1 runs; such variants are not ranked.',
    ])
  })

  test('the budget is kept, and what is not finished is said', async () => {
    const long = { ...hidden, epochs: 100_000 }
    const startedAt = performance.now()
    const comparison = await compare({ variants: { line, long }, seeds: 2, budgetMs: 800 })
    // Generous to a busy machine; the runs would take an hour.
    assert.ok(performance.now() - startedAt < 10_000)
    assert.equal(comparison.status, 'outOfTime')
    assert.equal(comparison.verdict!.best, 'line')
    assert.equal(comparison.variants[1]!.runs.length, 0)
    assert.match(
      sentencesOf(comparison).join('\n'),
      /The budget ended before all runs were made: long 0 of 2 seeds\./,
    )
  })

  test('stopped by its signal and gone on with, a comparison is as if never stopped', async () => {
    const variants = { line, hidden }
    const whole = await compare({ variants, seeds: 4 })
    const controller = new AbortController()
    const known: SeedRun[] = []
    const part = await compare({
      variants,
      seeds: 4,
      signal: controller.signal,
      onRun(run) {
        known.push(run)
        if (known.length === 3) controller.abort()
      },
    })
    assert.equal(part.status, 'interrupted')
    assert.equal(known.length, 3)
    const again: SeedRun[] = []
    const resumed = await compare({ variants, seeds: 4, known, onRun: calls(again) })
    assert.ok(again.every(({ variant, seed }) => variant === 'hidden' || seed === 3))
    assert.deepEqual(resumed.verdict, whole.verdict)
  })

  test('gone on with after a variant was dropped, or with more runs known, it decides the same', async () => {
    const variants = { line, hidden, rectified }
    const made: SeedRun[] = []
    const whole = await compare({ variants, seeds: 5, onRun: calls(made) })
    assert.equal(whole.variants[0]!.stopped?.seeds, 3)
    const again: SeedRun[] = []
    const known = made.slice(0, -1)
    const resumed = await compare({ variants, seeds: 5, known, onRun: calls(again) })
    assert.deepEqual(
      again.map(({ variant, seed }) => [variant, seed]),
      [['rectified', 4]],
    )
    assert.deepEqual(resumed.verdict, whole.verdict)
    const all: SeedRun[] = []
    await compare({ variants, seeds: 6, race: false, onRun: calls(all) })
    const replayed = await compare({ variants, seeds: 5, known: all, onRun: calls(again) })
    assert.equal(again.length, 1)
    assert.deepEqual(replayed.verdict, whole.verdict)
    assert.deepEqual(replayed.variants[0]!.stopped, whole.variants[0]!.stopped)
  })

  test('known runs that were not scored by what is compared are made again', async () => {
    const variants = { line, hidden }
    const known: SeedRun[] = []
    await compare({ variants, seeds: 4, metric: 'loss', onRun: calls(known) })
    const again: SeedRun[] = []
    const comparison = await compare({
      variants,
      seeds: 4,
      metric: 'f1',
      known,
      onRun: calls(again),
    })
    assert.equal(again.length, known.length)
    assert.equal(comparison.verdict!.best, 'hidden')
  })
})

test('a seed gives all variants the same first weights and the same order of the data', async () => {
  const losses: Record<string, number[]> = {}
  const recordersOf = (variant: string, seed: number): Recorder[] => [
    {
      steps(records) {
        const name = `${variant} ${seed}`
        losses[name] = [...(losses[name] ?? []), ...records.map(({ loss }) => loss)]
      },
    },
  ]
  // A rate that moves no weight: each loss then shows which rows were in the batch.
  const still = { ...hidden, epochs: 2 }
  await compare({
    variants: {
      plain: { ...still, optimizer: sgd({ learningRate: 1e-30 }) },
      heavy: { ...still, optimizer: momentum({ learningRate: 1e-30 }) },
    },
    seeds: 2,
    recordersOf,
  })
  assert.equal(losses['plain 0']!.length, 12)
  assert.deepEqual(losses['heavy 0'], losses['plain 0'])
  assert.deepEqual(losses['heavy 1'], losses['plain 1'])
  assert.notDeepEqual(losses['plain 1'], losses['plain 0'])
})

test('scores of the test split are sealed but for the winner, and all open where they are compared', async () => {
  const chosen = await compare({ variants: { line, hidden }, seeds: 2 })
  assert.deepEqual(
    chosen.variants.map(({ name, runs }) => [name, runs.some(({ test }) => test)]),
    [
      ['line', false],
      ['hidden', true],
    ],
  )
  const open = await compare({ variants: { line, hidden }, seeds: 2, split: 'test' })
  assert.ok(open.variants.every(({ runs }) => runs.every(({ test }) => test)))
  assert.equal(
    open.variants[0]!.standing!.mean,
    (open.variants[0]!.runs[0]!.test!.accuracy! + open.variants[0]!.runs[1]!.test!.accuracy!) / 2,
  )
})

test('of a handful of rows none is held out: how well they are learnt is compared, and that is said', async () => {
  const xor = await dataOf({
    classes: 2,
    train: { inputs: [[0, 0], [0, 1], [1, 0], [1, 1]], targets: [0, 1, 1, 0] }, // biome-ignore format: one line a table
  })
  const ofFour = { data: xor, batchSize: 4 }
  const variants = { line: { ...line, ...ofFour }, hidden: { ...hidden, ...ofFour } }
  const comparison = await compare({ variants, seeds: 2 })
  assert.equal(comparison.validationRows, 'training')
  assert.equal(comparison.variants[0]!.runs[0]!.validation!.examples, 4)
  assert.match(sentencesOf(comparison).join('\n'), /too few rows to hold any out/)
})

test('without a validation split a tenth of the training rows is held out, and that is said', async () => {
  const { train, test: kept } = data
  const parts = {
    train: { inputs: train.inputs, targets: train.targets },
    ...(kept && { test: kept }),
  }
  const bare = (await dataOf({ classes: 2, ...parts } as never)) as DataSource
  const variants = { line: { ...line, data: bare }, hidden: { ...hidden, data: bare } }
  const comparison = await compare({ variants, seeds: 2 })
  assert.equal(comparison.validationRows, 'heldOut')
  assert.equal(comparison.variants[0]!.runs[0]!.validation!.examples, 12)
  assert.match(sentencesOf(comparison).join('\n'), /a tenth of the training rows was held out/)
})

test('a variant may be made for each seed, once for each', async () => {
  const asked: number[] = []
  const made = (seed: number) => {
    asked.push(seed)
    return hidden
  }
  const comparison = await compare({ variants: { line, made }, seeds: 3, race: false })
  assert.deepEqual(asked, [0, 1, 2])
  assert.equal(comparison.verdict!.best, 'made')
})

test('curves are means over seeds with a deviation on either side', async () => {
  const comparison = await compare({ variants: { line, hidden }, seeds: 2, metric: 'loss' })
  const { series, y } = curvesOf(comparison)
  assert.equal(y.label, 'validation loss')
  const [{ name, points, band }] = series as [(typeof series)[0]]
  const [a, b] = comparison.variants[0]!.runs.map(({ history }) => history[0]!.validation!.loss)
  assert.equal(name, 'line')
  assert.equal(points.length, 20)
  assert.deepEqual(points[0], [1, (a! + b!) / 2])
  assert.ok(Math.abs(band![0]![1] - band![0]![0] - Math.SQRT2 * Math.abs(a! - b!)) < 1e-12)
})

test('metrics that an experiment does not name are scored for the comparison', async () => {
  const comparison = await compare({ variants: { line, hidden }, seeds: 2, metric: 'f1' })
  const { macro } = comparison.variants[1]!.runs[0]!.validation!.metrics!.f1!
  const { f1 } = comparison.variants[1]!.runs[1]!.validation!.metrics!
  assert.equal(comparison.variants[1]!.standing!.mean, (macro + f1!.macro) / 2)
})

const wrong: readonly (readonly [Partial<CompareOptions>, RegExp])[] = [
  [{ variants: { line } }, /compare: expected at least two variants, received only line/],
  [{ seeds: 0 }, /seeds: expected at least one, all different, received 0/],
  [{ seeds: [1, 1] }, /seeds: expected at least one, all different, received 1, 1/],
  [{ metric: 'acuracy' }, /Did you mean accuracy\?/],
  [{ metric: 'confusionMatrix' }, /expected one whose results are better or worse: loss, accuracy/],
  [{ metric: 'rSquared' }, /metric rSquared: expected one of accuracy/],
  [
    {
      metric: 'loss',
      variants: { line, odd: { ...line, loss: crossEntropy({ labelSmoothing: 0.1 }) } },
    },
    /compare by loss: expected variants with the same loss/,
  ],
  [{ variants: { line, odd: { ...line, model: linear(1) } } }, /received/],
  [
    { variants: { line, odd: { ...line, loss: meanSquaredError() } } },
    /compare by accuracy: expected variants that all classify, received one with the loss mean/,
  ],
  [
    {
      split: 'test',
      variants: {
        line,
        bare: { ...line, data: { train: data.train, description: data.description } },
      },
    },
    /variant "bare": expected data with a test split, received none/,
  ],
]

for (const [options, message] of wrong)
  test(`refused before anything trains: ${message.source}`, async () => {
    const made: SeedRun[] = []
    await assert.rejects(
      compare({ variants: { line, hidden }, seeds: 1, onRun: calls(made), ...options }),
      message,
    )
    assert.deepEqual(made, [])
  })
