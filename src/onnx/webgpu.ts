import { isFloat, type Shape, sizeOf } from '../base/index.ts'
import type { Operands, OpName, Value } from '../ir/index.ts'
import type { Emitter } from './emitter.ts'
import { lowerings } from './lowering.ts'
import { isTiled } from './pooling.ts'
import { filled, fixed, type Lowering, node, reshaped } from './row.ts'
import { scatteredFirst } from './scatter.ts'

/** 1 for above 0, -1 for below it, 0 for the rest. */
const lowerSign: Lowering<'sign'> = ({ dtype }, [x], emit) => {
  const zero = emit.scalar(0, dtype)
  const is = (test: readonly string[]) => emit.cast(emit.node('Less', test), dtype)
  return emit.node('Sub', [is([zero, x]), is([x, zero])])
}

const lowerNeg: Lowering<'neg'> = (value, [x], emit) =>
  isFloat(value.dtype) ? node('Neg')(value, [x], emit) : negated(emit, x, value)

const lowerAbs: Lowering<'abs'> = (value, [x], emit) =>
  isFloat(value.dtype)
    ? node('Abs')(value, [x], emit)
    : emit.node('Max', [x, negated(emit, x, value)])

function negated(emit: Emitter, x: string, { dtype }: Value): string {
  return emit.node('Sub', [emit.scalar(0, dtype), x])
}

/** `x - max - log(sum(exp(x - max)))`. */
const lowerLogSoftmax: Lowering<'logSoftmax'> = ({ attrs }, [x], emit) => {
  const along = (opType: string, name: string) => reduced(emit, opType, name, attrs.axis)
  const shifted = emit.node('Sub', [x, along('ReduceMax', x)])
  const total = along('ReduceSum', emit.node('Exp', [shifted]))
  return emit.node('Sub', [shifted, emit.node('Log', [total])])
}

function reduced(emit: Emitter, opType: string, x: string, axis: number, keepdims = 1): string {
  return emit.node(opType, [x, emit.int64s([axis])], { keepdims: { int: keepdims } })
}

/** The greatest of the numbers n, n - 1, … 1 at the places of a maximum, counted from the end. */
const lowerArgMax: Lowering<'argMax'> = ({ attrs, inputs }, [x], emit) => {
  const { axis } = attrs
  const { shape } = inputs[0]!
  const size = shape[axis]!
  const numbers = emit.tensor({
    dtype: 'float32',
    shape: shape.map((_, i) => (i === axis ? size : 1)),
    data: Float32Array.from({ length: size }, (_, i) => size - i),
  })
  const wins = emit.node('Equal', [x, reduced(emit, 'ReduceMax', x, axis)])
  const numbered = emit.node('Mul', [emit.cast(wins, 'float32'), numbers])
  const fromEnd = reduced(emit, 'ReduceMax', numbered, axis, 0)
  return emit.cast(emit.node('Sub', [emit.scalar(size, 'float32'), fromEnd]), 'int32')
}

/** ScatterElements adds at int32 places. */
const lowerScatterAdd: Lowering<'scatterAdd'> = (value, [rows, indices], emit) =>
  scatteredFirst(value, rows, emit, (first, rest) => {
    const { size } = value.attrs
    const matrix: Shape = [sizeOf(value.inputs[1]!.shape), sizeOf(rest)]
    const column = reshaped(emit, indices, [matrix[0]!, 1])
    const sums = emit.node(
      'ScatterElements',
      [
        filled(emit, [size, matrix[1]!], 0, value.dtype),
        emit.node('Expand', [column, emit.int64s(matrix)]),
        reshaped(emit, first, matrix),
      ],
      { axis: { int: 0 }, reduction: { string: 'add' } },
    )
    return reshaped(emit, sums, [size, ...rest])
  })

/**
 * dy where x won its window, the first among ties: windows side by side with masks, others as patches,
 * one channel for each place in a window. Convolutions with kernels of a single 1 cut them out and put
 * them back.
 */
const lowerMaxPoolGradient: Lowering<'maxPool2dGradient'> = (value, operands, emit) =>
  isTiled(value.attrs)
    ? lowerings.maxPool2dGradient(value, operands, emit)
    : byPatches(value, operands, emit)

function byPatches(
  { attrs, inputs, shape }: Value<'maxPool2dGradient'>,
  [x, y, dy]: Operands<'maxPool2dGradient', string>,
  emit: Emitter,
): string {
  const { kernel, strides, before, after } = attrs
  const [batch, channels, ...size] = shape as [number, number, number, number]
  const counts = inputs[1]!.shape.slice(2)
  const planes = (name: string, sides: Shape) =>
    reshaped(emit, name, [batch * channels, 1, ...sides])
  const places = sizeOf(kernel)
  const kernels = emit.tensor({
    dtype: 'float32',
    shape: [places, 1, ...kernel],
    data: Float32Array.from({ length: places ** 2 }, (_, i) => Number(i % (places + 1) === 0)),
  })
  const numbers = emit.tensor({
    dtype: 'float32',
    shape: [1, places, 1, 1],
    data: Float32Array.from({ length: places }, (_, i) => places - i),
  })
  // Padding never wins.
  const lowest = emit.scalar(-3.4e38, 'float32')
  const pads = emit.int64s([0, 0, ...before, 0, 0, ...after])
  const padded = emit.node('Pad', [planes(x, size), pads, lowest])
  const windows = { strides: { ints: strides } }
  const patches = emit.node('Conv', [padded, kernels], windows)
  const isEqual = (a: string, b: string) => emit.cast(emit.node('Equal', [a, b]), 'float32')
  const numbered = emit.node('Mul', [isEqual(patches, planes(y, counts)), numbers])
  const first = isEqual(numbered, reduced(emit, 'ReduceMax', numbered, 1))
  const slopes = emit.node('Mul', [first, planes(dy, counts)])
  const unreached = size.map(
    (n, i) => n + before[i]! + after[i]! - (counts[i]! - 1) * strides[i]! - kernel[i]!,
  )
  const spread = emit.node('ConvTranspose', [slopes, kernels], {
    ...windows,
    pads: { ints: [...before, ...after] },
    output_padding: { ints: unreached },
  })
  return reshaped(emit, spread, shape)
}

/** Rows that stand in the place of others where a model is for WebGPU, which lacks their operators. */
export const webgpuLowerings: { readonly [K in OpName]?: Lowering<K> } = {
  sign: lowerSign,
  neg: lowerNeg,
  abs: lowerAbs,
  logSoftmax: fixed(lowerLogSoftmax),
  argMax: fixed(lowerArgMax),
  scatterAdd: fixed(lowerScatterAdd),
  maxPool2dGradient: fixed(lowerMaxPoolGradient),
}
