import { isOp, type OpName, type Value } from '../../ir/index.ts'
import { conv2d, conv2dInputGradient, conv2dWeightGradient } from './convolution.ts'
import { gather, oneHot, scatterAdd } from './indexing.ts'
import { matmul } from './matmul.ts'
import { pad } from './pad.ts'
import { averagePool2d, averagePool2dGradient, maxPool2d, maxPool2dGradient } from './pools.ts'
import { argMax, logSoftmax, reduction } from './reductions.ts'
import { element, exact, type JsRow, loops } from './row.ts'
import { partOf, permuted, reshaped, stretched } from './view.ts'

/**
 * One row per primitive op: how it is written in JavaScript. Results are those of the reference
 * engine: computed in float64, rounded to their element type once, sums in the same order.
 */
export const rows: { readonly [K in OpName]: JsRow<K> } = {
  input: { kind: 'leaf' },
  constant: { kind: 'leaf' },

  neg: exact(x => `-${x}`),
  abs: exact(x => `abs(${x})`),
  sign: exact(x => `${x} > 0 ? 1 : ${x} < 0 ? -1 : ${x}`),
  exp: element(x => `exp(${x})`),
  log: element(x => `log(${x})`),
  sqrt: element(x => `sqrt(${x})`),
  floor: exact(x => `floor(${x})`),
  tanh: {
    kind: 'element',
    element: ([x], { dtype }) => `${dtype === 'float32' ? 'tanh32' : 'tanh'}(${x})`,
    isExact: false,
  },
  sigmoid: element(x => `1 / (1 + exp(-${x}))`),
  relu: exact(x => `max(${x}, 0)`),
  erf: element(x => `erf(${x})`),
  not: exact(x => `1 - ${x}`),
  cast: { kind: 'element', element: ([x], { attrs }) => castTo(attrs.dtype, x), isExact: false },
  stopGradient: { kind: 'view', view: x => x },

  add: element((a, b) => `${a} + ${b}`),
  sub: element((a, b) => `${a} - ${b}`),
  mul: element((a, b) => `${a} * ${b}`),
  div: element((a, b) => `${a} / ${b}`),
  pow: { kind: 'element', element: ([a, b], value) => power(a, b, value), isExact: false },
  max: exact((a, b) => `max(${a}, ${b})`),
  min: exact((a, b) => `min(${a}, ${b})`),
  equal: exact((a, b) => `${a} === ${b} ? 1 : 0`),
  less: exact((a, b) => `${a} < ${b} ? 1 : 0`),
  where: exact((condition, a, b) => `${condition} !== 0 ? ${a} : ${b}`),

  reduceSum: loops(
    reduction('0', (total, x) => `${total} += ${x}`),
    { fusesOperand: true },
  ),
  reduceMax: loops(
    reduction('-Infinity', (most, x) => `${most} = max(${most}, ${x})`),
    {
      isExact: true,
      fusesOperand: true,
    },
  ),
  argMax: loops(argMax, { isExact: true, fusesOperand: true }),
  logSoftmax: loops(logSoftmax),

  matmul: loops(matmul),

  conv2d: loops(conv2d),
  conv2dInputGradient: loops(conv2dInputGradient),
  conv2dWeightGradient: loops(conv2dWeightGradient),
  maxPool2d: loops(maxPool2d, { isExact: true }),
  maxPool2dGradient: loops(maxPool2dGradient),
  averagePool2d: loops(averagePool2d),
  averagePool2dGradient: loops(averagePool2dGradient),

  reshape: { kind: 'view', view: (x, { shape }) => reshaped(x, shape) },
  transpose: { kind: 'view', view: (x, { attrs }) => permuted(x, attrs.permutation) },
  broadcast: { kind: 'view', view: (x, { shape }) => stretched(x, shape) },
  slice: { kind: 'view', view: (x, { attrs, shape }) => partOf(x, attrs.starts, shape) },
  pad: loops(pad, { isExact: true }),
  concat: { kind: 'join' },

  gather: loops(gather, { isExact: true }),
  scatterAdd: loops(scatterAdd),
  oneHot: loops(oneHot, { isExact: true }),
}

/** Toward bool anything but 0 is 1; toward integers the rounding of the element type truncates. */
function castTo(dtype: Value['dtype'], x: string): string {
  return dtype === 'bool' ? `${x} !== 0 ? 1 : 0` : x
}

/** JavaScript's own operator where the exponent is known: it differs for an infinite or NaN one. */
function power(a: string, b: string, { inputs }: Value): string {
  const exponent = isOp(inputs[1], 'constant') ? Number(b.replace(/^\((.*)\)$/, '$1')) : Number.NaN
  if (exponent === 2) return `${a} * ${a}`
  return Number.isFinite(exponent) ? `${a} ** ${b}` : `power(${a}, ${b})`
}
