import {
  chooseEngine,
  chooseEngineFor,
  type EngineChoice,
  type OrtOptions,
} from '../engine/index.ts'
import type { FitSettings } from '../train/index.ts'

/** An engine as `fit` takes it: one that was asked for, or what chooses one for each run. */
export type RunEngine = NonNullable<FitSettings['engine']>

/**
 * The engine of a choice. `auto` leaves the choice to each run, by its size.
 * Throws EngineError when the one that is asked for, or its device, does not work here.
 */
export async function engineOf(choice: EngineChoice, setup: OrtOptions): Promise<RunEngine> {
  const isOpen = choice === 'auto' && (setup.device ?? 'cpu') === 'cpu'
  return isOpen
    ? (work, usual) => chooseEngineFor(work, { ...usual, ...setup })
    : chooseEngine(choice, setup)
}

/** The engine as a headline names it. */
export function engineTitle(engine: RunEngine): string {
  if (typeof engine === 'object') return `engine ${engine.name} (${engine.description})`
  return 'engine by size'
}
