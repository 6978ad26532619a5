import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { assertTensor } from '../../test/assert-tensor.ts'
import { floats, runModel } from '../../test/run-model.ts'
import { GraphError, type Named } from '../base/index.ts'
import { evaluate } from '../engine/index.ts'
import {
  add,
  averagePool2d,
  averagePool2dGradient,
  broadcast,
  concat,
  constant,
  conv2d,
  conv2dInputGradient,
  conv2dWeightGradient,
  exp,
  gather,
  input,
  matmul,
  maxPool2d,
  mul,
  type Program,
  pureProgram,
  reduceMax,
  relu,
  reshape,
  resultsOf,
  scatterAdd,
  slice,
  sub,
  sum,
  transpose,
  type Value,
  valuesOf,
  withOrigin,
} from '../ir/index.ts'
import { encodeProgram, type ModelOptions, modelOf } from './index.ts'

const close = { epsilons: 16, scale: 1 }

/** A function of a batch, traced at two sizes: the axes that differ are open. */
function openProgram(build: (x: Value) => Value): { program: Program; options: ModelOptions } {
  const trace = (batch: number) =>
    pureProgram({
      y: withOrigin({ kind: 'net', path: '0' }, () => build(input('x', [batch, 2, 3]))),
    })
  const program = trace(2)
  const twins = valuesOf(resultsOf(trace(3)))
  const openAxes = new Map(
    valuesOf(resultsOf(program)).map((value, i) => [
      value,
      [...value.shape.keys()].filter(axis => value.shape[axis] !== twins[i]!.shape[axis]),
    ]),
  )
  return { program, options: { dialect: 'standard', openAxes } }
}

const batchOf = ({ shape: [batch = 1] }: Value): number => batch

/** What a model of an open batch may contain. */
const dynamic: Named<(x: Value) => Value> = {
  'a network of linear layers': x => {
    const hidden = relu(
      add(
        matmul(reshape(x, [batchOf(x), 6]), constant(floats(4, 6)), { transposeB: true }),
        constant(floats(4)),
      ),
    )
    return matmul(hidden, constant(floats(4, 2)))
  },
  'batches of matrices': x => matmul(x, constant(floats(2, 3)), { transposeB: true }),
  'softmax, which sums and stretches': x => {
    const e = exp(sub(x, reduceMax(x, -1, true)))
    return mul(e, sum(e, -1, true))
  },
  'a sum over everything but the last axis': x => sum(x, [0, 1]),
  'a sum over the batch of a matrix': x => sum(reshape(x, [batchOf(x), 6]), 0),
  'axes in another order': x => transpose(x, [1, 0, 2]),
  'operands put together': x => concat([x, x], 1),
  'convolutions and pools': x => {
    const image = reshape(x, [batchOf(x), 2, 1, 3])
    const filtered = conv2d(image, constant(floats(4, 1, 1, 2)), { groups: 2, before: [1, 1] })
    const windows = { kernel: [1, 2], strides: [1, 1] } as const
    return add(maxPool2d(filtered, windows), averagePool2d(filtered, windows))
  },
  'images that grow': x => {
    const image = reshape(x, [batchOf(x), 2, 1, 3])
    const weight = constant(floats(2, 3, 2, 2))
    const turned = conv2dInputGradient(image, weight, [2, 4])
    const spread = conv2dInputGradient(image, weight, [3, 6], { strides: [2, 2] })
    const windows = { kernel: [2, 2], strides: [2, 2] } as const
    const overlapping = { kernel: [2, 2], strides: [1, 1] } as const
    return concat(
      [
        turned,
        slice(spread, [0, 0, 1, 1], [batchOf(x), 3, 3, 5]),
        slice(averagePool2dGradient(turned, [4, 8], windows), [0, 0, 0, 0], [batchOf(x), 3, 2, 4]),
        slice(
          averagePool2dGradient(turned, [3, 5], overlapping),
          [0, 0, 0, 0],
          [batchOf(x), 3, 2, 4],
        ),
      ],
      1,
    )
  },
  'columns stretched': x => broadcast(sum(x, 1, true), [batchOf(x), 4, 3]),
  'columns cut off': x => slice(x, [0, 0, 1], [batchOf(x), 2, 3]),
  'columns that are picked': x => gather(x, constant([2, 0], 'int32'), 2),
}

describe('a model of an open batch', () => {
  for (const [name, build] of Object.entries(dynamic))
    test(`runs ${name} on batches of 1, 2 and 7`, async () => {
      const { program, options } = openProgram(build)
      const bytes = encodeProgram(program, options)
      for (const batch of [1, 2, 7]) {
        const given = { x: floats(batch, 2, 3) }
        const [expected] = evaluate([build(input('x', [batch, 2, 3]))], given)
        assertTensor((await runModel(bytes, given)).y, expected!, close)
      }
    })

  test('calls the open axis batch, and only that', () => {
    const { program, options } = openProgram(x => exp(x))
    const dims = modelOf(program, options).graph?.input?.[0]?.type?.tensorType?.shape?.dim ?? []
    assert.deepEqual(
      dims.map(({ dimParam, dimValue }) => dimParam ?? Number(dimValue)),
      ['batch', 2, 3],
    )
  })

  const refused: Named<readonly [build: (x: Value) => Value, message: string]> = {
    'that is stretched': [
      x => broadcast(sum(x, 0, true), [batchOf(x), 2, 3]),
      'expected broadcast with no axis that depends on the batch, received [2, 2, 3]',
    ],
    'in two axes of a reshape': [
      x => {
        const rows = reshape(x, [batchOf(x), 6])
        const pairs = matmul(rows, rows, { transposeB: true })
        return reshape(pairs, [batchOf(x), 1, batchOf(x)])
      },
      'expected reshape with at most one axis that depends on the batch, received [2, 1, 2]',
    ],
    'and cut': [
      x => slice(x, [1, 0, 0], [batchOf(x), 2, 3]),
      'expected slice with no axis that depends on the batch, received [1, 2, 3]',
    ],
    'in a constant': [
      x => add(x, constant(floats(batchOf(x), 1, 1))),
      'expected constant with no axis that depends on the batch, received [2, 1, 1]',
    ],
    'in a gradient by images, among the weights': [
      x => {
        const weight = reshape(x, [batchOf(x), 6, 1, 1])
        return conv2dInputGradient(reshape(sum(weight, 1), [1, batchOf(x), 1, 1]), weight, [1, 1])
      },
      'expected conv2dInputGradient with no axis that depends on the batch, received [1, 6, 1, 1]',
    ],
    'in a gradient by weights': [
      x => {
        const image = reshape(x, [batchOf(x), 6, 1, 1])
        return conv2dWeightGradient(image, image, [1, 1])
      },
      'expected conv2dWeightGradient with no axis that depends on the batch, received [6, 6, 1, 1]',
    ],
    'among scattered rows': [
      x => scatterAdd(x, constant([2, 0], 'int32'), 3, 1),
      'expected scatterAdd with no axis that depends on the batch, received [2, 3, 3]',
    ],
  }
  for (const [name, [build, message]] of Object.entries(refused))
    test(`refuses one ${name}`, () => {
      const { program, options } = openProgram(build)
      assert.throws(
        () => encodeProgram(program, options),
        error =>
          error instanceof GraphError && error.message === `ONNX export of net "0": ${message}`,
      )
    })
})
