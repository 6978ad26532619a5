import assert from 'node:assert/strict'
import { type DType, isFloat, type Tensor } from '../src/base/index.ts'

/** How far an element may lie from the expected one. By default not at all. */
export interface Tolerance {
  /** Distances between neighbouring numbers around the expected one; 2^-23 or 2^-52 of it. */
  readonly epsilons?: number
  /** The distances are never taken smaller than around this magnitude, default 0. */
  readonly scale?: number
}

const epsilon = (dtype: DType): number => (dtype === 'float64' ? 2 ** -52 : 2 ** -23)

/**
 * Asserts the same element type, shape and elements. NaN equals NaN; an expected -0 asks for -0 and
 * an expected 0 takes either.
 */
export function assertTensor(
  actual: Tensor | undefined,
  expected: Tensor,
  { epsilons = 0, scale = 0 }: Tolerance = {},
): void {
  assert.ok(actual, 'there is no such tensor')
  assert.equal(actual.dtype, expected.dtype)
  assert.deepEqual([...actual.shape], [...expected.shape])
  assert.equal(actual.data.length, expected.data.length)
  const step = isFloat(expected.dtype) ? epsilons * epsilon(expected.dtype) : 0
  expected.data.forEach((wanted, i) => {
    const found = actual.data[i]!
    const isSame = Object.is(found, wanted) || (found === wanted && !Object.is(wanted, -0))
    const reach = step * Math.max(Math.abs(wanted), scale)
    const isNear = Number.isFinite(wanted) && reach > 0 && Math.abs(found - wanted) <= reach
    assert.ok(isSame || isNear, `element ${i}: expected ${show(wanted)}, received ${show(found)}`)
  })
}

const show = (x: number): string => (Object.is(x, -0) ? '-0' : String(x))
