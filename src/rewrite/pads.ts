import { isFloat, mapNamed, sameShape } from '../base/index.ts'
import {
  add,
  concat,
  isOp,
  type Program,
  pad,
  resultsOf,
  useCounts,
  type Value,
  valuesOf,
  withInputs,
  withOrigin,
} from '../ir/index.ts'

/**
 * The same program with sums of pads made short. What is read in parts, such as the gates or the steps
 * of a recurrent layer, receives its gradient as a sum of blocks with zeros around each; those that lie
 * side by side are one concat.
 */
export function joinPads(program: Program): Program {
  const results = resultsOf(program)
  const order = valuesOf(results)
  const uses = useCounts(results)
  const isAlone = (value: Value) => uses.get(value) === 1
  const inner = new Set(
    order
      .filter(isPlainSum)
      .flatMap(({ inputs }) => inputs.filter(x => isPlainSum(x) && isAlone(x))),
  )
  const rewritten = new Map<Value, Value>()
  for (const value of order) {
    const rebuilt = withInputs(
      value,
      value.inputs.map(operand => rewritten.get(operand)!),
    )
    const isWhole = isPlainSum(value) && !inner.has(value)
    rewritten.set(value, isWhole ? joined(value, inner, isAlone, rewritten, rebuilt) : rebuilt)
  }
  const pick = (value: Value) => rewritten.get(value)!
  return { outputs: mapNamed(program.outputs, pick), state: mapNamed(program.state, pick) }
}

/** Whether a value is a sum of two of its own shape. */
function isPlainSum(value: Value): boolean {
  return (
    isOp(value, 'add') &&
    isFloat(value.dtype) &&
    value.inputs.every(({ shape }) => sameShape(shape, value.shape))
  )
}

/** A whole sum with its blocks joined; as it was where there are none. */
function joined(
  root: Value,
  inner: ReadonlySet<Value>,
  isAlone: (value: Value) => boolean,
  rewritten: ReadonlyMap<Value, Value>,
  rebuilt: Value,
): Value {
  const terms: Value[] = []
  const alone: Value[] = []
  const stack = [root]
  for (let value = stack.pop(); value; value = stack.pop())
    if (value === root || inner.has(value)) stack.push(...value.inputs.toReversed())
    else (isAlone(value) ? alone : terms).push(rewritten.get(value)!)
  const shorter = withOrigin(root.origin, () => joinBlocks(alone))
  if (shorter.length === alone.length) return rebuilt
  return withOrigin(root.origin, () => [...terms, ...shorter].reduce((a, b) => add(a, b)))
}

/** Something with zeros around it, along one axis. */
interface Block {
  readonly term: Value
  readonly content: Value
  readonly axis: number
  readonly start: number
  readonly end: number
}

function blockOf(term: Value): Block | undefined {
  if (!isOp(term, 'pad')) return undefined
  const { before, after } = term.attrs
  const axes = [...before.keys()].filter(axis => before[axis] !== 0 || after[axis] !== 0)
  const [axis] = axes
  if (axis === undefined || axes.length > 1) return undefined
  const content = term.inputs[0]!
  return { term, content, axis, start: before[axis]!, end: before[axis]! + content.shape[axis]! }
}

/** Blocks that lie side by side along one axis as one concat, with what zeros are left around it. */
function joinBlocks(terms: readonly Value[]): readonly Value[] {
  const blocks = terms.map(blockOf).filter(block => block !== undefined)
  const sorted = blocks.toSorted((a, b) => a.axis - b.axis || a.start - b.start)
  const runs: Block[][] = []
  for (const block of sorted) {
    const before = runs.find(([first, ...rest]) => {
      const last = rest.at(-1) ?? first!
      return last.axis === block.axis && last.end === block.start
    })
    if (before) before.push(block)
    else runs.push([block])
  }
  const others = terms.filter(term => !blocks.some(block => block.term === term))
  return [...others, ...runs.map(joinRun)]
}

function joinRun(run: readonly Block[]): Value {
  const [{ term, axis, start }, end] = [run[0]!, run.at(-1)!.end]
  if (run.length === 1) return term
  const at = (place: number) => term.shape.map((_, i) => (i === axis ? place : 0))
  const content = concat(
    run.map(block => block.content),
    axis,
  )
  return pad(content, at(start), at(term.shape[axis]! - end))
}
