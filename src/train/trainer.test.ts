import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  assertSameBits,
  small as experiment,
  finish,
  note,
  points,
  tenSteps,
} from '../../test/training.ts'
import type { Named, Tensor } from '../base/index.ts'
import {
  capiEngine,
  type Engine,
  jsEngine,
  nativeEngine,
  referenceEngine,
  wasmEngine,
} from '../engine/index.ts'
import { linear, relu, sequential } from '../nn/index.ts'
import { momentum } from '../optim/index.ts'
import type { Experiment, FitOptions } from './experiment.ts'
import { fit } from './fit.ts'

const native = await nativeEngine({ threads: 1 })
const small = { ...experiment, engine: native }

/** What a run starts from, by its first checkpoint. */
async function startOf(options: FitOptions): Promise<Named<Tensor>> {
  const { recorder, notes } = note()
  await fit({ ...options, recorders: [recorder], signal: AbortSignal.abort() })
  assert.equal(notes.checkpoints[0]!.progress.step, 0)
  return notes.checkpoints[0]!.tensors
}

const only = (tensors: Named<Tensor>, ...names: string[]): Named<Tensor> =>
  Object.fromEntries(names.map(name => [name, tensors[name]!]))

describe('initial parameters', () => {
  test('another layer, other sizes after it or another optimiser change no draw of a layer', async () => {
    const start = await startOf(small)
    for (const changed of [
      { model: sequential(linear(5), relu(), linear(3), relu(), linear(3)) },
      { optimizer: momentum(), batchSize: 3, epochs: 5 },
      { data: await points(50) },
    ] satisfies Partial<Experiment>[]) {
      const names = ['0.weight', '0.bias', '2.weight', '2.bias']
      assertSameBits(only(await startOf({ ...small, ...changed }), ...names), only(start, ...names))
    }
  })

  test('layers of one shape, and other seeds, draw other weights', async () => {
    const model = sequential(linear(4), linear(4), linear(3))
    const [start, other] = [
      await startOf({ ...small, model }),
      await startOf({ ...small, model, seed: 8 }),
    ]
    for (const [a, b] of [
      [start['0.weight']!, start['1.weight']!],
      [start['0.weight']!, other['0.weight']!],
    ] as const) {
      const equal = a.data.filter((x, i) => x === b.data[i]).length
      assert.equal(equal, 0, `${equal} of ${a.data.length} weights are the same`)
    }
  })

  test('the seed is 0 unless given', async () => {
    const { seed: _, ...unseeded } = small
    assertSameBits(await startOf(unseeded), await startOf({ ...small, seed: 0 }))
  })

  test("an optimiser's tensors start at zero under their parameters' names", async () => {
    const start = await startOf(small)
    const names = Object.keys(start)
    assert.deepEqual(names.slice(0, 4), ['0.weight', '0.bias', '2.weight', '2.bias'])
    for (const slot of ['moment', 'squares'])
      for (const name of names.slice(0, 4)) {
        const { shape, data } = start[`optimizer/${slot}/${name}`]!
        assert.deepEqual(shape, start[name]!.shape)
        assert.ok(data.every(x => x === 0))
      }
    assert.equal(names.length, 12)
  })

  test('every engine starts from the same bits and ends close to the others', async () => {
    const capi = await capiEngine({ threads: 1 })
    const engines: Engine[] = [referenceEngine(), native, await wasmEngine(), capi, jsEngine()]
    const [expected, ...starts] = await Promise.all(
      engines.map(engine => startOf({ ...small, engine })),
    )
    for (const start of starts) assertSameBits(start, expected!)
    const ends = []
    for (const engine of engines) ends.push((await finish({ ...small, engine })).run)
    const [reference, ...others] = ends
    for (const { parameters, train } of others) {
      assert.ok(Math.abs(train.loss - reference!.train.loss) < 1e-5, `loss ${train.loss}`)
      for (const [name, { data }] of Object.entries(reference!.parameters))
        data.forEach((x, i) => {
          const found = parameters[name]!.data[i]!
          assert.ok(Math.abs(found - x) < 1e-4, `${name}: expected ${x}, received ${found}`)
        })
    }
    // One library computes for both.
    assertSameBits(ends[3]!.parameters, ends[1]!.parameters)
  })
})

describe('steps', () => {
  test('count up over the run, with the epoch, the batch and the rate of each', async () => {
    const { notes } = await finish({ ...small, stepsPerCall: 4 })
    assert.deepEqual(
      notes.records.map(({ step, epoch, examples, learningRate }) => [
        step,
        epoch,
        examples,
        learningRate,
      ]),
      Array.from({ length: 20 }, (_, i) => [i + 1, i < 10 ? 1 : 2, i % 10 === 9 ? 2 : 4, 0.05]),
    )
  })

  test('see every example once in an epoch, in another order in each', async () => {
    const firstOf = async (changes: Partial<Experiment>) => {
      const { notes } = await finish({
        ...small,
        ...changes,
        optimizer: momentum({ learningRate: 0 }),
      })
      return notes.records.map(({ loss }) => loss)
    }
    const shuffled = await firstOf({})
    const inOrder = await firstOf({ shuffle: false })
    const halves = (losses: number[]) => [losses.slice(0, 10), losses.slice(10)] as const
    const [first, second] = halves(shuffled)
    assert.notDeepEqual(first, second)
    const [plain, again] = halves(inOrder)
    assert.deepEqual(plain, again)
    const total = (losses: readonly number[]) =>
      losses.reduce((sum, loss, i) => sum + loss * (i === 9 ? 2 : 4), 0)
    for (const losses of [first, second, plain])
      assert.ok(Math.abs(total(losses) - total(again)) < 1e-4, 'the same loss in all, in any order')
  })
})

describe('steps in one call', () => {
  test('are as many as fit into an epoch of few batches', async () => {
    const { notes } = await finish({ ...small, data: tenSteps, epochs: 1 })
    assert.deepEqual(
      notes.calls.filter(call => call.startsWith('steps')),
      ['steps 1 2 3 4 5 6 7 8 9', 'steps 10'],
    )
  })
})
