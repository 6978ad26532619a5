import type { Named, Tensor } from '../../base/index.ts'
import {
  inputsOf,
  type OpName,
  perOperand,
  pureProgram,
  type Value,
  valuesOf,
} from '../../ir/index.ts'
import { checkFeeds } from '../feeds.ts'
import type { Kernel } from './kernel.ts'
import { kernels } from './kernels.ts'

/**
 * The tensors of values, computed at once on the caller's thread; for folding constants and for tests.
 * The tensors may share memory with the feeds and with constants.
 * Throws EngineError when a feed is missing or has another shape or element type.
 */
export function evaluate(values: readonly Value[], feeds: Named<Tensor> = {}): Tensor[] {
  checkFeeds('evaluate', inputsOf(pureProgram(Object.fromEntries(values.entries()))), feeds)
  const tensors = computeAll(valuesOf(values), feeds)
  return values.map(value => tensors.get(value)!)
}

/** The tensors of all values of an order in which operands stand before their users. */
export function computeAll(order: readonly Value[], feeds: Named<Tensor>): Map<Value, Tensor> {
  const tensors = new Map<Value, Tensor>()
  for (const value of order) {
    const operands = perOperand(value, operand => tensors.get(operand)!)
    tensors.set(value, (kernels[value.op] as Kernel<OpName>)(value, operands, feeds))
  }
  return tensors
}
