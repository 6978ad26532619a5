import { requirements, requireSetting, unknownName } from '../base/index.ts'
import { checkAugment, checkSplits } from '../data/index.ts'
import { requireKnownKinds } from '../optim/index.ts'
import { checkBatches, checkOutput } from './check-model.ts'
import type { FitOptions } from './experiment.ts'
import { checkMonitors } from './guards.ts'
import { checkIndices } from './indices.ts'

const actions: readonly NonNullable<FitOptions['onNonFinite']>[] = ['stop', 'skip', 'halveRate']

/**
 * Checks all that can be known of a training before its first step.
 * Throws DataError, ShapeError, DTypeError or ConfigError when something does not fit.
 */
export function checkOptions(options: FitOptions): void {
  const { data, augment = [], epochs, batchSize, stepsPerCall = 1 } = options
  const { every = 1, bins = 1, mostBytes = 1 } = options.inspect ?? {}
  const counts = {
    epochs,
    batchSize,
    stepsPerCall,
    'inspect.every': every,
    'inspect.bins': bins,
    'inspect.mostBytes': mostBytes,
  }
  for (const [name, value] of Object.entries(counts))
    requireSetting(name, value, requirements.count)
  const { onNonFinite = 'stop' } = options
  if (!actions.includes(onNonFinite)) throw unknownName('onNonFinite', onNonFinite, actions)
  checkSplits(data, { batchSize })
  checkAugment(augment, data.train.inputs.shape)
  checkOutput(options)
  checkBatches(options)
  checkIndices(options)
  requireKnownKinds(options)
  checkMonitors(options)
}
