import { type Shape, sizeOf, type Tensor, tensorOf } from '../../base/index.ts'
import {
  add,
  conv2d,
  conv2dInputGradient,
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

/** Compiles a program with blocks of so many channels. */
type CompileInBlocks = (program: Program, perBlock: number) => Promise<Executable>

let answer: Promise<number | undefined> | undefined

/**
 * Channels in a block of ONNX Runtime on this processor; undefined where it has no operators for
 * images with channels in blocks. They are its own affair, so it is asked, once a process.
 */
export function channelsPerBlock(compile: CompileInBlocks): Promise<number | undefined> {
  answer ??= askForBlocks(compile)
  return answer
}

/** The same, asked anew: the size of blocks with which small whole numbers come out exactly. */
export async function askForBlocks(compile: CompileInBlocks): Promise<number | undefined> {
  for (const perBlock of [16, 8]) if (await isRight(compile, perBlock)) return perBlock
  return undefined
}

async function isRight(compile: CompileInBlocks, perBlock: number): Promise<boolean> {
  const names = ['x', 'weight', 'scale', 'shift'] as const
  const shapes = [[2, 16, 4, 4], [16, 16, 3, 3], [16], [16]]
  const values = names.map((name, i) => input(name, shapes[i]!))
  const [x, weight, scale, shift] = values as [Value, Value, Value, Value]
  const padding = { before: [1, 1], after: [1, 1] } as const
  const y = conv2d(x, weight, padding)
  const outputs = {
    moved: add(mul(y, reshape(scale, [16, 1, 1])), reshape(shift, [16, 1, 1])),
    sums: sum(y, [0, 2, 3]),
    squares: sum(mul(y, y), [0, 2, 3]),
    // Puts blocks side by side, so that their size matters.
    spread: conv2dInputGradient(y, weight, [8, 8], { ...padding, strides: [2, 2] }),
  }
  const feeds = Object.fromEntries(names.map((name, i) => [name, smallNumbers(shapes[i]!)]))
  try {
    const executable = await compile(pureProgram(outputs), perBlock)
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
  const numbers = Float32Array.from(
    { length: sizeOf(shape) },
    (_, i) => (((i * i + 3 * i) % 11) % 5) - 2,
  )
  return tensorOf('float32', shape, numbers)
}
