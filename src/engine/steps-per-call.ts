import type { Engine } from './contract.ts'
import type { Work } from './work.ts'

/** Work in one call of an engine that does not say: it hides the cost, and a signal waits for it. */
const usualCallMs = 40
/** Cautious rates, to turn work into time before anything was measured. */
const multiplyAddsPerMs = 5e7
const elementsPerMs = 1e7
const mostStepsPerCall = 50

/** The steps in one call that take about as long as the engine asks for. */
export function chooseStepsPerCall(
  { multiplyAdds, elements }: Pick<Work, 'multiplyAdds' | 'elements'>,
  { callMs = usualCallMs }: Pick<Engine, 'callMs'> = {},
): number {
  const stepMs = multiplyAdds / multiplyAddsPerMs + elements / elementsPerMs
  return Math.max(1, Math.min(mostStepsPerCall, Math.round(callMs / Math.max(stepMs, 0.01))))
}

/**
 * The steps in one call, at most so many, that share out the whole batches of an epoch evenly: those
 * left over are made one by one.
 */
export function evenSteps(most: number, wholeBatches: number): number {
  return Math.floor(wholeBatches / Math.ceil(wholeBatches / most))
}
