import assert from 'node:assert/strict'
import { type Named, type Tensor, tensor } from '../../src/base/index.ts'
import {
  add,
  constant,
  gather,
  input,
  matmul,
  mul,
  type Program,
  pureProgram,
  reshape,
  sum,
  tanh,
} from '../../src/ir/index.ts'
import { type Law, listsOf, refuses } from './law.ts'

const count = input('count', [], 'int32')
const total = input('total', [2])
const x = input('x', [2])
/** Adds x to `total` and counts; its output is the total before. */
const counter: Program = {
  outputs: { before: total },
  state: { count: add(count, constant(1, 'int32')), total: add(total, x) },
}
const initial = { count: tensor(0, 'int32'), total: tensor([0, 0]) }
const feeds = { x: tensor([1, 10]) }
const afterOne = { count: [1], total: [1, 10] }
const afterTwo = { count: [2], total: [2, 20] }

/** A step that rounds: the weights of a small network pulled through a matmul and a tanh. */
const weights = input('weights', [3, 3])
const batch = input('batch', [2, 3])
const activations = tanh(matmul(batch, weights))
const rounding: Program = {
  outputs: { loss: sum(mul(activations, activations)), activations },
  state: {
    weights: add(mul(weights, 0.9), mul(0.1, matmul(batch, activations, { transposeA: true }))),
    count: add(count, constant(1, 'int32')),
  },
}
const roundingState = {
  weights: tensor([
    [0.1, -0.7, 0.3],
    [1.1, 0.2, -0.9],
    [0.5, 0.6, -0.4],
  ]),
  count: tensor(5, 'int32'),
}
const batches = [0.1, 1.3, -0.6, 0.7].map(scale => [
  [0.3 * scale, -1.7 * scale, 0.9],
  [2.1, 0.4 * scale, -0.2 * scale],
])

