import { type DataSource, rowsAt, rowsOf, sampleRows, summarize } from '../data/index.ts'
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
import { forecastOf } from './forecast.ts'
import { type Kinship, kinshipOf } from './neighbours.ts'
import type { Patient } from './patient.ts'
import { recurrentLayers } from './recurrent.ts'
import { rankedRemedies } from './remedies.ts'
import type { Rule } from './rule.ts'
import { dataRules } from './rules/data.ts'
import { modelRules } from './rules/model.ts'
import { normRules } from './rules/norms.ts'
import { recurrentRules } from './rules/recurrent.ts'
import { signalRules } from './rules/signals.ts'
import { splitRules } from './rules/splits.ts'
import { targetRules } from './rules/targets.ts'
import { trialRules } from './rules/trials.ts'
import { trialsOf } from './trials.ts'

/** Every rule of a check before training, in the order that they look in. */
export const preflightRules: readonly Rule<Patient>[] = [
  ...dataRules,
  ...targetRules,
  ...splitRules,
  ...modelRules,
  ...normRules,
  ...signalRules,
  ...recurrentRules,
  ...trialRules,
]

/** How an experiment is looked over. */
export interface PreflightOptions extends Pick<FitSettings, 'engine'> {
  /** Whether short trainings are part of it, of a few seconds together; default true. */
  readonly trials?: boolean
}

/** Rows that are held beside each other. */
const mostKin = 500

/**
 * Looks an experiment over before it is trained: its data, its description, and what one batch does on
 * its way through the fresh net and back; then some steps are tried. A finding has numbers that show it; where all is well, nothing
 * is found, and `checked` tells what was looked at.
 * Throws what `fit` throws before its first step when the experiment cannot be trained at all.
 */
export async function preflight(
  experiment: Experiment,
  { engine, trials = true }: PreflightOptions = {},
): Promise<Checkup> {
  const data = summarize(experiment.data)
  // Missing inputs are a finding; fit would only refuse them.
  if (!data.train?.inputs.missing) checkOptions(experiment)
  const inputs = batchInputs(experiment.model, experiment.data, experiment.batchSize)
  const canTry = !data.train?.inputs.missing
  const applied = applyModel(experiment.model, inputs, { isTraining: true })
  const patient: Patient = {
    experiment,
    applied,
    recurrent: onceOnly(() => recurrentLayers(applied, experiment.seed)),
    data,
    classes: experiment.data.train.classes,
    signals: data.train?.inputs.missing
      ? undefined
      : await signals({ ...experiment, ...(engine ? { engine } : {}) }),
    remedies: onceOnly(() => rankedRemedies({ ...experiment, ...(engine ? { engine } : {}) })),
    ...(trials && canTry
      ? { trials: trialsOf(experiment, engine), kinship: onceOnly(() => kinshipIn(experiment)) }
      : {}),
  }
  const found = await checkup(preflightRules, patient)
  const range = await patient.trials?.range()
  return range ? { ...found, remarks: forecastOf(patient, range) } : found
}

/** Whether some training rows that are alike have like targets. */
async function kinshipIn({ data }: Experiment): Promise<Kinship | undefined> {
  const { validation: _, test: __, ...training } = data
  const count = Math.min(mostKin, rowsOf(data.train))
  const { train } = await sampleRows(training as DataSource, { train: count })
  const { inputs, targets, targetsAre, classes } = train
  if (targetsAre === 'inputs') return undefined
  return kinshipOf(rowsAt(inputs, 0, count), targets, classes)
}
