import { rowsOf } from '../data/index.ts'
import {
  type ChosenEngine,
  chooseEngine,
  chooseEngineFor,
  type OrtOptions,
  workOf,
} from '../engine/index.ts'
import type { FitOptions } from './experiment.ts'
import type { Layout } from './layout.ts'
import { trainingProgram } from './programs.ts'

/**
 * The engine of all programs of a run, since they share its state: the one that is asked for, or one
 * chosen by the work of a training step, of so many runs in one graph. `setup` is for an engine that is
 * made here.
 */
export async function engineOfRun(
  options: FitOptions,
  layout: Layout,
  copies = 1,
  setup: OrtOptions = {},
): Promise<ChosenEngine> {
  const { engine: choice = 'auto', batchSize, data } = options
  if (typeof choice === 'object') return { engine: choice, reason: 'asked for' }
  if (typeof choice === 'string' && choice !== 'auto')
    return { engine: await chooseEngine(choice, setup), reason: 'asked for' }
  const rows = Math.min(batchSize, rowsOf(data.train))
  const alone = workOf(trainingProgram(options, layout, rows).program)
  const { ops, multiplyAdds, elements } = alone
  const work = { ops, multiplyAdds: copies * multiplyAdds, elements: copies * elements }
  return choice === 'auto' ? chooseEngineFor(work, setup) : choice(work)
}
