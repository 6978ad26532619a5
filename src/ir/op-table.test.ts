import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { DTypeError, GraphError, type JustrightError, ShapeError } from '../base/index.ts'
import {
  add,
  argMax,
  broadcast,
  cast,
  concat,
  constant,
  equal,
  exp,
  gather,
  input,
  less,
  logSoftmax,
  makeValue,
  matmul,
  max,
  mul,
  neg,
  not,
  oneHot,
  opTable,
  pad,
  reduceMax,
  relu,
  reshape,
  scatterAdd,
  slice,
  sum,
  transpose,
  type Value,
  where,
  withOrigin,
} from './index.ts'

const x = input('x', [2, 3])
const column = input('column', [4, 1])
const indices = input('indices', [2], 'int32')
const flags = input('flags', [2, 3], 'bool')
const inLayer = withOrigin({ kind: 'linear', path: 'encoder.0' }, () => neg(x))

type Raised = abstract new (...args: never[]) => JustrightError
type Refusal = readonly [name: string, kind: Raised, build: () => Value, message: RegExp]

/** Everything that the op table refuses, with what it says. */
const refusals: readonly Refusal[] = [
  [
    'shapes that do not stretch to each other',
    ShapeError,
    () => add(x, input('y', [2, 4])),
    /^add in add: expected a shape that broadcasts with \[2, 3\], received \[2, 4\] \(output of input\)$/,
  ],
  [
    'conditions that do not stretch',
    ShapeError,
    () => where(input('c', [4], 'bool'), x, x),
    /^where: expected a shape that broadcasts with \[4\], received \[2, 3\]$/,
  ],
  [
    'vectors in a matrix product',
    ShapeError,
    () => matmul(x, input('v', [3])),
    /^matmul in matmul: expected a matrix \[\.\.\., rows, columns\], received \[3\] \(output of input\)$/,
  ],
  [
    'inner sizes that differ',
    ShapeError,
    () => matmul(x, x),
    /^matmul in matmul: expected 3 rows in the second factor of \[2, 3\], received 2 in \[2, 3\]/,
  ],
  [
    'inner sizes that differ once transposed',
    ShapeError,
    () => matmul(x, column, { transposeA: true }),
    /expected 2 rows .* received 4 in \[4, 1\]/,
  ],
  [
    'batches of matrices that do not stretch',
    ShapeError,
    () => matmul(input('a', [2, 1, 1]), input('b', [3, 1, 1])),
    /^matmul: expected a shape that broadcasts with \[2\], received \[3\]$/,
  ],
  [
    'another number of elements in a reshape',
    ShapeError,
    () => reshape(x, [7]),
    /^reshape in reshape: expected 6 elements as in \[2, 3\], received \[7\] with 7$/,
  ],
  [
    'a broadcast that would shrink',
    ShapeError,
    () => broadcast(x, [1, 3]),
    /^broadcast in broadcast: expected a shape that \[2, 3\] stretches to, received \[1, 3\]$/,
  ],
  [
    'a broadcast of another size',
    ShapeError,
    () => broadcast(x, [2, 4]),
    /^broadcast in broadcast: expected a shape that broadcasts with \[2, 3\], received \[2, 4\]$/,
  ],
  [
    'a slice beyond the end',
    ShapeError,
    () => slice(x, [0, 1], [2, 4]),
    /^slice in slice: expected 0 <= start <= end <= 3 on axis 1, received 1\.\.4$/,
  ],
  [
    'a slice that starts after its end',
    ShapeError,
    () => slice(x, [2, 0], [1, 3]),
    /on axis 0, received 2\.\.1$/,
  ],
  [
    'a slice without every axis',
    ShapeError,
    () => slice(x, [0], [1]),
    /^slice: expected one number per axis of \[2, 3\], received \[0\]$/,
  ],
  [
    'a pad without every axis',
    ShapeError,
    () => pad(x, [0, 0], [1]),
    /^pad: expected one number per axis of \[2, 3\], received \[1\]$/,
  ],
  [
    'a permutation without every axis',
    ShapeError,
    () => transpose(x, [0]),
    /^transpose: expected one number per axis of \[2, 3\], received \[0\]$/,
  ],
  [
    'operands of concat that differ in another axis',
    ShapeError,
    () => concat([x, column], 1),
    /^concat in concat: expected \[2, 3\] in every axis but 1, received \[4, 1\]$/,
  ],
  [
    'operands of concat of another rank',
    ShapeError,
    () => concat([x, input('v', [2])]),
    /expected \[2, 3\] in every axis but 0, received \[2\]$/,
  ],
  ...(
    [
      ['reduceSum', () => sum(x, 2)],
      ['reduceMax', () => reduceMax(x, [0, 2])],
      ['argMax', () => argMax(x, 2)],
      ['logSoftmax', () => logSoftmax(x, 2)],
      ['concat', () => concat([x], 2)],
      ['gather', () => gather(x, indices, 2)],
    ] as const
  ).map(
    ([op, build]): Refusal => [
      `an axis of ${op} that does not exist`,
      ShapeError,
      build,
      new RegExp(`^${op}: expected an axis within rank 2, received 2$`),
    ],
  ),
  ...(
    [
      ['add', () => add(x, input('y', [3], 'float64'))],
      ['max', () => max(x, input('y', [3], 'float64'))],
      ['equal', () => equal(x, input('y', [3], 'float64'))],
      ['less', () => less(x, input('y', [3], 'float64'))],
      ['where', () => where(flags, x, input('y', [3], 'float64'))],
      ['concat', () => concat([x, cast(x, 'float64')])],
      ['matmul', () => matmul(x, input('y', [3, 1], 'float64'))],
    ] as const
  ).map(
    ([op, build]): Refusal => [
      `element types that differ in ${op}`,
      DTypeError,
      build,
      new RegExp(`^${op} in ${op}: expected float32, received float64 \\(output of .*cast\\(\\)$`),
    ],
  ),
  [
    'integers where only floats make sense',
    DTypeError,
    () => exp(indices),
    /^exp in exp: expected float32 or float64, received int32 \(output of input\)\. Convert it with cast\(\)$/,
  ],
  ...(
    [
      ['gather', () => gather(x, input('i', [2]))],
      ['scatterAdd', () => scatterAdd(x, input('i', [2]), 3)],
      ['oneHot', () => oneHot(input('i', [2]), 3)],
    ] as const
  ).map(
    ([op, build]): Refusal => [
      `float indices in ${op}`,
      DTypeError,
      build,
      new RegExp(
        `^${op} in ${op}: expected int32 indices, received float32 \\(output of input\\)$`,
      ),
    ],
  ),
  [
    'a missing operand',
    GraphError,
    () => makeValue('add', [x], {}),
    /^add: expected 2 operands, received 1$/,
  ],
  [
    'a permutation with an axis twice',
    ShapeError,
    () => transpose(x, [1, 1]),
    /^transpose in transpose: expected each axis of \[2, 3\] once, received \[1, 1\]$/,
  ],
  [
    'rows to scatter that are not as many as the indices',
    ShapeError,
    () => scatterAdd(input('rows', [3, 2]), indices, 5),
    /^scatterAdd in scatterAdd: expected rows with \[2\] from axis 0 on, .* received \[3, 2\]/,
  ],
  [
    'a condition of numbers',
    DTypeError,
    () => where(x, x, x),
    /^where in where: expected bool, received float32 \(output of input\)$/,
  ],
  [
    'numbers to be negated as bool',
    DTypeError,
    () => not(indices),
    /^not in not: expected bool, received int32 \(output of input\)$/,
  ],
  [
    'a concat of nothing',
    GraphError,
    () => concat([]),
    /^concat: expected at least one operand, received 0$/,
  ],
]

