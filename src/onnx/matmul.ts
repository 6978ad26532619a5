import { type DType, isFloat, sizeOf } from '../base/index.ts'
import { isOp, type Operands, type Value } from '../ir/index.ts'
import type { Emitter } from './emitter.ts'
import type { Fusion } from './fusion.ts'

/**
 * Matrix products: Gemm for matrices with a transposed factor, MatMul for the rest. ONNX Runtime has
 * a Gemm of floats alone, and a FusedMatMul of float32 alone.
 */
export function lowerMatmul(
  { attrs, inputs, dtype }: Value<'matmul'>,
  [a, b]: Operands<'matmul', string>,
  emit: Emitter,
): string {
  const { transposeA, transposeB } = attrs
  if (!transposeA && !transposeB) return emit.node('MatMul', [a, b])
  if (inputs.every(isFloatMatrix)) return emit.node('Gemm', [a, b], gemmFlags(attrs))
  if (emit.dialect === 'runtime' && dtype === 'float32') {
    const flags = { transA: { int: Number(transposeA) }, transB: { int: Number(transposeB) } }
    return emit.node('FusedMatMul', [a, b], flags, 'com.microsoft')
  }
  return emit.node('MatMul', [
    transposeA ? swapLast(emit, a, inputs[0]) : a,
    transposeB ? swapLast(emit, b, inputs[1]) : b,
  ])
}

/** Products of matrices `[..., M, K]` and `[..., N, K]`, the second transposed: `[..., M, N]`. */
export function batchedProduct(emit: Emitter, a: string, b: string, dtype: DType): string {
  if (emit.dialect === 'runtime' && dtype === 'float32')
    return emit.node('FusedMatMul', [a, b], { transB: { int: 1 } }, 'com.microsoft')
  return emit.node('MatMul', [a, emit.node('Transpose', [b], { perm: { ints: [0, 1, 3, 2] } })])
}

/** A product of two matrices as one Gemm: `alpha a b + beta addend`. */
interface Gemm {
  readonly product: Value<'matmul'>
  readonly a: Value
  readonly b: Value
  readonly alpha: number
  readonly addend?: Value
  readonly beta: number
}

/**
 * How to compute a value as one Gemm that does more than the product: constant factors become alpha
 * and beta, and an addend comes along when nothing else reads the bare product.
 */
export function gemmOf(value: Value, uses: ReadonlyMap<Value, number>): Fusion | undefined {
  const gemm = isOp(value, 'matmul') ? scaled(value) : summed(value, uses)
  if (!gemm || (gemm.alpha === 1 && !gemm.addend)) return undefined
  const { product, a, b, alpha, addend, beta } = gemm
  return {
    operands: addend ? [a, b, addend] : [a, b],
    lower: (operands, emit) =>
      emit.node('Gemm', operands, {
        ...gemmFlags(product.attrs),
        ...(alpha === 1 ? {} : { alpha: { float: alpha } }),
        ...(beta === 1 ? {} : { beta: { float: beta } }),
      }),
  }
}

/** A sum or difference of a product that nothing else reads and an addend. */
function summed(value: Value, uses: ReadonlyMap<Value, number>): Gemm | undefined {
  const isSum = isOp(value, 'add')
  if (!isSum && !isOp(value, 'sub')) return undefined
  for (const i of isSum ? [0, 1] : [1]) {
    const product = value.inputs[i]!
    const addend = withoutFactor(value.inputs[1 - i]!)
    const isAlone = isOp(product, 'matmul') && uses.get(product) === 1
    if (!isAlone || addend.value.shape.length > 2) continue
    if (sizeOf(product.shape) !== sizeOf(value.shape)) continue
    const gemm = scaled(product)
    if (!gemm) continue
    const alpha = isSum ? gemm.alpha : -gemm.alpha
    return { ...gemm, alpha, addend: addend.value, beta: addend.factor }
  }
  return undefined
}

/** A product of matrices with constant factors taken out. */
function scaled(product: Value<'matmul'>): Gemm | undefined {
  if (!product.inputs.every(isFloatMatrix)) return undefined
  const [a, b] = product.inputs.map(withoutFactor) as [Factored, Factored]
  return { product, a: a.value, b: b.value, alpha: a.factor * b.factor, beta: 1 }
}

interface Factored {
  readonly value: Value
  readonly factor: number
}

/** `x` and `c`, when a value is `c x` with a constant scalar that float32, which Gemm has, can hold. */
function withoutFactor(value: Value): Factored {
  for (const [i, operand] of isOp(value, 'mul') ? value.inputs.entries() : []) {
    if (!isOp(operand, 'constant') || operand.shape.length > 0) continue
    const factor = operand.attrs.value.data[0]!
    if (Math.fround(factor) === factor) return { value: value.inputs[1 - i]!, factor }
  }
  return { value, factor: 1 }
}

const isFloatMatrix = ({ shape, dtype }: Value): boolean => shape.length === 2 && isFloat(dtype)

const gemmFlags = ({ transposeA, transposeB }: Value<'matmul'>['attrs']) => ({
  transA: { int: Number(transposeA) },
  transB: { int: Number(transposeB) },
})

function swapLast(emit: Emitter, name: string, { shape }: Value): string {
  const axes = [...shape.keys()]
  const perm = [...axes.slice(0, -2), ...axes.slice(-2).reverse()]
  return emit.node('Transpose', [name], { perm: { ints: perm } })
}
