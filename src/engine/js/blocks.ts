import { type Index, type KernelWriter, plus } from './kernel.ts'

/** 0 up to n. */
const range = (n: number): number[] => [...Array(n).keys()]

/** So many indices from one on. */
export const indicesFrom = (first: Index, count: number): Index[] =>
  range(count).map(i => plus(first, i))

/** Loops over an axis in blocks, and one by one over what is left. */
export function inBlocks(
  kernel: KernelWriter,
  n: number,
  blockSize: number,
  body: (first: Index, size: number) => void,
): void {
  const whole = n - (n % blockSize)
  if (whole > 0) kernel.loop(whole, index => body(index, blockSize), { step: blockSize })
  if (whole < n) kernel.loop(n, index => body(index, 1), { from: whole })
}

/** A variable that is 0. */
export function total(kernel: KernelWriter): string {
  const name = kernel.name('t')
  kernel.line(`let ${name} = 0`)
  return name
}

/** A name for an expression. */
export function named(kernel: KernelWriter, stem: string, expression: string): string {
  const name = kernel.name(stem)
  kernel.line(`const ${name} = ${expression}`)
  return name
}

/** A name for an index that is more than a number or a variable. */
export function nameIndex(kernel: KernelWriter, index: Index): Index {
  return typeof index === 'number' || !index.includes(' ') ? index : named(kernel, 'n', index)
}
