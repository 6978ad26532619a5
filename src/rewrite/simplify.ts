import { mapNamed, sameShape, sizeOf, type Tensor } from '../base/index.ts'
import {
  constant,
  isOp,
  makeValue,
  type OpName,
  type OpRow,
  opTable,
  type Program,
  resultsOf,
  useCounts,
  type Value,
  valuesOf,
  withInputs,
  withOrigin,
} from '../ir/index.ts'
import { joinPads } from './pads.ts'

/** Computes a value that depends on constants alone. */
export type Evaluate = (value: Value) => Tensor

/** What a program is simplified for. */
export interface SimplifyOptions {
  /** Whether gradients have been taken already, default true; before, they have to stay the same too. */
  readonly isDifferentiated?: boolean
}

/** Constants up to this many elements are folded; larger ones would only bloat the model. */
const foldLimit = 1024

/**
 * The same program with fewer values: identities are skipped, results of small constants are
 * computed (when an evaluator is given), equal values are merged, sums of pads become concats, and what
 * no result reads is gone.
 */
export function simplify(
  original: Program,
  evaluate?: Evaluate,
  { isDifferentiated = true }: SimplifyOptions = {},
): Program {
  const program = joinPads(original)
  const rewritten = new Map<Value, Value>()
  const merged = new Map<string, Value>()
  const keys = new KeyMaker()
  const uses = useCounts(resultsOf(program))
  /** Rewritten values that one value alone reads. */
  const readOnce = new Set<Value>()
  for (const value of valuesOf(resultsOf(program))) {
    const rebuilt = withInputs(
      value,
      value.inputs.map(operand => rewritten.get(operand)!),
    )
    const isAlone = (operand: Value) => readOnce.has(operand)
    const moved = pickFirst(
      scaleSmallerFactor(
        doubleAddend(doubleSmallerFactor(skipBroadcasts(rebuilt)), isAlone),
        isAlone,
      ),
      isAlone,
    )
    const simple = fold(skipIdentity(moved, isDifferentiated), evaluate)
    const key = keys.keyOf(simple)
    const known = merged.get(key)
    rewritten.set(value, known ?? simple)
    if (known) readOnce.delete(known)
    else if (uses.get(value) === 1) readOnce.add(simple)
    if (!known) merged.set(key, simple)
  }
  const pick = (value: Value) => rewritten.get(value)!
  return { outputs: mapNamed(program.outputs, pick), state: mapNamed(program.state, pick) }
}

/** The operand, where the op table says the value equals it. */
function skipIdentity(value: Value, isDifferentiated: boolean): Value {
  const row = opTable[value.op] as OpRow<OpName>
  if (row.stopsGradient && !isDifferentiated) return value
  if (row.isIdentity?.(value)) return value.inputs[0]!
  if (!row.neutral) return value
  const [left, right] = value.inputs
  if (isScalarOf(right, row.neutral[1]) && right.shape.length <= left.shape.length) return left
  if (isScalarOf(left, row.neutral[0]) && left.shape.length <= right.shape.length) return right
  return value
}

/** The same op on what was broadcast, where it stretches its operands anyway. */
function skipBroadcasts(value: Value): Value {
  if (!opTable[value.op].isStretching) return value
  return value.inputs.reduce((best, operand, i) => {
    if (!isOp(operand, 'broadcast')) return best
    const shorter = withInputs(best, best.inputs.with(i, operand.inputs[0]!))
    return sameShape(shorter.shape, value.shape) ? shorter : best
  }, value)
}

/**
 * `s (a b)` as `(s a) b` where s is a scalar, `a` is smaller than the product and nothing else reads
 * the product: an update `p - rate (a b)` then becomes one Gemm.
 */
function scaleSmallerFactor(value: Value, isAlone: (operand: Value) => boolean): Value {
  if (!isOp(value, 'mul')) return value
  for (const [i, product] of value.inputs.entries()) {
    const scale = value.inputs[1 - i]!
    if (!isOp(product, 'matmul') || !isAlone(product) || scale.shape.length > 0) continue
    const sizes = product.inputs.map(({ shape }) => sizeOf(shape))
    const smaller = sizes[0]! <= sizes[1]! ? 0 : 1
    if (sizes[smaller]! >= sizeOf(product.shape)) continue
    const factor = product.inputs[smaller]!
    const scaled = makeValue('mul', [scale, factor], value.attrs, value.origin)
    return withInputs(product, product.inputs.with(smaller, scaled))
  }
  return value
}

