import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { assertSameBits, small } from '../../test/training.ts'
import {
  keyOf,
  mapNamed,
  type Named,
  type Shape,
  sizeOf,
  type Tensor,
  zerosTensor,
} from '../base/index.ts'
import { type Engine, evaluate, jsEngine, nativeEngine, referenceEngine } from '../engine/index.ts'
import { inputsOf } from '../ir/index.ts'
import {
  adadelta,
  adagrad,
  adam,
  adamax,
  adamw,
  momentum,
  nadam,
  nesterov,
  optimizerTable,
  rmsprop,
  sgd,
} from '../optim/index.ts'
import { Batcher } from './batcher.ts'
import type { Experiment } from './experiment.ts'
import {
  inputUnits,
  joinUnits,
  type Layout,
  layoutOf,
  packUnits,
  unitShape,
  unpackUnits,
} from './layout.ts'
import { initialTensors, tensorsOf } from './model-tensors.ts'
import { trainingProgram } from './training-program.ts'
import { scalarsAt } from './update.ts'

/** The largest parameter that is packed has 65,535 elements. */
const shapes: fc.Arbitrary<Named<Shape>> = fc
  .array(
    fc.oneof(
      { weight: 6, arbitrary: fc.array(fc.integer({ min: 1, max: 7 }), { maxLength: 4 }) },
      { weight: 1, arbitrary: fc.constantFrom([65_535], [256, 256], [1, 65_537]) },
    ),
    { minLength: 1, maxLength: 6 },
  )
  .map(list => Object.fromEntries(list.map((shape, i) => [`${i}.weight`, shape])))

/** Tensors whose elements are all different. */
function numbered(named: Named<Shape>): Named<Tensor> {
  let next = 0
  return mapNamed(named, shape => ({
    dtype: 'float32',
    shape,
    data: new Float32Array(sizeOf(shape)).map(() => next++),
  }))
}

const runs = { seed: 2006, numRuns: 60 }

describe('units', () => {
  test('unpacked are the parameters that were packed', () => {
    fc.assert(
      fc.property(shapes, named => {
        const layout = layoutOf(named)
        const tensors = numbered(named)
        assertSameBits(unpackUnits(layout, packUnits(layout, tensors)), tensors)
      }),
      runs,
    )
  })

  test('hold every parameter once: large ones alone, small ones together', () => {
    fc.assert(
      fc.property(shapes, named => {
        const layout = layoutOf(named)
        const members = Object.values(layout.units).flat()
        assert.deepEqual(members.toSorted(), Object.keys(named).toSorted())
        for (const [unit, names] of Object.entries(layout.units)) {
          const size = names.reduce((total, name) => total + sizeOf(named[name]!), 0)
          assert.equal(sizeOf(unitShape(layout, unit)), size)
          const areLarge = names.map(name => sizeOf(named[name]!) >= 65_536)
          assert.deepEqual(areLarge, unit === 'shared' ? names.map(() => false) : [true])
        }
      }),
      runs,
    )
  })

  test('have their parameters where packing puts them, taken apart and joined', () => {
    fc.assert(
      fc.property(shapes, named => {
        const layout = layoutOf(named)
        const tensors = numbered(named)
        const feeds = packUnits(layout, tensors)
        const { tensors: params } = inputUnits(layout)
        const names = Object.keys(params)
        const found = evaluate(Object.values(params), feeds)
        assertSameBits(
          Object.fromEntries(names.map((name, i) => [name, found[i]!])),
          pick(tensors, names),
        )
        const joined = joinUnits(layout, params)
        const back = evaluate(Object.values(joined), feeds)
        assertSameBits(
          Object.fromEntries(Object.keys(joined).map((unit, i) => [unit, back[i]!])),
          feeds,
        )
      }),
      runs,
    )
  })

  test('packed are copies: a later change of a parameter does not reach them', () => {
    const tensors = numbered({ a: [2], b: [3] })
    const packed = packUnits(layoutOf({ a: [2], b: [3] }), tensors)
    tensors.a!.data[0] = 99
    assert.deepEqual([...packed.shared!.data], [0, 1, 2, 3, 4])
  })
})

const pick = (tensors: Named<Tensor>, names: readonly string[]): Named<Tensor> =>
  Object.fromEntries(names.map(name => [name, tensors[name]!]))

describe('a step on packed parameters equals one on parameters apart', () => {
  const engines: Named<() => Promise<Engine>> = {
    reference: async () => referenceEngine(),
    native: () => nativeEngine({ threads: 1 }),
    js: async () => jsEngine(),
  }
  const optimizers = [
    sgd({ weightDecay: 0.1 }),
    momentum({ dampening: 0.5 }),
    nesterov(),
    adagrad(),
    rmsprop({ centered: true, momentum: 0.9 }),
    adadelta(),
    adam({ amsgrad: true }),
    adamw(),
    adamax(),
    nadam(),
  ]

  test('with every optimiser there is', () => {
    const kinds = optimizers.map(({ kind }) => kind)
    assert.deepEqual(kinds, Object.keys(optimizerTable))
  })

  for (const [engineName, create] of Object.entries(engines))
    for (const optimizer of optimizers)
      test(`with ${optimizer.kind} on the ${engineName} engine`, async () => {
        const engine = await create()
        const experiment = { ...small, optimizer }
        const named = mapNamed(tensorsOf(experiment).params, ({ shape }) => shape)
        const apart: Layout = {
          shapes: named,
          units: mapNamed(named, (_, name) => [name]),
          groups: mapNamed(named, () => ''),
        }
        const expected = await afterSteps(experiment, apart, engine)
        const packed = await afterSteps(experiment, layoutOf(named), engine)
        assert.deepEqual(Object.keys(layoutOf(named).units), ['shared'])
        assertSameBits(packed, expected)
      })
})

/** The parameters after three steps. */
async function afterSteps(
  experiment: Experiment,
  layout: Layout,
  engine: Engine,
): Promise<Named<Tensor>> {
  const { program, draws } = trainingProgram(experiment, layout, 4)
  const executable = await engine.compile(program)
  const slots = [...inputsOf(program)]
    .filter(([name]) => name.startsWith('optimizer/'))
    .map(([name, { shape }]) => [name, zerosTensor('float32', shape)])
  const params = packUnits(layout, initialTensors(experiment, keyOf(7)))
  const state = engine.createState({ ...params, ...Object.fromEntries(slots) })
  const batcher = new Batcher(experiment.data.train, draws, keyOf(7))
  for (let step = 0; step < 3; step++)
    await executable.run(
      batcher.feeds({
        step,
        steps: 1,
        batchSize: 4,
        order: Uint32Array.from({ length: 38 }, (_, i) => i),
        start: 4 * step,
        // A power of two, so that it does not matter where a program multiplies by the rate.
        scalars: t => scalarsAt(experiment, { step: t, stepsPerEpoch: 10, learningRate: 2 ** -4 }),
      }),
      state,
    )
  await executable.release()
  return unpackUnits(layout, await state.read())
}
