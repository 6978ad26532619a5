import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { assertTensor } from '../../test/assert-tensor.ts'
import { wave } from '../../test/gradient-check.ts'
import { floats, runModel } from '../../test/run-model.ts'
import { type Named, type Tensor, tensorOf } from '../base/index.ts'
import { decodeModel } from '../formats/index.ts'
import {
  add,
  exp,
  input,
  matmul,
  mul,
  type Program,
  pureProgram,
  sub,
  sum,
  transpose,
} from '../ir/index.ts'
import { encodeProgram, lowerings, nextName, opset, outputName } from './index.ts'

const x = input('x', [2, 3])
const weight = input('weight', [4, 3])
const bias = input('bias', [4])
const feeds = { weight: floats(4, 3), bias: floats(4) }

describe('a model', () => {
  test('says who made it, for which operators, and what its metadata are', () => {
    const bytes = encodeProgram(pureProgram({ y: exp(x) }), { metadata: { seed: '7' } })
    const model = decodeModel(bytes)
    assert.equal(model.producerName, 'justright')
    assert.deepEqual(
      model.opsetImport?.map(({ domain, version }) => [domain ?? '', Number(version)]),
      [
        ['', opset],
        ['com.microsoft', 1],
      ],
    )
    assert.deepEqual(
      model.metadataProps?.map(({ key, value }) => [key, value]),
      [['seed', '7']],
    )
  })

  test('names inputs, outputs and next states as the program does', () => {
    const program: Program = { outputs: { y: exp(x) }, state: { bias: mul(bias, 2) } }
    const { graph } = decodeModel(encodeProgram(program))
    const names = (values: readonly { readonly name?: string }[] = []) =>
      values.map(({ name }) => name).sort()
    assert.deepEqual(names(graph?.input), ['bias', 'x'])
    assert.deepEqual(names(graph?.output), [nextName('bias'), 'y'])
  })

  test('gives an output with the name of an input another one', () => {
    const program = pureProgram({ x: exp(x), y: x })
    assert.deepEqual(
      ['x', 'y'].map(name => outputName(program, name)),
      ['x:result', 'y'],
    )
  })

  test('is the same bytes for the same program', () => {
    const build = () => encodeProgram(pureProgram({ y: add(matmul(x, transpose(weight)), bias) }))
    assert.deepEqual(build(), build())
  })
})

test('every op has a lowering', () => {
  assert.ok(Object.values(lowerings).every(lowering => typeof lowering === 'function'))
})

test('a Loop over K steps gives the results of K single runs, bit for bit', async () => {
  const rate = input('rate', [])
  const error = sub(add(matmul(x, weight, { transposeB: true }), bias), input('full', [2, 4]))
  const program: Program = {
    outputs: { loss: sum(mul(error, error)) },
    state: {
      weight: sub(weight, mul(rate, matmul(error, x, { transposeA: true }))),
      bias: sub(bias, mul(rate, sum(error, 0))),
    },
  }
  const steps = [0, 1, 2].map(i => ({
    x: tensorOf('float32', [2, 3], Float32Array.from(wave(18).subarray(6 * i, 6 * i + 6))),
    full: tensorOf('float32', [2, 4], Float32Array.from(wave(24).subarray(8 * i, 8 * i + 8))),
    rate: tensorOf('float32', [], Float32Array.of(0.1 / (i + 1))),
  }))
  const single = encodeProgram(program)
  const losses: Tensor[] = []
  let state: Named<Tensor> = { weight: feeds.weight, bias: feeds.bias }
  for (const step of steps) {
    const results = await runModel(single, { ...state, ...step })
    losses.push(results.loss!)
    state = { weight: results[nextName('weight')]!, bias: results[nextName('bias')]! }
  }
  const loop = encodeProgram(program, { stepsPerCall: 3 })
  assert.deepEqual(
    decodeModel(loop).graph?.node?.map(({ opType }) => opType),
    ['Loop'],
  )
  const found = await runModel(loop, {
    weight: feeds.weight,
    bias: feeds.bias,
    x: stacked(steps.map(step => step.x)),
    full: stacked(steps.map(step => step.full)),
    rate: stacked(steps.map(step => step.rate)),
  })
  assertTensor(found.loss, stacked(losses))
  assertTensor(found[nextName('weight')], state.weight!)
  assertTensor(found[nextName('bias')], state.bias!)
})

function stacked(tensors: readonly Tensor[]): Tensor {
  const data = Float32Array.from(tensors.flatMap(tensor => [...tensor.data]))
  return tensorOf('float32', [tensors.length, ...tensors[0]!.shape], data)
}