/** `(x + a b) + a b` as `x + (a + a) b` where `a` is smaller than the product. */
function doubleAddend(value: Value, isAlone: (operand: Value) => boolean): Value {
  if (!isOp(value, 'add')) return value
  for (const [i, sum] of value.inputs.entries()) {
    const product = value.inputs[1 - i]!
    if (!isOp(sum, 'add') || !isAlone(sum) || !sum.inputs.includes(product)) continue
    const twice = makeValue('add', [product, product], value.attrs, value.origin)
    const doubled = doubleSmallerFactor(twice)
    if (doubled === twice) continue
    return withInputs(value, [sum.inputs[1 - sum.inputs.indexOf(product)]!, doubled])
  }
  return value
}

/** `a b + a b` as `(a + a) b` where `a` is smaller than the product; the same number exactly. */
function doubleSmallerFactor(value: Value): Value {
  const [product, same] = value.inputs
  if (!isOp(value, 'add') || product !== same || !isOp(product!, 'mul')) return value
  const sizes = product.inputs.map(({ shape }) => sizeOf(shape))
  const smaller = sizes[0]! <= sizes[1]! ? 0 : 1
  if (sizes[smaller]! >= sizeOf(product.shape)) return value
  const factor = product.inputs[smaller]!
  const doubled = makeValue('add', [factor, factor], value.attrs, value.origin)
  return withInputs(product, product.inputs.with(smaller, doubled))
}

/**
 * The greatest of `f(x)` as `f` of the greatest of x, where f is monotone and nothing else reads `f(x)`:
 * f then runs on fewer elements, and gradients need no ties among what relu made 0.
 */
function pickFirst(value: Value, isAlone: (operand: Value) => boolean): Value {
  const [mapped] = value.inputs
  const { picksGreatest } = opTable[value.op]
  if (!mapped || !picksGreatest || !isAlone(mapped) || !opTable[mapped.op].isMonotone) return value
  const greatest = makeValue(value.op, mapped.inputs, value.attrs, value.origin)
  return withInputs(mapped, [pickFirst(greatest, isAlone)])
}

function isScalarOf(value: Value, number: number | undefined): boolean {
  return (
    number !== undefined &&
    isOp(value, 'constant') &&
    sizeOf(value.shape) === 1 &&
    value.attrs.value.data[0] === number
  )
}

function fold(value: Value, evaluate: Evaluate | undefined): Value {
  const isKnown =
    value.inputs.length > 0 && value.inputs.every(operand => isOp(operand, 'constant'))
  if (!evaluate || !isKnown || sizeOf(value.shape) > foldLimit) return value
  return withOrigin(value.origin, () => constant(evaluate(value)))
}

/** Equal keys for values that compute the same from the same operands. */
class KeyMaker {
  readonly #ids = new Map<unknown, number>()

  keyOf(value: Value): string {
    if (isOp(value, 'constant')) return this.#constantKey(value.attrs.value)
    const operands = value.inputs.map(operand => this.#id(operand))
    if (opTable[value.op].isCommutative) operands.sort((a, b) => a - b)
    return `${value.op}(${operands})${JSON.stringify(value.attrs)}`
  }

  #constantKey({ dtype, shape, data }: Tensor): string {
    const content = data.length <= foldLimit ? formatExactly(data) : `#${this.#id(data)}`
    return `constant ${dtype}[${shape}]${content}`
  }

  #id(object: unknown): number {
    const known = this.#ids.get(object)
    if (known !== undefined) return known
    this.#ids.set(object, this.#ids.size)
    return this.#ids.size - 1
  }
}

/** Elements as text in which 0 and -0 differ. */
function formatExactly(data: Tensor['data']): string {
  return Array.from(data, x => (Object.is(x, -0) ? '-0' : x)).join()
}
