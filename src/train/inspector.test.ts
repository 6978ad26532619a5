import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { type DataSource, dataOf } from '../data/index.ts'
import { chooseEngine, type EngineName } from '../engine/index.ts'
import { batchNorm, crossEntropy, dropout, linear, relu, sequential, tanh } from '../nn/index.ts'
import { adam, l2, sgd } from '../optim/index.ts'
import type { SignalRecord } from '../runs/index.ts'
import { readHistograms, readScalars, runDirectory } from '../runs/node/index.ts'
import { type FitOptions, fit, fitSeeds } from './index.ts'

const data: DataSource = await dataOf({
  train: {
    inputs: Array.from({ length: 50 }, (_, i) => [Math.sin(i), Math.cos(3 * i), (i % 7) / 7]),
    targets: Array.from({ length: 50 }, (_, i) => i % 2),
  },
  classes: 2,
})

const options: FitOptions & { readonly signal?: undefined } = {
  model: sequential(linear(6), batchNorm(), relu(), dropout(0.2), linear(5), tanh(), linear(2)),
  loss: crossEntropy(),
  optimizer: sgd({ learningRate: 0.1 }),
  data,
  epochs: 3,
  batchSize: 8,
  stepsPerCall: 1,
}

function recording(): { records: SignalRecord[]; recorders: [{ signals(r: SignalRecord): void }] } {
  const records: SignalRecord[] = []
  return { records, recorders: [{ signals: record => void records.push(record) }] }
}

const assertNear = (actual: number, expected: number, what: string): void =>
  assert.ok(
    Math.abs(actual - expected) <= 1e-5 * (1 + Math.abs(expected)),
    `${what}: ${actual}, not ${expected}`,
  )

for (const name of ['js', 'native', 'wasm', 'reference'] satisfies EngineName[])
  test(`${name}: a run that is inspected comes out the same but for rounding`, async () => {
    const { records, recorders } = recording()
    const given = { ...options, optimizer: adam(), engine: await chooseEngine(name) }
    const inspected = await fit({ ...given, inspect: { every: 4 }, recorders })
    const plain = await fit(given)
    for (const [name, { data }] of Object.entries(plain.parameters))
      data.forEach((value, i) => {
        assertNear(inspected.parameters[name]!.data[i]!, value, name)
      })
    inspected.history.forEach(({ train }, i) => {
      assertNear(train.loss, plain.history[i]!.train.loss, `loss of epoch ${i + 1}`)
    })
    // Seven steps an epoch, the last of two examples: what is due there waits for a whole batch.
    assert.deepEqual(
      records.map(({ step, epoch }) => [step, epoch]),
      [
        [1, 1],
        [5, 1],
        [9, 2],
        [13, 2],
        [17, 3],
        [22, 4],
      ].slice(0, records.length),
    )
    assert.equal(records.length, 5)
  })

test('the ratio of the update is that of the step it makes', async () => {
  const { records, recorders } = recording()
  await fit({ ...options, penalty: [], inspect: { every: 1 }, recorders })
  for (const { scalars } of records)
    for (const name of ['0.weight', '4.bias', '6.weight']) {
      if (scalars[`parameter_norm/${name}`] === 0) continue
      const expected =
        (0.1 * scalars[`parameter_gradient_norm/${name}`]!) / scalars[`parameter_norm/${name}`]!
      const actual = scalars[`update_ratio/${name}`]!
      assert.ok(Math.abs(actual - expected) < 1e-4 * expected + 1e-9, `${actual}, not ${expected}`)
    }
  // The norm moves from record to record, as the weights do.
  const norms = records.map(({ scalars }) => scalars['parameter_norm/0.weight'])
  assert.equal(new Set(norms).size, norms.length)
})

test('penalties count in the update and not in the gradient of the loss', async () => {
  const [plain, priced] = [recording(), recording()]
  const one = { ...options, epochs: 1, inspect: { every: 100 } }
  await fit({ ...one, recorders: plain.recorders })
  await fit({ ...one, penalty: l2(0.5), recorders: priced.recorders })
  const read = ({ records }: typeof plain, tag: string) => records[0]!.scalars[tag]
  const gradient = 'parameter_gradient_norm/0.weight'
  assert.equal(read(priced, gradient), read(plain, gradient))
  assert.notEqual(read(priced, 'update_ratio/0.weight'), read(plain, 'update_ratio/0.weight'))
})

test('between calls of several steps, the step that is measured is one of its own', async () => {
  const { records, recorders } = recording()
  await fit({ ...options, stepsPerCall: 3, inspect: { every: 4 }, recorders })
  assert.deepEqual(
    records.map(({ step }) => step),
    [1, 5, 11, 15, 19],
  )
})

test('signals are in the event files of a run and read back', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'justright-'))
  const path = join(folder, 'run')
  try {
    const { records, recorders } = recording()
    await fit({ ...options, inspect: { every: 5, bins: 6 }, recorders: [...recorders, runDirectory(path)] }) // biome-ignore format: fits
    const [scalars, histograms] = [await readScalars(path), await readHistograms(path)]
    for (const tag of ['output_std/1', 'silent/2', 'gradient_rms/4', 'update_ratio/6.weight'])
      assert.deepEqual(
        scalars[tag],
        records.map(({ step, scalars }) => ({ step, value: Math.fround(scalars[tag]!) })),
      )
    for (const tag of ['output/5', 'gradient/0', 'parameter/0.weight'])
      assert.deepEqual(
        histograms[tag],
        records.map(({ step, histograms }) => ({ step, value: histograms[tag] })),
      )
    assert.equal(histograms['output/5']![0]!.value.counts.length, 6)
  } finally {
    await rm(folder, { recursive: true })
  }
})

for (const way of ['graph', 'cores'] as const)
  test(`several seeds by ${way} are each inspected as by itself`, async () => {
    const by = new Map<number, SignalRecord[]>([7, 8].map(seed => [seed, []]))
    const { signal: _, ...rest } = { ...options, inspect: { every: 4 } }
    await fitSeeds({
      ...rest,
      engine: 'native',
      seeds: [7, 8],
      way,
      recordersOf: seed => [{ signals: record => void by.get(seed)!.push(record) }],
    })
    const { records, recorders } = recording()
    await fit({ ...options, seed: 8, inspect: { every: 4 }, recorders, engine: 'native' })
    assert.deepEqual(
      by.get(8)!.map(({ step }) => step),
      records.map(({ step }) => step),
    )
    by.get(8)!.forEach(({ scalars }, i) => {
      for (const [tag, value] of Object.entries(scalars)) {
        const expected = records[i]!.scalars[tag]!
        const close = Math.abs(value - expected) <= 1e-3 * Math.abs(expected) + 1e-6
        assert.ok(close, `${tag}: ${value}, not ${expected}`)
      }
    })
  })

test('inspecting every 0 steps is refused', async () => {
  await assert.rejects(fit({ ...options, inspect: { every: 0 } }), /inspect.every: .*received 0/)
  await assert.rejects(fit({ ...options, inspect: { every: 1, bins: 0.5 } }), /inspect.bins/)
})

test('probes that need more memory than they may are refused with the figure, before the first step', async () => {
  const { records, recorders } = recording()
  await assert.rejects(
    fit({ ...options, inspect: { every: 1, mostBytes: 1000 }, recorders }),
    /inspect: expected probes that need at most 0.0 MB.*received \d+\.\d MB with 8 examples/s,
  )
  assert.deepEqual(records, [])
  await assert.rejects(
    fit({ ...options, inspect: { every: 1, mostBytes: 0 } }),
    /inspect.mostBytes/,
  )
})
