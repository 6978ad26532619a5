import type { FloatDType, Named, Tensor } from '../../src/base/index.ts'
import { type Engine, evaluate } from '../../src/engine/index.ts'
import { type Program, pureProgram } from '../../src/ir/index.ts'
import { simplify } from '../../src/rewrite/index.ts'
import type { Golden, Tolerance } from './golden.ts'

/** Where a case is run. */
export interface Bench {
  readonly engine: Engine
  readonly dtype: FloatDType
}

/** Something that a case says how it should come out. */
export interface Comparison {
  readonly what: string
  readonly found: Pick<Tensor, 'shape'> & { readonly data: ArrayLike<number> }
  readonly expected: Comparison['found']
}

/**
 * Runs a case and returns what is to be compared.
 * Throws Unsupported when the case asks for something that does not exist here.
 */
export type Runner = (golden: Golden, bench: Bench) => Promise<Comparison[]>

/** What is to be compared where there are only numbers, in a row. */
export function numbers(
  what: string,
  found: readonly number[],
  expected: readonly number[],
): Comparison {
  return {
    what,
    found: { shape: [found.length], data: found },
    expected: { shape: [expected.length], data: expected },
  }
}

/** Runs a program once, rewritten as `fit` would. */
export async function runOnce(
  { engine }: Bench,
  outputs: Program['outputs'],
  feeds: Named<Tensor>,
): Promise<Named<Tensor>> {
  const program = simplify(pureProgram(outputs), value => evaluate([value])[0]!)
  const executable = await engine.compile(program)
  try {
    return await executable.run(feeds)
  } finally {
    await executable.release()
  }
}

/**
 * Golden numbers are written with nine digits, so operands are off by up to 5e-9 of themselves. Where
 * terms cancel, a result is off by as much of the terms, for which its tensor's largest element stands.
 */
const written = 1e-8

/** A sentence on the largest error of a comparison; undefined when all is within the tolerance. */
export function problemOf(
  { what, found, expected }: Comparison,
  { rtol, atol }: Tolerance,
): string | undefined {
  if (found.shape.join() !== expected.shape.join() || found.data.length !== expected.data.length)
    return `${what}: expected shape [${expected.shape}], received [${found.shape}]`
  const slack = atol + written * largestOf(expected.data)
  const excess = (i: number): number => {
    const [wanted, received] = [expected.data[i]!, found.data[i]!]
    if (Object.is(wanted, received) || wanted === received) return Number.NEGATIVE_INFINITY
    const error = Math.abs(received - wanted) - (slack + rtol * Math.abs(wanted))
    return Number.isNaN(error) || !Number.isFinite(wanted) ? Number.POSITIVE_INFINITY : error
  }
  let worst = 0
  for (let i = 1; i < expected.data.length; i++) if (excess(i) > excess(worst)) worst = i
  if (expected.data.length === 0 || excess(worst) <= 0) return undefined
  const [wanted, received] = [expected.data[worst]!, found.data[worst]!]
  const error = Math.abs(received - wanted).toPrecision(3)
  return `${what}: error ${error} at element ${worst}, expected ${wanted}, received ${received} (rtol ${rtol}, atol ${atol})`
}

function largestOf(data: ArrayLike<number>): number {
  return Array.from(data, Math.abs)
    .filter(Number.isFinite)
    .reduce((a, b) => Math.max(a, b), 0)
}
