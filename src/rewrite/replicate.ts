import { GraphError, mapNamed } from '../base/index.ts'
import {
  add,
  broadcast,
  type ConvAttrs,
  constant,
  gather,
  isOp,
  makeValue,
  mul,
  type OpAttrs,
  type Operands,
  type OpName,
  type OpOfArity,
  opTable,
  type Program,
  perOperand,
  reshape,
  resultsOf,
  scatterAdd,
  transpose,
  type Value,
  valuesOf,
  withInputs,
  withOrigin,
} from '../ir/index.ts'

/**
 * A program that does `count` programs' work at once. Every input of a name that `isOwn` gains a
 * leading axis of that size, one slice for each copy; other inputs are read by all copies. Results
 * that depend on an own input gain the axis too; the others stay as they are.
 * Throws GraphError for an op that has no replicated form.
 */
export function replicate(
  program: Program,
  count: number,
  isOwn: (inputName: string) => boolean,
): Program {
  const made = new Map<Value, Copies>()
  for (const value of valuesOf(resultsOf(program)))
    made.set(
      value,
      withOrigin(value.origin, () =>
        replicated(
          value,
          perOperand(value, operand => made.get(operand)!),
          count,
          isOwn,
        ),
      ),
    )
  return {
    outputs: mapNamed(program.outputs, value => made.get(value)!.value),
    // What a copy's state becomes is its own, even where it is the same for all.
    state: mapNamed(program.state, (value, name) =>
      isOwn(name) ? own(made.get(value)!, count) : made.get(value)!.value,
    ),
  }
}

/** A value of the new program, and whether it has the leading axis of copies. */
interface Copies {
  readonly value: Value
  readonly isOwn: boolean
}

function replicated(
  value: Value,
  operands: Operands<OpName, Copies>,
  count: number,
  isOwn: (inputName: string) => boolean,
): Copies {
  if (isOp(value, 'input') && isOwn(value.attrs.name)) {
    const attrs = { ...value.attrs, shape: [count, ...value.attrs.shape] }
    return { value: makeValue('input', [], attrs), isOwn: true }
  }
  const given = operands.map(operand => operand.value)
  if (!operands.some(operand => operand.isOwn))
    return { value: withInputs(value, given), isOwn: false }
  const rule = rules[value.op] as Rule<OpName> | undefined
  if (rule) return { value: rule(value, operands, count), isOwn: true }
  if (!opTable[value.op].isElementwise) refuse(value)
  const aligned = operands.map((operand, i) =>
    alignedTo(value.shape.length, operand, value.inputs[i]!),
  )
  return { value: makeValue(value.op, aligned, value.attrs, value.origin), isOwn: true }
}

/** An operand with its axes, the copies' aside, as many as the result has: so that they broadcast. */
function alignedTo(rank: number, { value, isOwn }: Copies, before: Value): Value {
  const missing = rank - before.shape.length
  if (!isOwn || missing === 0) return value
  const [count = 1, ...rest] = value.shape
  return reshape(value, [count, ...Array<number>(missing).fill(1), ...rest])
}

/** An operand that has the leading axis of copies, stretched to it where it had none. */
function own({ value, isOwn }: Copies, count: number): Value {
  return isOwn ? value : broadcast(value, [count, ...value.shape])
}

type Rule<K extends OpName> = (
  value: Value<K>,
  operands: Operands<K, Copies>,
  count: number,
) => Value

const later = (axes: readonly number[]): number[] => axes.map(axis => axis + 1)

/** One operand, its attributes moved by one axis. */
const moved =
  <K extends OpOfArity<1>>(move: (attrs: OpAttrs[K], count: number) => OpAttrs[K]): Rule<K> =>
  (value, [x], count) =>
    makeValue(value.op, [x.value], move(value.attrs, count), value.origin)

const reduced: Rule<'reduceSum' | 'reduceMax'> = moved(({ axes, keepAxes }) => ({
  axes: later(axes),
  keepAxes,
}))
const alongAxis: Rule<'argMax' | 'logSoftmax'> = moved(({ axis }) => ({ axis: axis + 1 }))
const shaped: Rule<'reshape' | 'broadcast'> = (value, [x], count) => {
  const { shape } = value.attrs
  const aligned = value.op === 'broadcast' ? alignedTo(shape.length, x, value.inputs[0]) : x.value
  return makeValue(value.op, [aligned], { shape: [count, ...shape] }, value.origin)
}

/** Copies one after the other along the first axis: as more examples, or more output channels. */
function inFirst(operand: Copies, count: number): Value {
  const value = own(operand, count)
  const [, first = 1, ...rest] = value.shape
  return reshape(value, [count * first, ...rest])
}

/** Images of copies `[count, B, C, H, W]` side by side in channels `[B, count C, H, W]`. */
function inChannels(operand: Copies, count: number): Value {
  const value = own(operand, count)
  const [, batch = 1, channels = 1, ...size] = value.shape
  return reshape(transpose(value, [1, 0, 2, 3, 4]), [batch, count * channels, ...size])
}

