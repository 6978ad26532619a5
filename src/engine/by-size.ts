import { EngineError } from '../base/index.ts'
import { chooseEngine } from './choose.ts'
import type { Engine } from './contract.ts'
import type { OrtOptions } from './ort/options.ts'
import type { Work } from './work.ts'

/**
 * Below so many multiply-adds and elements for each op, what ONNX Runtime spends on the op itself is
 * more than the js engine spends on its elements. Measured: docs/decisions/0010-small-programs.md.
 */
const smallPerOp = 600

/** An engine, and why it is that one. */
export interface ChosenEngine {
  readonly engine: Engine
  readonly reason: string
}

/** Chooses an engine, once it is known what is to be run, and how it is set up where nothing else is asked for. */
export type EngineChooser = (work: Work, setup?: OrtOptions) => Promise<ChosenEngine>

/**
 * The fastest engine that works here for programs of the size of one: js for small ones. Programs
 * that share a state must share the engine, so choose by the one that is run most.
 * Throws EngineError when no engine works on the device that is asked for.
 */
export async function chooseEngineFor(
  { ops, multiplyAdds, elements }: Work,
  options: OrtOptions = {},
): Promise<ChosenEngine> {
  const { device = 'cpu' } = options
  const fallBack = (reason: string) => chosen(chooseEngine('auto', options), reason)
  if (device !== 'cpu') return fallBack(`device ${device} asked for`)
  const total = multiplyAdds + elements
  const size = `${total.toLocaleString('en-US')} multiply-adds and elements in ${ops} ops`
  if (total >= smallPerOp * ops) return fallBack(`${size}, not fewer than ${smallPerOp} an op`)
  const reason = `${size}, fewer than ${smallPerOp} an op`
  try {
    return await chosen(chooseEngine('js'), reason)
  } catch (error) {
    if (!(error instanceof EngineError)) throw error
    return fallBack(`${reason}; ${error.message}`)
  }
}

async function chosen(engine: Promise<Engine>, reason: string): Promise<ChosenEngine> {
  return { engine: await engine, reason }
}
