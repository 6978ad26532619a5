import { broadcastAxes, isFloat, type Shape, sameShape } from '../base/index.ts'
import {
  averagePool2d,
  averagePool2dGradient,
  broadcast,
  cast,
  conv2d,
  conv2dInputGradient,
  conv2dWeightGradient,
  div,
  equal,
  exp,
  gather,
  less,
  log,
  matmul,
  maxPool2dGradient,
  mul,
  neg,
  type Operands,
  type OpName,
  type OpOfArity,
  type Pair,
  pad,
  perOperand,
  pow,
  reshape,
  scatterAdd,
  sign,
  slice,
  sub,
  sum,
  transpose,
  type Value,
  where,
} from '../ir/index.ts'
import { pickWinners } from './winners.ts'

/**
 * The gradient of the loss with respect to each operand, given `dy`, the one with respect to the
 * result; undefined where the operand does not influence the result smoothly.
 */
export type Derivative<K extends OpName> = (
  y: Value<K>,
  dy: Value,
) => Operands<K, Value | undefined>

/** The gradient of an operand that broadcasting stretched: sum over the stretched axes. */
function unbroadcast(dy: Value, shape: Shape): Value {
  if (sameShape(dy.shape, shape)) return dy
  return reshape(sum(dy, broadcastAxes(shape, dy.shape)), shape)
}

/** `dx = f(x, y, dy)`. */
const elementwise =
  (f: (x: Value, y: Value, dy: Value) => Value) =>
  (y: Value<OpOfArity<1>>, dy: Value): readonly [Value] => [f(y.inputs[0], y, dy)]

/** `da = f(a, b, y, dy)` and `db = g(a, b, y, dy)`, summed over what broadcasting stretched. */
const bilateral =
  (
    f: (a: Value, b: Value, y: Value, dy: Value) => Value,
    g: (a: Value, b: Value, y: Value, dy: Value) => Value,
  ) =>
  (y: Value<OpOfArity<2>>, dy: Value): readonly [Value, Value] => {
    const [a, b] = y.inputs
    return [unbroadcast(f(a, b, y, dy), a.shape), unbroadcast(g(a, b, y, dy), b.shape)]
  }

/** 1 where x is the chosen extreme, one half where both operands are. */
const share = (x: Value, y: Value, other: Value, dy: Value): Value =>
  mul(dy, sub(cast(equal(x, y), dy.dtype), mul(0.5, cast(equal(x, other), dy.dtype))))
const shared = bilateral(
  (a, b, y, dy) => share(a, y, b, dy),
  (a, b, y, dy) => share(b, y, a, dy),
)

/** A reduced gradient with the reduced axes back as 1. */
function restoreAxes(reduced: Value, full: Shape, axes: readonly number[]): Value {
  return reshape(
    reduced,
    full.map((n, axis) => (axes.includes(axis) ? 1 : n)),
  )
}

const lastTwo = ({ shape }: Value): Pair => [shape.at(-2)!, shape.at(-1)!]

