import type { DType, Shape } from '../base/index.ts'
import type { OpAttrs, OpName } from './op-attrs.ts'
import type { Operands } from './operands.ts'

/** The layer a value was computed for, and in which pass of a training step. */
export interface Origin {
  /** What the layer is, for example `linear`. */
  readonly kind: string
  /** Where it stands in the model, for example `encoder.2`; empty outside any layer. */
  readonly path: string
  readonly pass: 'forward' | 'backward' | 'update'
}

/**
 * The result of one op: a node of the graph. Immutable and shared freely; a graph is whatever its
 * outputs reach through `inputs`, so there is nothing to register and nothing to dispose.
 */
export interface Value<K extends OpName = OpName> {
  readonly op: K
  readonly inputs: Operands<K, Value>
  readonly attrs: OpAttrs[K]
  readonly shape: Shape
  readonly dtype: DType
  readonly origin: Origin
}

/** Whether a value is the result of the named op; narrows its attributes. */
export function isOp<K extends OpName>(value: Value, op: K): value is Value<K> {
  return value.op === op
}

const nowhere: Origin = { kind: '', path: '', pass: 'forward' }
let current = nowhere

/** The origin that values made now receive. */
export function currentOrigin(): Origin {
  return current
}

/** Runs `build`; the values it makes carry the given origin. */
export function withOrigin<T>(origin: Partial<Origin>, build: () => T): T {
  const outer = current
  current = { ...outer, ...origin }
  try {
    return build()
  } finally {
    current = outer
  }
}

/** `linear "encoder.2" (backward)`, or the op's name outside any layer. */
export function describeOrigin(origin: Origin, op = 'value'): string {
  if (!origin.path) return op
  const pass = origin.pass === 'forward' ? '' : ` (${origin.pass})`
  return `${origin.kind || op} "${origin.path}"${pass}`
}
