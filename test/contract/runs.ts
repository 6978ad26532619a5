import assert from 'node:assert/strict'
import { GraphError, tensor } from '../../src/base/index.ts'
import { add, constant, gather, input, mul, pureProgram, type Value } from '../../src/ir/index.ts'
import { assertTensor } from '../assert-tensor.ts'
import { type Law, listsOf, refuses } from './law.ts'

const x = input('x', [2])
const two = constant(2)
const doubled = mul(x, two)
const feeds = { x: tensor([1, 2]) }

/** What comes out of a run. */
export const runLaws: Readonly<Record<string, Law>> = {
  'an engine says what runs underneath': async engine => {
    assert.match(engine.description, /\S/)
  },

  'an output may be an input or a constant itself': async engine => {
    const executable = await engine.compile(pureProgram({ same: x, two, list: constant([3, 4]) }))
    assert.deepEqual(listsOf(await executable.run(feeds)), { same: [1, 2], two: [2], list: [3, 4] })
  },

  'an output may have the name of an input': async engine => {
    const executable = await engine.compile(pureProgram({ x: doubled }))
    assert.deepEqual(listsOf(await executable.run(feeds)), { x: [2, 4] })
  },

  'a program may have no input': async engine => {
    const executable = await engine.compile(pureProgram({ y: add(two, two) }))
    assertTensor((await executable.run({})).y, tensor(4))
  },

  'two outputs may be the same value': async engine => {
    const executable = await engine.compile(pureProgram({ a: doubled, b: doubled, x1: x, x2: x }))
    const outputs = await executable.run(feeds)
    assert.deepEqual(listsOf(outputs), { a: [2, 4], b: [2, 4], x1: [1, 2], x2: [1, 2] })
  },

  'an output may also be read by another output': async engine => {
    const executable = await engine.compile(pureProgram({ a: doubled, b: add(doubled, x) }))
    assert.deepEqual(listsOf(await executable.run(feeds)), { a: [2, 4], b: [3, 6] })
  },

  'changing an output changes nothing inside': async engine => {
    const executable = await engine.compile(pureProgram({ same: x, two, doubled }))
    const first = await executable.run(feeds)
    for (const { data } of Object.values(first)) data.fill(99)
    assert.deepEqual(listsOf(feeds), { x: [1, 2] })
    const second = await executable.run(feeds)
    assert.deepEqual(listsOf(second), { same: [1, 2], two: [2], doubled: [2, 4] })
  },

  'outputs of a run stay as they are during the next': async engine => {
    const executable = await engine.compile(pureProgram({ doubled }))
    const first = await executable.run(feeds)
    await executable.run({ x: tensor([7, 8]) })
    assert.deepEqual(listsOf(first), { doubled: [2, 4] })
  },

  'several steps in one call stack their outputs': async engine => {
    const program = pureProgram({ doubled, two, same: x })
    const executable = await engine.compile(program, { stepsPerCall: 3 })
    const outputs = await executable.run({
      x: tensor([
        [1, 2],
        [3, 4],
        [5, 6],
      ]),
    })
    assertTensor(
      outputs.doubled,
      tensor([
        [2, 4],
        [6, 8],
        [10, 12],
      ]),
    )
    assertTensor(
      outputs.same,
      tensor([
        [1, 2],
        [3, 4],
        [5, 6],
      ]),
    )
    assertTensor(outputs.two, tensor([2, 2, 2]))
  },

  'the number of steps is a positive integer': async engine => {
    for (const stepsPerCall of [0, -1, 1.5, Number.NaN])
      await refuses(engine.compile(pureProgram({ doubled }), { stepsPerCall }), /stepsPerCall/)
  },

  'an index of the size and above is refused': async engine => {
    const indices = input('indices', [1], 'int32')
    const executable = await engine.compile(pureProgram({ y: gather(x, indices) }))
    for (const index of [2, 100])
      await refuses(executable.run({ ...feeds, indices: tensor([index], 'int32') }), /./)
  },

  'a program that is not well formed is refused': async engine => {
    const wrong: Value = { ...doubled, shape: [3] }
    await assert.rejects(engine.compile(pureProgram({ wrong })), GraphError)
  },

  'a program does not run after its release': async engine => {
    const executable = await engine.compile(pureProgram({ doubled }))
    const other = await engine.compile(pureProgram({ doubled }))
    await executable.release()
    await executable.release()
    await refuses(executable.run(feeds), /released/)
    assert.deepEqual(listsOf(await other.run(feeds)), { doubled: [2, 4] })
  },
}
