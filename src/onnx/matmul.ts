import { sizeOf } from '../base/index.ts'
import { isOp, type Value } from '../ir/index.ts'
import type { Emitter } from './emitter.ts'

/** Matrix products: Gemm for matrices with a transposed factor, MatMul for the rest. */
export function lowerMatmul(
  { attrs, inputs }: Value<'matmul'>,
  [a, b]: readonly string[],
  emit: Emitter,
): string {
  const { transposeA, transposeB } = attrs
  if (!transposeA && !transposeB) return emit.node('MatMul', [a!, b!])
  if (isMatrix(inputs[0]!) && isMatrix(inputs[1]!))
    return emit.node('Gemm', [a!, b!], gemmFlags(attrs))
  if (emit.dialect === 'runtime') {
    const flags = { transA: { int: Number(transposeA) }, transB: { int: Number(transposeB) } }
    return emit.node('FusedMatMul', [a!, b!], flags, 'com.microsoft')
  }
  return emit.node('MatMul', [
    transposeA ? swapLast(emit, a!, inputs[0]!) : a!,
    transposeB ? swapLast(emit, b!, inputs[1]!) : b!,
  ])
}

/**
 * The product inside `product + addend` when Gemm can do both at once: a matrix product that
 * nothing else reads, and an addend that stretches to its shape.
 */
export function fusableProduct(
  sum: Value<'add'>,
  uses: ReadonlyMap<Value, number>,
): { product: Value<'matmul'>; addend: Value } | undefined {
  for (const [i, product] of sum.inputs.entries()) {
    const addend = sum.inputs[1 - i]!
    const isAlone = isOp(product, 'matmul') && uses.get(product) === 1 && product !== addend
    if (!isAlone || !product.inputs.every(isMatrix)) continue
    if (sizeOf(product.shape) === sizeOf(sum.shape) && addend.shape.length <= 2)
      return { product, addend }
  }
  return undefined
}

/** `a b + addend` as one Gemm. */
export function lowerFused(
  product: Value<'matmul'>,
  [a, b, addend]: readonly string[],
  emit: Emitter,
): string {
  return emit.node('Gemm', [a!, b!, addend!], gemmFlags(product.attrs))
}

const isMatrix = ({ shape }: Value): boolean => shape.length === 2

const gemmFlags = ({ transposeA, transposeB }: Value<'matmul'>['attrs']) => ({
  transA: { int: Number(transposeA) },
  transB: { int: Number(transposeB) },
})

function swapLast(emit: Emitter, name: string, { shape }: Value): string {
  const axes = [...shape.keys()]
  const perm = [...axes.slice(0, -2), ...axes.slice(-2).reverse()]
  return emit.node('Transpose', [name], { perm: { ints: perm } })
}
