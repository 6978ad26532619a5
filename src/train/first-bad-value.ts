import { dtypes, formatShape, isFloat, type Named, sizeOf, type Tensor } from '../base/index.ts'
import type { Engine } from '../engine/index.ts'
import { describeOrigin, isOp, type Program, resultsOf, type Value, valuesOf } from '../ir/index.ts'
import { causeOf } from './causes.ts'

/** The first number of a step that is NaN or infinite: what it was computed by, and from what. */
export interface BadValue {
  readonly value: number
  /** Its place in the tensor. */
  readonly index: readonly number[]
  readonly op: string
  /** `linear "encoder.2" (backward)`; the name of the op outside any layer. */
  readonly layer: string
  readonly path: string
  readonly pass: Value['origin']['pass']
  readonly operands: readonly Operand[]
  /** In words: what became of what, where, and why. */
  readonly sentence: string
}

/** What a bad value was computed from: all of it is finite. */
export interface Operand {
  /** The name of an input, or the op with its layer. */
  readonly name: string
  readonly shape: readonly number[]
  readonly least: number
  readonly greatest: number
  /** The number at the place of the bad value, where the shapes agree. */
  readonly there?: number
}

/** Values are fetched in portions of so many bytes. */
const mostBytes = 2 ** 28

/**
 * Runs a program with every value fetched, and finds the first that is not finite; undefined when all
 * are. `nameOf` tells what an element belongs to when the path of its value names several tensors at once.
 * Bytes fetched at once stay below 256 MiB, unless a single value is larger.
 * Throws the errors of the engine.
 */
export async function firstBadValue(
  program: Program,
  engine: Engine,
  feeds: Named<Tensor>,
  tensors: Named<Tensor>,
  nameOf = (path: string, _element: number): string => path,
): Promise<BadValue | undefined> {
  const given: Named<Tensor> = { ...tensors, ...feeds }
  const values = valuesOf(resultsOf(program)).filter(({ dtype }) => isFloat(dtype))
  const state = engine.createState(tensors)
  for (const portion of portionsOf(values.filter(isComputed))) {
    const outputs = Object.fromEntries(portion.map((value, i) => [`v${i}`, value]))
    const executable = await engine.compile({ outputs, state: {} })
    try {
      const read = await executable.run(neededBy(outputs, feeds), state)
      for (const [i, value] of portion.entries()) {
        const at = firstBad(read[`v${i}`]!)
        if (at >= 0)
          return await described(value, read[`v${i}`]!, at, {
            engine,
            feeds,
            given,
            state,
            nameOf,
          })
      }
    } finally {
      await executable.release()
    }
  }
  return undefined
}

const isComputed = (value: Value): boolean => !isOp(value, 'input') && !isOp(value, 'constant')

function portionsOf(values: readonly Value[]): Value[][] {
  const portions: Value[][] = []
  let bytes = Infinity
  for (const value of values) {
    const size = sizeOf(value.shape) * dtypes[value.dtype].sizeBytes
    if (bytes + size > mostBytes) {
      portions.push([])
      bytes = 0
    }
    portions.at(-1)!.push(value)
    bytes += size
  }
  return portions
}

/** The feeds that some values read: an engine refuses others. */
function neededBy(outputs: Named<Value>, feeds: Named<Tensor>): Named<Tensor> {
  const names = new Set(
    valuesOf(Object.values(outputs)).flatMap(value =>
      isOp(value, 'input') ? [value.attrs.name] : [],
    ),
  )
  return Object.fromEntries(Object.entries(feeds).filter(([name]) => names.has(name)))
}

function firstBad({ data }: Tensor): number {
  for (let i = 0; i < data.length; i++) if (!Number.isFinite(data[i])) return i
  return -1
}

interface Replay {
  readonly engine: Engine
  readonly feeds: Named<Tensor>
  readonly given: Named<Tensor>
  readonly nameOf: (path: string, element: number) => string
  readonly state: ReturnType<Engine['createState']>
}

async function described(
  value: Value,
  tensor: Tensor,
  at: number,
  replay: Replay,
): Promise<BadValue> {
  const read = await operandsOf(value, replay)
  const isElementwise = (shape: readonly number[]) =>
    formatShape(shape) === formatShape(value.shape)
  const operands = value.inputs.map((input, i): Operand => {
    const { data } = read[i]!
    return {
      name: isOp(input, 'input') ? input.attrs.name : describeValue(input),
      shape: input.shape,
      ...rangeOf(data),
      ...(isElementwise(input.shape) || data.length === 1
        ? { there: Number(data[data.length === 1 ? 0 : at]) }
        : {}),
    }
  })
  const { pass } = value.origin
  const path = replay.nameOf(value.origin.path, at)
  const bad = Number(tensor.data[at])
  const layer = describeOrigin({ ...value.origin, path }, value.op)
  const index = indexOf(at, value.shape)
  return {
    value: bad,
    index,
    op: value.op,
    layer,
    path,
    pass,
    operands,
    sentence: `The first is ${bad} at [${index.join(', ')}] of ${value.op} in ${layer}: ${causeOf(value.op, bad, operands)}`,
  }
}

/** The tensors that a value was computed from. */
async function operandsOf(
  { inputs }: Value,
  { engine, feeds, given, state }: Replay,
): Promise<Tensor[]> {
  const computed = Object.fromEntries(
    inputs.flatMap((value, i) => (isComputed(value) ? [[`v${i}`, value]] : [])),
  )
  const names = Object.keys(computed)
  const executable = names.length > 0 && (await engine.compile({ outputs: computed, state: {} }))
  const read = executable ? await executable.run(neededBy(computed, feeds), state) : {}
  if (executable) await executable.release()
  return inputs.map((value, i) => {
    if (isOp(value, 'constant')) return value.attrs.value
    return isOp(value, 'input') ? given[value.attrs.name]! : read[`v${i}`]!
  })
}

function describeValue({ op, origin }: Value): string {
  return origin.path ? `${op} of ${describeOrigin(origin)}` : op
}

function rangeOf(data: ArrayLike<number | bigint>): Pick<Operand, 'least' | 'greatest'> {
  let [least, greatest] = [Infinity, -Infinity]
  for (let i = 0; i < data.length; i++) {
    const x = Number(data[i])
    if (x < least) least = x
    if (x > greatest) greatest = x
  }
  return { least, greatest }
}

function indexOf(at: number, shape: readonly number[]): number[] {
  const index: number[] = []
  for (let axis = shape.length - 1, rest = at; axis >= 0; axis--) {
    index.unshift(rest % shape[axis]!)
    rest = Math.floor(rest / shape[axis]!)
  }
  return index
}
