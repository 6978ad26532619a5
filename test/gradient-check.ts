import assert from 'node:assert/strict'
import { type Named, sizeOf, type Tensor, tensorOf } from '../src/base/index.ts'
import { evaluate, gradientErrors } from '../src/engine/reference/index.ts'
import { gradients } from '../src/grad/index.ts'
import { add, input, mul, sum, type Value } from '../src/ir/index.ts'

/** Half the distance of the two points of a central difference. */
const step = 1e-5
const relativeError = 1e-6
/** Gradients below this are compared as if they were this large: differences round at about 1e-11. */
const smallest = 1e-3

/** Values made from inputs; every element of the inputs is an independent variable. */
export type Build = (inputs: readonly Value[]) => Value

/**
 * Asserts that the gradients of a scalar equal its central differences at float64 inputs.
 * `(f(x + h) - f(x - h)) / 2h`, h = 1e-5, relative error below 1e-6
 */
export function checkGradient(build: Build, inputs: readonly Tensor[]): void {
  const { values, feeds } = inputsFor(inputs)
  const loss = build(values)
  gradients(loss, values).forEach(({ shape }, k) => {
    assert.deepEqual(shape, inputs[k]!.shape, `shape of the gradient of x${k}`)
  })
  for (const [name, worst] of Object.entries(gradientErrors(loss, feeds))) {
    const { element, gradient, difference, relative } = worst
    const what = `gradient of ${name}, element ${element}`
    assert.ok(relative <= relativeError, `${what}: expected ${difference}, received ${gradient}`)
  }
}

/**
 * Asserts that the backward pass is the transpose of the derivative, on directions u and v.
 * `<J u, v> = <u, J' v>`, where J' v is the gradient of `<f(x), v>`, and J u both the gradient of
 * `<u, J' v>` by v and a central difference along u.
 */
export function checkTranspose(
  build: Build,
  inputs: readonly Tensor[],
  u: readonly Tensor[],
): void {
  const { values, feeds } = inputsFor(inputs)
  const y = build(values)
  const v = input('v', y.shape, 'float64')
  const along = inputsFor(u, 'u')
  const product = dot(gradients(dot([y], [v]), values), along.values)
  const direction = wave(sizeOf(y.shape))
  const all = { ...feeds, ...along.feeds, v: tensorOf('float64', y.shape, direction) }
  const [right, forward] = evaluate([product, ...gradients(product, [v])], all)
  const yAt = (change: number) => {
    const moved = inputsFor(inputs.map((x, k) => addScaled(x, u[k]!, change))).feeds
    return evaluate([y], moved)[0]!
  }
  const difference = addScaled(yAt(step), yAt(-step), -1).data.map(d => d / (2 * step))
  const inner = (a: ArrayLike<number>) => direction.reduce((total, x, i) => total + x * a[i]!, 0)
  assertClose(inner(forward!.data), right!.data[0]!, 1e-12, '<J u, v> = <u, transposed J v>')
  assertClose(inner(difference), right!.data[0]!, relativeError, '<J u, v> by differences')
}

/** Numbers that look random and are none of them 0: sines of the odd multiples of 1.1. */
export function wave(length: number): Float64Array<ArrayBuffer> {
  return Float64Array.from({ length }, (_, i) => Math.sin(1.1 * (2 * i + 1)))
}

function inputsFor(
  tensors: readonly Tensor[],
  prefix = 'x',
): { values: Value[]; feeds: Named<Tensor> } {
  return {
    values: tensors.map(({ shape }, k) => input(`${prefix}${k}`, shape, 'float64')),
    feeds: Object.fromEntries(tensors.map((tensor, k) => [`${prefix}${k}`, tensor])),
  }
}

function dot(a: readonly Value[], b: readonly Value[]): Value {
  return a.map((x, k) => sum(mul(x, b[k]!))).reduce((total, term) => add(total, term))
}

function addScaled({ shape, data }: Tensor, other: Tensor, scale: number): Tensor {
  const sums = Float64Array.from(data, (x, i) => x + scale * other.data[i]!)
  return tensorOf('float64', shape, sums)
}

function assertClose(found: number, expected: number, relative: number, what: string): void {
  const size = Math.max(Math.abs(found), Math.abs(expected), smallest)
  assert.ok(
    Math.abs(found - expected) <= relative * size,
    `${what}: expected ${expected}, received ${found}`,
  )
}
