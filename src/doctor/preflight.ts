import { summarize } from '../data/index.ts'
import { applyModel } from '../nn/index.ts'
import {
  batchInputs,
  checkOptions,
  type Experiment,
  type FitSettings,
  signals,
} from '../train/index.ts'
import { checkup, onceOnly } from './checkup.ts'
import type { Checkup } from './diagnosis.ts'
import type { Patient } from './patient.ts'
import { rankedRemedies } from './remedies.ts'
import type { Rule } from './rule.ts'
import { dataRules } from './rules/data.ts'
import { modelRules } from './rules/model.ts'
import { signalRules } from './rules/signals.ts'

/** Every rule of a check before training, in the order that they look in. */
export const preflightRules: readonly Rule<Patient>[] = [
  ...dataRules,
  ...modelRules,
  ...signalRules,
]

/**
 * Looks an experiment over before it is trained: its data, its description, and what one batch does on
 * its way through the fresh net and back. A finding has numbers that show it; where all is well, nothing
 * is found, and `checked` tells what was looked at.
 * Throws what `fit` throws before its first step when the experiment cannot be trained at all.
 */
export async function preflight(
  experiment: Experiment,
  { engine }: Pick<FitSettings, 'engine'> = {},
): Promise<Checkup> {
  const data = summarize(experiment.data)
  // Missing inputs are a finding; fit would only refuse them.
  if (!data.train?.inputs.missing) checkOptions(experiment)
  const inputs = batchInputs(experiment.model, experiment.data, experiment.batchSize)
  const patient: Patient = {
    experiment,
    applied: applyModel(experiment.model, inputs, { isTraining: true }),
    data,
    classes: experiment.data.train.classes,
    signals: data.train?.inputs.missing
      ? undefined
      : await signals({ ...experiment, ...(engine ? { engine } : {}) }),
    remedies: onceOnly(() => rankedRemedies({ ...experiment, ...(engine ? { engine } : {}) })),
  }
  return checkup(preflightRules, patient)
}