/** What happens to state. */
export const stateLaws: Readonly<Record<string, Law>> = {
  'state advances with every run': async engine => {
    const [executable, state] = [await engine.compile(counter), engine.createState(initial)]
    assert.deepEqual(listsOf(await executable.run(feeds, state)), { before: [0, 0] })
    assert.deepEqual(listsOf(await state.read()), afterOne)
    assert.deepEqual(listsOf(await executable.run(feeds, state)), { before: [1, 10] })
    assert.deepEqual(listsOf(await state.read()), afterTwo)
  },

  'state keeps its shapes and element types': async engine => {
    const [executable, state] = [await engine.compile(counter), engine.createState(initial)]
    await executable.run(feeds, state)
    const { count, total } = await state.read()
    assert.deepEqual([count!.dtype, [...count!.shape]], ['int32', []])
    assert.deepEqual([total!.dtype, [...total!.shape]], ['float32', [2]])
  },

  'two states of one program are apart': async engine => {
    const executable = await engine.compile(counter)
    const [a, b] = [engine.createState(initial), engine.createState(initial)]
    await executable.run(feeds, a)
    assert.deepEqual(listsOf(await a.read()), afterOne)
    assert.deepEqual(listsOf(await b.read()), { count: [0], total: [0, 0] })
  },

  'two programs share state by name': async engine => {
    const [step, doubled] = [
      await engine.compile(counter),
      await engine.compile({ outputs: { twice: mul(total, 2) }, state: { total: mul(total, -1) } }),
    ]
    const state = engine.createState(initial)
    await step.run(feeds, state)
    assert.deepEqual(listsOf(await doubled.run({}, state)), { twice: [2, 20] })
    await step.run(feeds, state)
    assert.deepEqual(listsOf(await state.read()), { count: [2], total: [0, 0] })
  },

  'a program without state leaves it as it is': async engine => {
    const executable = await engine.compile(pureProgram({ y: mul(total, 2) }))
    const state = engine.createState({ ...initial, total: tensor([3, 4]) })
    assert.deepEqual(listsOf(await executable.run({}, state)), { y: [6, 8] })
    assert.deepEqual(listsOf(await state.read()), { count: [0], total: [3, 4] })
  },

  'without a state everything is fed and nothing is kept': async engine => {
    const executable = await engine.compile(counter)
    const outputs = await executable.run({ ...feeds, ...initial })
    assert.deepEqual(listsOf(outputs), { before: [0, 0] })
    await refuses(executable.run(feeds), /"(count|total)"/)
  },

  'reading gives copies': async engine => {
    const [executable, state] = [await engine.compile(counter), engine.createState(initial)]
    await executable.run(feeds, state)
    const changed = await state.read()
    for (const { data } of Object.values(changed)) data.fill(99)
    const read = await state.read()
    assert.deepEqual(listsOf(read), afterOne)
    await executable.run(feeds, state)
    await executable.run(feeds, state)
    assert.deepEqual(listsOf(read), afterOne)
    assert.deepEqual(listsOf(await state.read()), { count: [3], total: [3, 30] })
  },

  'state is apart from the tensors it was created with and fed': async engine => {
    const given = { total: tensor([1, 2]), kept: tensor([0, 0]) }
    const state = engine.createState(given)
    const fed = tensor([5, 6])
    const executable = await engine.compile({ outputs: { same: total }, state: { kept: x } })
    const outputs = await executable.run({ x: fed }, state)
    for (const { data } of [fed, given.total, outputs.same!]) data.fill(99)
    assert.deepEqual(listsOf(await state.read()), { total: [1, 2], kept: [5, 6] })
  },

  'state may become an input, a constant or an output': async engine => {
    const [a, b] = [input('a', [2]), input('b', [2])]
    const next = add(a, b)
    const executable = await engine.compile({
      outputs: { next },
      state: { a: b, b: a, c: constant([7, 8]), d: next, e: next },
    })
    const zeros = tensor([0, 0])
    const state = engine.createState({
      a: tensor([1, 2]),
      b: tensor([3, 4]),
      c: zeros,
      d: zeros,
      e: zeros,
    })
    const outputs = await executable.run({}, state)
    assert.deepEqual(listsOf(outputs), { next: [4, 6] })
    const swapped = { a: [3, 4], b: [1, 2], c: [7, 8], d: [4, 6], e: [4, 6] }
    assert.deepEqual(listsOf(await state.read()), swapped)
    outputs.next!.data.fill(99)
    await executable.run({}, state)
    assert.deepEqual(listsOf(await state.read()), { ...swapped, a: [1, 2], b: [3, 4] })
  },

  'state is untouched when a feed is refused': async engine => {
    const [executable, state] = [await engine.compile(counter), engine.createState(initial)]
    await executable.run(feeds, state)
    await refuses(executable.run({}, state), /"x"/)
    await refuses(executable.run({ x: tensor([1]) }, state), /"x"/)
    assert.deepEqual(listsOf(await state.read()), afterOne)
    await executable.run(feeds, state)
    assert.deepEqual(listsOf(await state.read()), afterTwo)
  },

  'state is untouched when a run fails': async engine => {
    const index = input('index', [], 'int32')
    const picked = gather(x, index)
    const executable = await engine.compile({
      outputs: { picked },
      state: { ...counter.state, last: reshape(picked, [1]) },
    })
    const state = engine.createState({ ...initial, last: tensor([0]) })
    const at = (i: number) => ({ ...feeds, index: tensor(i, 'int32') })
    await executable.run(at(1), state)
    await refuses(executable.run(at(2), state), /./)
    assert.deepEqual(listsOf(await state.read()), { ...afterOne, last: [10] })
    await executable.run(at(0), state)
    assert.deepEqual(listsOf(await state.read()), { ...afterTwo, last: [1] })
  },

  'state is untouched when the last of several steps fails': async engine => {
    const index = input('index', [1], 'int32')
    const program = { outputs: { picked: gather(x, index) }, state: counter.state }
    const executable = await engine.compile(program, { stepsPerCall: 2 })
    const state = engine.createState(initial)
    const at = (a: number, b: number) => ({
      x: tensor([feeds.x, feeds.x].map(({ data }) => [...data])),
      index: tensor([[a], [b]], 'int32'),
    })
    await executable.run(at(0, 1), state)
    await refuses(executable.run(at(0, 2), state), /./)
    assert.deepEqual(listsOf(await state.read()), afterTwo)
  },

  'several steps in one call equal as many single runs, bit for bit': async engine => {
    const single = await engine.compile(rounding)
    const state = engine.createState(roundingState)
    const outputs: Named<Tensor>[] = []
    for (const rows of batches) outputs.push(await single.run({ batch: tensor(rows) }, state))
    const stepped = await engine.compile(rounding, { stepsPerCall: batches.length })
    const steppedState = engine.createState(roundingState)
    const { loss, activations } = await stepped.run({ batch: tensor(batches) }, steppedState)
    assert.deepEqual([[...loss!.shape], [...activations!.shape]], [[4], [4, 2, 3]])
    assert.deepEqual(
      [...activations!.data],
      outputs.flatMap(step => [...step.activations!.data]),
    )
    assert.deepEqual(
      [...loss!.data],
      outputs.flatMap(step => [...step.loss!.data]),
    )
    assert.deepEqual(listsOf(await steppedState.read()), listsOf(await state.read()))
  },

  'a state that does not fit is refused': async engine => {
    const executable = await engine.compile(counter)
    const misshapen = engine.createState({ ...initial, total: tensor([0, 0, 0]) })
    await refuses(executable.run(feeds, misshapen), /"total".*\[2\].*\[3\]/)
    const mistyped = engine.createState({ ...initial, count: tensor(0) })
    await refuses(executable.run(feeds, mistyped), /"count".*int32.*float32/)
    const incomplete = engine.createState({ total: tensor([0, 0]) })
    await refuses(executable.run({ ...feeds, count: initial.count }, incomplete), /"count"/)
  },

  'a state that another made is refused': async engine => {
    const executable = await engine.compile(counter)
    await refuses(executable.run(feeds, { read: async () => initial }), /state/)
  },

  'a state whose elements are not what its type says is refused': async engine => {
    const total = initial.total
    for (const data of [new Float32Array(1), new Float32Array(9), new Int32Array(2)])
      assert.throws(() => engine.createState({ total: { ...total, data } }), /"total"/)
    for (const shape of [[-1], [0.5], [Number.NaN], [1e12]])
      assert.throws(() => engine.createState({ total: { ...total, shape } }), /"total"/)
  },

  'changing a shape that was read changes nothing inside': async engine => {
    const [executable, state] = [await engine.compile(counter), engine.createState(initial)]
    for (const { shape } of Object.values(await state.read())) (shape as number[]).push(7)
    await executable.run(feeds, state)
    assert.deepEqual(listsOf(await state.read()), afterOne)
  },

  'state outlives the program': async engine => {
    const [executable, state] = [await engine.compile(counter), engine.createState(initial)]
    await executable.run(feeds, state)
    await executable.release()
    assert.deepEqual(listsOf(await state.read()), afterOne)
    const again = await engine.compile(counter)
    await again.run(feeds, state)
    assert.deepEqual(listsOf(await state.read()), afterTwo)
  },
}