describe('the op table refuses', () => {
  for (const [name, kind, build, message] of refusals)
    test(name, () => {
      assert.throws(build, error => {
        assert.ok(error instanceof kind, `${error}`)
        assert.match(error.message, message)
        return true
      })
    })
})

test('an error names the layer that asked and the layer that gave', () => {
  const build = () =>
    withOrigin({ kind: 'linear', path: 'encoder.1' }, () => add(x, reshape(inLayer, [3, 2])))
  assert.throws(build, {
    message: /^linear "encoder\.1" in add: .* \(output of linear "encoder\.1"\)$/,
  })
  assert.throws(() => add(input('y', [5]), inLayer), {
    message: /^add in add: .* received \[2, 3\] \(output of linear "encoder\.0"\)$/,
  })
})

/** What comes out, where it is not simply that of the operand. */
const results: readonly (readonly [value: Value, type: string])[] = [
  [add(column, input('row', [3])), 'float32 [4, 3]'],
  [add(1, cast(x, 'float64')), 'float64 [2, 3]'],
  [equal(x, 0), 'bool [2, 3]'],
  [less(x, column.shape.length), 'bool [2, 3]'],
  [not(flags), 'bool [2, 3]'],
  [where(flags, x, 0), 'float32 [2, 3]'],
  [cast(x, 'uint8'), 'uint8 [2, 3]'],
  [sum(x), 'float32 []'],
  [sum(x, -1), 'float32 [2]'],
  [reduceMax(x, 0, true), 'float32 [1, 3]'],
  [argMax(x), 'int32 [2]'],
  [logSoftmax(x, 0), 'float32 [2, 3]'],
  [matmul(x, x, { transposeB: true }), 'float32 [2, 2]'],
  [matmul(input('a', [5, 1, 2, 3]), input('b', [4, 3, 1])), 'float32 [5, 4, 2, 1]'],
  [transpose(input('a', [2, 3, 4])), 'float32 [2, 4, 3]'],
  [transpose(input('a', [2, 3, 4]), [2, 0, 1]), 'float32 [4, 2, 3]'],
  [broadcast(column, [2, 4, 3]), 'float32 [2, 4, 3]'],
  [slice(x, [0, 1], [1, 3]), 'float32 [1, 2]'],
  [slice(x, [1, 1], [1, 3]), 'float32 [0, 2]'],
  [pad(x, [1, 0], [0, 2]), 'float32 [3, 5]'],
  [concat([x, x], -1), 'float32 [2, 6]'],
  [gather(x, input('i', [4, 5], 'int32'), 1), 'float32 [2, 4, 5]'],
  [scatterAdd(x, indices, 7), 'float32 [7, 3]'],
  [scatterAdd(input('r', [2, 4, 5, 3]), input('i', [4, 5], 'int32'), 6, 1), 'float32 [2, 6, 3]'],
  [oneHot(indices, 4), 'float32 [2, 4]'],
  [oneHot(indices, 4, 'bool'), 'bool [2, 4]'],
  [constant([[1, 2]], 'int32'), 'int32 [1, 2]'],
]

for (const [{ op, dtype, shape }, type] of results)
  test(`${op} gives ${type}`, () => {
    assert.equal(`${dtype} [${shape.join(', ')}]`, type)
  })

test('a number takes the element type of the other operand', () => {
  for (const dtype of ['float32', 'float64', 'int32'] as const) {
    const value = input('y', [2], dtype)
    assert.equal(mul(2, value).dtype, dtype)
    assert.equal(mul(value, 2).inputs[1].dtype, dtype)
  }
})

test('every op says in a line what it computes', () => {
  for (const { doc } of Object.values(opTable)) assert.match(doc, /^[^\n]{2,}$/)
})

test('values are frozen', () => {
  assert.ok(Object.isFrozen(relu(x)))
})
