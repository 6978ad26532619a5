import { sameShape, sizeOf } from '../base/index.ts'
import { isOp, type Value } from '../ir/index.ts'
import type { Fusion } from './fusion.ts'
import { batchedProduct } from './matmul.ts'
import { reshaped } from './row.ts'

/** Planes of at least so many elements are worth a product each; measured. */
const leastPlane = 512

/**
 * A sum of products over everything but the channels, as batch normalisation has two of, by a product
 * of row and column for every plane: the products are never stored, which takes half the time.
 */
export function channelDots(value: Value, uses: ReadonlyMap<Value, number>): Fusion | undefined {
  if (!isOp(value, 'reduceSum')) return undefined
  const [product] = value.inputs
  if (!isOp(product, 'mul') || uses.get(product) !== 1 || value.dtype !== 'float32')
    return undefined
  const [batch = 1, channels = 1, ...plane] = product.shape
  const size = sizeOf(plane)
  const { axes } = value.attrs
  const isPerChannel = axes.length === product.shape.length - 1 && !axes.includes(1)
  const isWhole = product.inputs.every(({ shape }) => sameShape(shape, product.shape))
  if (!isPerChannel || !isWhole || size < leastPlane) return undefined
  return {
    operands: product.inputs,
    lower: (operands, emit) => {
      const [a, b] = operands.map(name => reshaped(emit, name, [batch, channels, 1, size]))
      const dots = batchedProduct(emit, a!, b!, value.dtype)
      const sums = emit.node('ReduceSum', [dots, emit.int64s([0])], { keepdims: { int: 0 } })
      return reshaped(emit, sums, value.shape)
    },
  }
}