/** One row per primitive op: its derivative, the formula above it. */
export const derivatives: { readonly [K in OpName]: Derivative<K> } = {
  input: () => [],
  constant: () => [],

  // y = -x: dx = -dy
  neg: elementwise((_x, _y, dy) => neg(dy)),
  // y = |x|: dx = sign(x) dy
  abs: elementwise((x, _y, dy) => mul(dy, sign(x))),
  // Piecewise constant.
  sign: () => [undefined],
  floor: () => [undefined],
  // y = e^x: dx = y dy
  exp: elementwise((_x, y, dy) => mul(dy, y)),
  // y = ln x: dx = dy / x
  log: elementwise((x, _y, dy) => div(dy, x)),
  // y = sqrt x: dx = dy / (2 y)
  sqrt: elementwise((_x, y, dy) => div(dy, mul(2, y))),
  // y = tanh x: dx = (1 - y^2) dy
  tanh: elementwise((_x, y, dy) => mul(dy, sub(1, mul(y, y)))),
  // y = 1 / (1 + e^-x): dx = y (1 - y) dy
  sigmoid: elementwise((_x, y, dy) => mul(dy, mul(y, sub(1, y)))),
  // y = max(x, 0): dx = [y > 0] dy; at 0 the gradient is 0. Asking y, not x, frees the engine from
  // keeping x.
  relu: elementwise((_x, y, dy) => mul(dy, cast(less(0, y), dy.dtype))),
  // y = erf x: dx = 2/sqrt(pi) e^(-x^2) dy
  erf: elementwise((x, _y, dy) => mul(dy, mul(2 / Math.sqrt(Math.PI), exp(neg(mul(x, x)))))),
  not: () => [undefined],
  // Between floats the gradient travels back in the operand's type; other casts are steps.
  cast: (y, dy) => [isFloat(y.inputs[0].dtype) ? cast(dy, y.inputs[0].dtype) : undefined],
  stopGradient: () => [undefined],

  // y = a + b: da = dy, db = dy
  add: bilateral(
    (_a, _b, _y, dy) => dy,
    (_a, _b, _y, dy) => dy,
  ),
  // y = a - b: da = dy, db = -dy, negated once it is summed
  sub: (y, dy) => {
    const [a, b] = y.inputs
    return [unbroadcast(dy, a.shape), neg(unbroadcast(dy, b.shape))]
  },
  // y = a b: da = b dy, db = a dy
  mul: bilateral(
    (_a, b, _y, dy) => mul(dy, b),
    (a, _b, _y, dy) => mul(dy, a),
  ),
  // y = a / b: da = dy / b, db = -y dy / b
  div: bilateral(
    (_a, b, _y, dy) => div(dy, b),
    (_a, b, y, dy) => neg(div(mul(dy, y), b)),
  ),
  // y = a^b: da = b a^(b-1) dy, db = ln(a) y dy
  pow: bilateral(
    (a, b, _y, dy) => mul(dy, mul(b, pow(a, sub(b, 1)))),
    (a, _b, y, dy) => mul(dy, mul(log(a), y)),
  ),
  // y = max(a, b): dy to the greater; ties share, as PyTorch's maximum does.
  max: shared,
  min: shared,
  equal: () => [undefined, undefined],
  less: () => [undefined, undefined],
  // y = c ? a : b: da = c ? dy : 0, db = c ? 0 : dy
  where: (y, dy) => {
    const [condition, a, b] = y.inputs
    return [
      undefined,
      unbroadcast(where(condition, dy, 0), a.shape),
      unbroadcast(where(condition, 0, dy), b.shape),
    ]
  },

  // y = sum x: dx = dy everywhere
  reduceSum: (y, dy) => {
    const [x] = y.inputs
    return [broadcast(restoreAxes(dy, x.shape, y.attrs.axes), x.shape)]
  },
  // y = max x: dy to the greatest, in equal shares among ties.
  reduceMax: (y, dy) => {
    const [x] = y.inputs
    const { axes } = y.attrs
    const isGreatest = cast(equal(x, restoreAxes(y, x.shape, axes)), dy.dtype)
    const perTie = div(restoreAxes(dy, x.shape, axes), sum(isGreatest, axes, true))
    return [mul(isGreatest, perTie)]
  },
  argMax: () => [undefined],
  // y = x - ln(sum(e^x)): dx = dy - e^y sum(dy)
  logSoftmax: (y, dy) => [sub(dy, mul(exp(y), sum(dy, y.attrs.axis, true)))],

  // y = A B: dA = dy B', dB = A' dy, transposed along with the factor that was.
  matmul: (y, dy) => {
    const [a, b] = y.inputs
    const { transposeA, transposeB } = y.attrs
    const da = transposeA
      ? matmul(b, dy, { transposeA: transposeB, transposeB: true })
      : matmul(dy, b, { transposeB: !transposeB })
    const db = transposeB
      ? matmul(dy, a, { transposeA: true, transposeB: transposeA })
      : matmul(a, dy, { transposeA: !transposeA })
    return [unbroadcast(da, a.shape), unbroadcast(db, b.shape)]
  },

  // y = conv(x, w), its transpose by x and its transpose by w are one form, linear in x, w and dy:
  // each derivative of one is another of them.
  conv2d: (y, dy) => {
    const [x, weight] = y.inputs
    return [
      conv2dInputGradient(dy, weight, lastTwo(x), y.attrs),
      conv2dWeightGradient(x, dy, lastTwo(weight), y.attrs),
    ]
  },
  conv2dInputGradient: (y, dx) => {
    const [dy, weight] = y.inputs
    const { size: _, ...attrs } = y.attrs
    return [conv2d(dx, weight, attrs), conv2dWeightGradient(dx, dy, lastTwo(weight), attrs)]
  },
  conv2dWeightGradient: (y, dw) => {
    const [x, dy] = y.inputs
    const { kernel: _, ...attrs } = y.attrs
    return [conv2dInputGradient(dy, dw, lastTwo(x), attrs), conv2d(x, dw, attrs)]
  },
  // y = max of a window: dy to the first that equals it.
  maxPool2d: (y, dy) => [maxPool2dGradient(y.inputs[0], y, dy, y.attrs)],
  // Linear in dy: the transpose picks the elements that dy was added to. Constant in x and y.
  maxPool2dGradient: (y, dx) => {
    const [x, pooled] = y.inputs
    return [undefined, undefined, pickWinners(x, pooled, dx, y.attrs)]
  },
  // y = mean of a window, and its transpose.
  averagePool2d: (y, dy) => [averagePool2dGradient(dy, lastTwo(y.inputs[0]), y.attrs)],
  averagePool2dGradient: (y, dx) => {
    const { size: _, ...attrs } = y.attrs
    return [averagePool2d(dx, attrs)]
  },

  reshape: elementwise((x, _y, dy) => reshape(dy, x.shape)),
  // The inverse permutation.
  transpose: (y, dy) => {
    const inverse = y.attrs.permutation.map((_, axis) => y.attrs.permutation.indexOf(axis))
    return [transpose(dy, inverse)]
  },
  broadcast: elementwise((x, _y, dy) => unbroadcast(dy, x.shape)),
  // Zeros where the slice did not look.
  slice: (y, dy) => {
    const [x] = y.inputs
    const after = x.shape.map((n, axis) => n - y.attrs.ends[axis]!)
    return [pad(dy, y.attrs.starts, after)]
  },
  pad: (y, dy) => {
    const [x] = y.inputs
    const ends = x.shape.map((n, axis) => n + y.attrs.before[axis]!)
    return [slice(dy, y.attrs.before, ends)]
  },
  // Each operand receives its own block.
  concat: (y, dy) => {
    let start = 0
    return perOperand(y, x => {
      const starts = x.shape.map((_, axis) => (axis === y.attrs.axis ? start : 0))
      start += x.shape[y.attrs.axis]!
      return slice(
        dy,
        starts,
        x.shape.map((n, axis) => n + starts[axis]!),
      )
    })
  },

  // Rows go back where they came from; rows picked twice add up.
  gather: (y, dy) => {
    const [x, indices] = y.inputs
    return [scatterAdd(dy, indices, x.shape[y.attrs.axis]!, y.attrs.axis), undefined]
  },
  scatterAdd: (y, dy) => [gather(dy, y.inputs[1], y.attrs.axis), undefined],
  oneHot: () => [undefined],
}
