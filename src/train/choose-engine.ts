import {
  type ChosenEngine,
  chooseEngine,
  chooseEngineFor,
  type OrtOptions,
  type Work,
} from '../engine/index.ts'
import type { FitSettings } from './experiment.ts'

/**
 * The engine of all programs of a run, since they share its state: the one that is asked for, or one
 * chosen by the work of a training step. `setup` is for an engine that is made here.
 */
export async function engineOfRun(
  choice: FitSettings['engine'] = 'auto',
  work: Work,
  setup: OrtOptions = {},
): Promise<ChosenEngine> {
  if (typeof choice === 'object') return { engine: choice, reason: 'asked for' }
  if (typeof choice === 'function') return choice(work)
  if (choice === 'auto') return chooseEngineFor(work, setup)
  return { engine: await chooseEngine(choice, setup), reason: 'asked for' }
}