/** For ops that treat every example alike: the examples of all copies in one batch. */
const asExamples: Rule<OpName> = (value, operands, count) => {
  const batches = operands.map(operand => inFirst(operand, count))
  const result = makeValue(value.op, batches, value.attrs, value.origin)
  return reshape(result, [count, ...value.shape])
}

/** By the same weights as more examples; by weights of each copy in a group of channels for each. */
const convolved: Rule<'conv2d' | 'conv2dInputGradient'> = (value, [x, weight], count) => {
  if (!weight.isOwn) {
    const examples = [inFirst(x, count), weight.value]
    const result = makeValue(value.op, examples, value.attrs, value.origin)
    return reshape(result, [count, ...value.shape])
  }
  const [batch = 1, ...rest] = value.shape
  const channels = [inChannels(x, count), inFirst(weight, count)]
  const result = makeValue(value.op, channels, grouped(value.attrs, count), value.origin)
  return transpose(reshape(result, [batch, count, ...rest]), [1, 0, 2, 3, 4])
}

const grouped = <A extends ConvAttrs>(attrs: A, count: number): A => ({
  ...attrs,
  groups: count * attrs.groups,
})

/** Where an op is not simply the same op on one more axis. */
const rules: { readonly [K in OpName]?: Rule<K> } = {
  reduceSum: reduced as Rule<'reduceSum'>,
  reduceMax: reduced as Rule<'reduceMax'>,
  argMax: alongAxis as Rule<'argMax'>,
  logSoftmax: alongAxis as Rule<'logSoftmax'>,
  reshape: shaped as Rule<'reshape'>,
  broadcast: shaped as Rule<'broadcast'>,
  transpose: moved(({ permutation }) => ({ permutation: [0, ...later(permutation)] })),
  slice: moved(({ starts, ends }, count) => ({ starts: [0, ...starts], ends: [count, ...ends] })),
  pad: moved(({ before, after }) => ({ before: [0, ...before], after: [0, ...after] })),
  // Its new axis is the last.
  oneHot: moved(attrs => attrs),
  concat: (value, operands, count) =>
    makeValue(
      'concat',
      operands.map(operand => own(operand, count)),
      { axis: value.attrs.axis + 1 },
      value.origin,
    ),
  // Leading axes broadcast from the right; the copies' comes before all of them.
  matmul: (value, operands) => {
    const rank = Math.max(...value.inputs.map(({ shape }) => shape.length))
    const aligned = operands.map((operand, i) => alignedTo(rank, operand, value.inputs[i]!))
    return makeValue('matmul', aligned, value.attrs, value.origin)
  },
  conv2d: convolved as Rule<'conv2d'>,
  conv2dInputGradient: convolved as Rule<'conv2dInputGradient'>,
  conv2dWeightGradient: (value, operands, count) => {
    const images = operands.map(operand => inChannels(operand, count))
    const result = makeValue(value.op, images, grouped(value.attrs, count), value.origin)
    return reshape(result, [count, ...value.shape])
  },
  maxPool2d: asExamples as Rule<'maxPool2d'>,
  maxPool2dGradient: asExamples as Rule<'maxPool2dGradient'>,
  averagePool2d: asExamples as Rule<'averagePool2d'>,
  averagePool2dGradient: asExamples as Rule<'averagePool2dGradient'>,
  // Rows of copy c are rows c * size + index of all copies' rows behind each other.
  gather: (value, [x, indices], count) => {
    const { axis } = value.attrs
    if (!indices.isOwn)
      return makeValue('gather', [x.value, indices.value], { axis: axis + 1 }, value.origin)
    if (axis !== 0) return refuse(value)
    const rows = own(x, count)
    const [, size = 0, ...rest] = rows.shape
    return gather(reshape(rows, [count * size, ...rest]), shifted(indices.value, size))
  },
  scatterAdd: (value, [rows, indices], count) => {
    const { axis, size } = value.attrs
    if (!indices.isOwn)
      return makeValue(
        'scatterAdd',
        [rows.value, indices.value],
        { axis: axis + 1, size },
        value.origin,
      )
    if (axis !== 0) return refuse(value)
    const sums = scatterAdd(own(rows, count), shifted(indices.value, size), count * size)
    return reshape(sums, [count, size, ...value.shape.slice(1)])
  },
}

/** The indices of copy c, plus c * size. */
function shifted(indices: Value, size: number): Value {
  const [count = 1, ...rest] = indices.shape
  const copies = constant(
    Array.from({ length: count }, (_, i) => i),
    'int32',
  )
  const start = mul(copies, size)
  return add(indices, reshape(start, [count, ...rest.map(() => 1)]))
}

function refuse(value: Value): never {
  throw new GraphError({
    who: 'replicate',
    expected: 'ops that have a form for several copies',
    received: value.op,
    hint: 'Train the seeds one after the other',
  })
}
