import type { DType, Shape, Tensor } from '../base/index.ts'

/** An op without attributes. */
export type None = Readonly<Record<never, never>>

/** Which axes a reduction removes; `keepAxes` leaves them as 1. */
export interface ReduceAttrs {
  readonly axes: readonly number[]
  readonly keepAxes: boolean
}

/** A number for axis H and one for axis W. */
export type Pair = readonly [height: number, width: number]

/** How windows lie over the last two axes: window i starts at `i * strides - before`. */
export interface WindowAttrs {
  readonly strides: Pair
  /** Rows and columns of padding before the first and after the last element. */
  readonly before: Pair
  readonly after: Pair
}

/** A convolution: the elements of a window lie `dilations` apart; channels stay within their group. */
export interface ConvAttrs extends WindowAttrs {
  readonly dilations: Pair
  readonly groups: number
}

/** A pooling window and how it moves. */
export interface PoolAttrs extends WindowAttrs {
  readonly kernel: Pair
}

/** `countIncludePad` divides by the size of the window; otherwise by the elements that are no padding. */
export interface AveragePoolAttrs extends PoolAttrs {
  readonly countIncludePad: boolean
}

/** The attributes of every primitive op. The keys are the op set. */
export interface OpAttrs {
  // leaves
  readonly input: { readonly name: string; readonly shape: Shape; readonly dtype: DType }
  readonly constant: { readonly value: Tensor }
  // elementwise, one operand
  readonly neg: None
  readonly abs: None
  readonly sign: None
  readonly exp: None
  readonly log: None
  readonly sqrt: None
  readonly floor: None
  readonly tanh: None
  readonly sigmoid: None
  readonly relu: None
  readonly erf: None
  readonly not: None
  readonly cast: { readonly dtype: DType }
  readonly stopGradient: None
  // elementwise, two or three operands, broadcasting
  readonly add: None
  readonly sub: None
  readonly mul: None
  readonly div: None
  readonly pow: None
  readonly max: None
  readonly min: None
  readonly equal: None
  readonly less: None
  readonly where: None
  // reductions
  readonly reduceSum: ReduceAttrs
  readonly reduceMax: ReduceAttrs
  readonly argMax: { readonly axis: number }
  readonly logSoftmax: { readonly axis: number }
  // products
  readonly matmul: { readonly transposeA: boolean; readonly transposeB: boolean }
  // windows over the last two axes
  readonly conv2d: ConvAttrs
  readonly conv2dInputGradient: ConvAttrs & { readonly size: Pair }
  readonly conv2dWeightGradient: ConvAttrs & { readonly kernel: Pair }
  readonly maxPool2d: PoolAttrs
  readonly maxPool2dGradient: PoolAttrs
  readonly averagePool2d: AveragePoolAttrs
  readonly averagePool2dGradient: AveragePoolAttrs & { readonly size: Pair }
  // movement
  readonly reshape: { readonly shape: Shape }
  readonly transpose: { readonly permutation: readonly number[] }
  readonly broadcast: { readonly shape: Shape }
  readonly slice: { readonly starts: readonly number[]; readonly ends: readonly number[] }
  readonly pad: { readonly before: readonly number[]; readonly after: readonly number[] }
  readonly concat: { readonly axis: number }
  // indexing
  readonly gather: { readonly axis: number }
  readonly scatterAdd: { readonly axis: number; readonly size: number }
  readonly oneHot: { readonly depth: number; readonly dtype: DType }
}

/** The name of a primitive op. */
export type OpName = keyof OpAttrs
