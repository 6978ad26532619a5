import assert from 'node:assert/strict'
import { tensor } from '../../src/base/index.ts'
import { add, input, pureProgram } from '../../src/ir/index.ts'
import { type Law, listsOf, refuses } from './law.ts'

const x = input('x', [2])
const labels = input('labels', [2], 'int32')
const program = pureProgram({ y: add(x, x), passed: labels })
const feeds = { x: tensor([1, 2]), labels: tensor([3, 4], 'int32') }

/** What a run does with the tensors it is given. */
export const feedLaws: Readonly<Record<string, Law>> = {
  'a missing feed is refused by name': async engine => {
    const executable = await engine.compile(program)
    await refuses(executable.run({ labels: feeds.labels }), /"x".*float32 \[2\].*nothing/)
    await refuses(executable.run({}), /"(x|labels)"/)
  },

  'a feed of another shape is refused by name': async engine => {
    const executable = await engine.compile(program)
    for (const wrong of [tensor([1, 2, 3]), tensor(1), tensor([[1, 2]])])
      await refuses(executable.run({ ...feeds, x: wrong }), /"x".*\[2\]/)
  },

  'a feed of another element type is refused by name': async engine => {
    const executable = await engine.compile(program)
    await refuses(executable.run({ ...feeds, x: tensor([1, 2], 'int32') }), /"x".*float32.*int32/)
    await refuses(executable.run({ ...feeds, labels: tensor([1, 2]) }), /"labels".*int32.*float32/)
  },

  'a feed whose elements are not what its type says is refused': async engine => {
    const executable = await engine.compile(program)
    const tooShort = { ...feeds.x, data: new Float32Array(1) }
    const otherArray = { ...feeds.x, data: new Float64Array(2) }
    await refuses(executable.run({ ...feeds, x: tooShort }), /"x".*2 elements/)
    await refuses(executable.run({ ...feeds, x: otherArray }), /"x".*Float32Array.*Float64Array/)
  },

  'a feed that the program does not read is ignored': async engine => {
    const executable = await engine.compile(program)
    const outputs = await executable.run({ ...feeds, other: tensor([[9]]) })
    assert.deepEqual(listsOf(outputs), { y: [2, 4], passed: [3, 4] })
  },

  'a feed for what the state holds is refused': async engine => {
    const executable = await engine.compile(program)
    const state = engine.createState({ x: tensor([10, 20]) })
    await refuses(executable.run(feeds, state), /"x".*state/)
  },

  'a feed for several steps needs their axis': async engine => {
    const executable = await engine.compile(program, { stepsPerCall: 3 })
    await refuses(executable.run(feeds), /"(x|labels)".*\[3, 2\].*\[2\]/)
  },

  'feeds are left as they were': async engine => {
    const executable = await engine.compile(program)
    await executable.run(feeds)
    assert.deepEqual(listsOf(feeds), { x: [1, 2], labels: [3, 4] })
  },
}
