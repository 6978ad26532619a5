import { type Shape, sizeOf, type Tensor, tensorOf } from '../../base/index.ts'
import {
  add,
  conv2d,
  input,
  mul,
  type Program,
  pureProgram,
  reshape,
  sum,
  type Value,
} from '../../ir/index.ts'
import type { Executable } from '../contract.ts'
import { evaluate } from '../reference/index.ts'

let answer: Promise<boolean> | undefined

/**
 * Whether ONNX Runtime computes images with channels in blocks on this processor, and rightly: its
 * operators for that are its own affair, so they are asked once a process, in small whole numbers.
 */
export function computesInBlocks(
  compile: (program: Program) => Promise<Executable>,
): Promise<boolean> {
  answer ??= asksForBlocks(compile)
  return answer
}

/** The same, asked anew. */
export async function asksForBlocks(
  compile: (program: Program) => Promise<Executable>,
): Promise<boolean> {
  const names = ['x', 'weight', 'scale', 'shift'] as const
  const shapes = [[2, 16, 4, 4], [16, 16, 3, 3], [16], [16]]
  const values = names.map((name, i) => input(name, shapes[i]!))
  const [x, weight, scale, shift] = values as [Value, Value, Value, Value]
  const y = conv2d(x, weight, { before: [1, 1], after: [1, 1] })
  const moved = add(mul(y, reshape(scale, [16, 1, 1])), reshape(shift, [16, 1, 1]))
  const outputs = { moved, sums: sum(moved, [0, 2, 3]), squares: sum(mul(y, y), [0, 2, 3]) }
  const feeds = Object.fromEntries(names.map((name, i) => [name, smallNumbers(shapes[i]!)]))
  try {
    const executable = await compile(pureProgram(outputs))
    const found = await executable.run(feeds)
    await executable.release()
    const expected = evaluate(Object.values(outputs), feeds)
    return Object.keys(outputs).every((name, i) =>
      expected[i]!.data.every((number, place) => number === found[name]!.data[place]),
    )
  } catch {
    // A processor for which there are no such operators.
    return false
  }
}

/** From -2 to 2, so that all sums are exact. */
function smallNumbers(shape: Shape): Tensor {
  const numbers = Float32Array.from({ length: sizeOf(shape) }, (_, i) => ((i * i + 3 * i) % 11) % 5)
  return tensorOf(
    'float32',
    shape,
    numbers.map(number => number - 2),
  )
}
