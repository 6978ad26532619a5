import { type ChosenEngine, chooseEngineFor, type EngineChooser } from './by-size.ts'
import { chooseEngine, type EngineChoice } from './choose.ts'
import type { Engine } from './contract.ts'
import type { OrtOptions } from './ort/options.ts'
import type { Work } from './work.ts'

/** An engine, its name, or what chooses one by the work of a step. */
export type EngineOption = Engine | EngineChoice | EngineChooser

/**
 * The engine of all programs of a run, since they share its state: the one that is asked for, or one
 * chosen by the work of a training step. `setup` is for an engine that is made here or
 * by a function.
 * Throws EngineError when it does not work here.
 */
export async function engineOfRun(
  choice: EngineOption = 'auto',
  work: Work,
  setup: OrtOptions = {},
): Promise<ChosenEngine> {
  if (typeof choice === 'object') return { engine: choice, reason: 'asked for' }
  if (typeof choice === 'function') return choice(work, setup)
  if (choice === 'auto') return chooseEngineFor(work, setup)
  return { engine: await chooseEngine(choice, setup), reason: 'asked for' }
}
