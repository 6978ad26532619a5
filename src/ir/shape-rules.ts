import {
  broadcastShapes,
  formatShape,
  type Shape,
  ShapeError,
  sameShape,
  sizeOf,
} from '../base/index.ts'
import type { OpAttrs, OpName } from './op-attrs.ts'
import { from, who } from './op-row.ts'
import type { Operands } from './operands.ts'
import { describeOrigin, type Value } from './value.ts'

/** `[..., M, K] x [..., K, N] -> [..., M, N]`, each factor transposed when asked. */
export function matmulShape([a, b]: Operands<'matmul', Value>, attrs: OpAttrs['matmul']): Shape {
  const [m, k] = lastTwo(a, attrs.transposeA)
  const [k2, n] = lastTwo(b, attrs.transposeB)
  if (k !== k2)
    throw new ShapeError({
      who: `${who('matmul')} in matmul`,
      expected: `${k} rows in the second factor of ${formatShape(a.shape)}`,
      received: `${k2} in ${formatShape(b.shape)}`,
      from: from(b),
    })
  const lead = broadcastShapes(a.shape.slice(0, -2), b.shape.slice(0, -2), who('matmul'))
  return [...lead, m, n]
}

function lastTwo({ shape, origin, op }: Value, transposed: boolean): [number, number] {
  if (shape.length < 2)
    throw new ShapeError({
      who: `${who('matmul')} in matmul`,
      expected: 'a matrix [..., rows, columns]',
      received: formatShape(shape),
      from: `output of ${describeOrigin(origin, op)}`,
    })
  const [rows, columns] = shape.slice(-2) as [number, number]
  return transposed ? [columns, rows] : [rows, columns]
}

/** Throws ShapeError unless each list has a number for every axis. */
export function perAxis(op: OpName, x: Value, lists: readonly (readonly number[])[]): void {
  for (const list of lists)
    if (list.length !== x.shape.length)
      throw new ShapeError({
        who: who(op),
        expected: `one number per axis of ${formatShape(x.shape)}`,
        received: formatShape(list),
      })
}

/** The operands, equal in every axis but one, with that axis summed. */
export function concatShape(inputs: Operands<'concat', Value>, { axis }: OpAttrs['concat']): Shape {
  const first = inputs[0].shape
  for (const { shape } of inputs)
    if (shape.length !== first.length || shape.some((n, i) => i !== axis && n !== first[i]))
      throw new ShapeError({
        who: `${who('concat')} in concat`,
        expected: `${formatShape(first)} in every axis but ${axis}`,
        received: formatShape(shape),
      })
  return first.with(
    axis,
    inputs.reduce((sum, { shape }) => sum + shape[axis]!, 0),
  )
}

/** The asked shape, of as many elements. */
export function reshapeShape(
  [x]: Operands<'reshape', Value>,
  { shape }: OpAttrs['reshape'],
): Shape {
  if (sizeOf(shape) !== sizeOf(x.shape))
    throw new ShapeError({
      who: `${who('reshape')} in reshape`,
      expected: `${sizeOf(x.shape)} elements as in ${formatShape(x.shape)}`,
      received: `${formatShape(shape)} with ${sizeOf(shape)}`,
    })
  return shape
}

/** `ends - starts` within the operand. */
export function sliceShape(
  [x]: Operands<'slice', Value>,
  { starts, ends }: OpAttrs['slice'],
): Shape {
  perAxis('slice', x, [starts, ends])
  return x.shape.map((n, axis) => {
    const [start, end] = [starts[axis]!, ends[axis]!]
    if (start < 0 || end > n || start > end)
      throw new ShapeError({
        who: `${who('slice')} in slice`,
        expected: `0 <= start <= end <= ${n} on axis ${axis}`,
        received: `${start}..${end}`,
      })
    return end - start
  })
}

/** The asked shape, which the operand must stretch to. */
export function broadcastShape(
  [x]: Operands<'broadcast', Value>,
  { shape }: OpAttrs['broadcast'],
): Shape {
  if (!sameShape(broadcastShapes(x.shape, shape, `${who('broadcast')} in broadcast`), shape))
    throw new ShapeError({
      who: `${who('broadcast')} in broadcast`,
      expected: `a shape that ${formatShape(x.shape)} stretches to`,
      received: formatShape(shape),
    })
  return shape
}

/** The axes in the order of the permutation. */
export function transposeShape(
  [x]: Operands<'transpose', Value>,
  { permutation }: OpAttrs['transpose'],
): Shape {
  perAxis('transpose', x, [permutation])
  if (![...permutation.keys()].every(axis => permutation.includes(axis)))
    throw new ShapeError({
      who: `${who('transpose')} in transpose`,
      expected: `each axis of ${formatShape(x.shape)} once`,
      received: formatShape(permutation),
    })
  return permutation.map(axis => x.shape[axis]!)
}

/** The axes of the indices replaced by `size` rows. */
export function scatterShape(
  [rows, indices]: Operands<'scatterAdd', Value>,
  { axis, size }: OpAttrs['scatterAdd'],
): Shape {
  const end = axis + indices.shape.length
  if (!sameShape(rows.shape.slice(axis, end), indices.shape))
    throw new ShapeError({
      who: `${who('scatterAdd')} in scatterAdd`,
      expected: `rows with ${formatShape(indices.shape)} from axis ${axis} on, as the indices`,
      received: formatShape(rows.shape),
      from: from(rows),
    })
  return rows.shape.toSpliced(axis, end - axis, size)
}
