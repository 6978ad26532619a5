import { type NumericArray, type Shape, sizeOf, stridesOf } from '../../base/index.ts'

/** Elements that lie together in the engine's memory; where, is settled when all blocks are known. */
export interface Block {
  /** For the reader of the generated source. */
  readonly name: string
  readonly size: number
  /** The elements, when they are known at compile time. */
  readonly constant?: NumericArray
}

/**
 * How a tensor lies in a block: element [i, j, …] is at `offset + i strides[0] + j strides[1] + …`.
 * A stride of 0 repeats. Every movement op but the joins is a choice of offset and strides.
 */
export interface View {
  readonly block: Block
  readonly offset: number
  readonly shape: Shape
  readonly strides: readonly number[]
}

/** A block from its start, row-major. */
export function wholeOf(block: Block, shape: Shape): View {
  return { block, offset: 0, shape, strides: stridesOf(shape) }
}

/** Whether the elements lie row-major without gaps, wherever they start. */
export function isRowMajor({ shape, strides }: View): boolean {
  const packed = stridesOf(shape)
  return sizeOf(shape) === 0 || shape.every((n, axis) => n === 1 || strides[axis] === packed[axis])
}

/** Whether the elements are a whole block, row-major. */
export function isWhole(view: View): boolean {
  return view.offset === 0 && isRowMajor(view) && sizeOf(view.shape) === view.block.size
}

/** Strides that read a view as if it were stretched to a shape. */
export function stretchedStrides({ shape, strides }: View, result: Shape): number[] {
  const lead = result.length - shape.length
  return result.map((_, axis) =>
    axis < lead || shape[axis - lead] === 1 ? 0 : strides[axis - lead]!,
  )
}

/** A view stretched to a shape. */
export function stretched(view: View, shape: Shape): View {
  return { ...view, shape, strides: stretchedStrides(view, shape) }
}

/** The axes in another order. */
export function permuted(view: View, permutation: readonly number[]): View {
  const pick = (numbers: readonly number[]) => permutation.map(axis => numbers[axis]!)
  return { ...view, shape: pick(view.shape), strides: pick(view.strides) }
}

/** The part of a view from `starts` on. */
export function partOf(view: View, starts: readonly number[], shape: Shape): View {
  const skipped = starts.reduce((sum, start, axis) => sum + start * view.strides[axis]!, 0)
  return { ...view, offset: view.offset + skipped, shape }
}

/**
 * The same elements in another shape, or undefined when no strides can say that.
 * Runs of axes with equal products on both sides correspond; each must lie without gaps.
 */
export function reshaped(view: View, shape: Shape): View | undefined {
  if (isRowMajor(view)) return { ...view, shape, strides: stridesOf(shape) }
  const axes = [...view.shape.keys()].filter(axis => view.shape[axis] !== 1)
  const strides = new Array<number>(shape.length).fill(0)
  let next = shape.length - 1
  while (axes.length > 0) {
    const inner = axes.pop()!
    const stride = view.strides[inner]!
    let given = view.shape[inner]!
    let taken = 1
    while (taken !== given) {
      if (taken < given) {
        strides[next] = stride * taken
        taken *= shape[next--]!
      } else {
        const outer = axes.pop()!
        if (view.strides[outer] !== stride * given) return undefined
        given *= view.shape[outer]!
      }
    }
  }
  return { ...view, shape, strides }
}
