import { sameShape, sizeOf } from '../base/index.ts'
import { isOp, type Value } from '../ir/index.ts'
import { type BlockedProgram, blockDomain, fillsBlocks } from './blocks.ts'
import type { Emitter } from './emitter.ts'
import type { Fusion } from './fusion.ts'
import { reshaped } from './row.ts'

/** Sums of images in blocks, or of products of two, over everything but the channels or over planes. */
export function blockedSum(value: Value, { uses, blocked }: BlockedProgram): Fusion | undefined {
  if (!isOp(value, 'reduceSum')) return undefined
  const [x] = value.inputs
  const axes = value.attrs.axes.join()
  if (!fillsBlocks(x) || (axes !== '0,2,3' && axes !== '2,3')) return undefined
  const isImage = ({ shape }: Value) => sameShape(shape, x.shape)
  const isProduct = isOp(x, 'mul') && uses.get(x) === 1 && x.inputs.every(isImage)
  const operands = isProduct ? x.inputs : [x]
  if (!operands.some(operand => blocked.has(operand))) return undefined
  const [batch, channels, ...size] = x.shape as [number, number, number, number]
  const planes = batch * channels
  const pixels = sizeOf(size)

  /** A convolution of every plane with a kernel that covers it. */
  const productSums = ([a, b]: readonly string[], emit: Emitter) =>
    emit.node(
      'Conv',
      [reshaped(emit, a!, [1, planes, ...size]), reshaped(emit, b!, [planes, 1, ...size])],
      { group: { int: planes } },
      blockDomain,
    )
  const planeSums = ([image]: readonly string[], emit: Emitter) => {
    const means = emit.node('GlobalAveragePool', [image!], {}, blockDomain)
    return emit.node('Mul', [means, emit.scalar(pixels, value.dtype)])
  }
  return {
    operands,
    blocked: { operands: operands.map(() => true), result: false },
    lower: (names, emit) => {
      const sums = (isProduct ? productSums : planeSums)(names, emit)
      if (axes === '2,3') return reshaped(emit, sums, value.shape)
      const table = reshaped(emit, sums, [batch, channels])
      const totals = emit.node('ReduceSum', [table, emit.int64s([0])], { keepdims: { int: 0 } })
      return reshaped(emit, totals, value.shape)
    },
  }
}
