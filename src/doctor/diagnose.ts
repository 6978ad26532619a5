import type { Text } from '../base/index.ts'
import { applyModel } from '../nn/index.ts'
import type { RunRecord } from '../runs/index.ts'
import { batchInputs, storedExperiment } from '../train/index.ts'
import { checkup, onceOnly } from './checkup.ts'
import { type Course, goesWell, probedSteps } from './course.ts'
import type { Checkup } from './diagnosis.ts'
import type { Patient } from './patient.ts'
import { recurrentLayers } from './recurrent.ts'
import { rankedRemedies } from './remedies.ts'
import type { Rule } from './rule.ts'
import { courseRateRules } from './rules/course-rate.ts'
import { courseScoreRules } from './rules/course-scores.ts'
import { courseSignalRules } from './rules/course-signals.ts'
import { courseWeightRules } from './rules/course-weights.ts'
import { modelRules } from './rules/model.ts'
import { courseNormRules } from './rules/norms.ts'
import { forgettingRule, recurrentRules } from './rules/recurrent.ts'

/** Every rule of a run under way or done, in the order that they look in. */
export const courseRules: readonly Rule<Course>[] = [
  ...modelRules,
  ...courseWeightRules,
  unlessLearnt(forgettingRule),
  ...courseSignalRules,
  ...courseRateRules,
  ...courseScoreRules,
  ...courseNormRules,
  ...recurrentRules.map(unlessLearnt),
]

/** What a fresh net has is ill only where it did not learn. */
function unlessLearnt(rule: Rule<Patient>): Rule<Course> {
  return { ...rule, look: course => (goesWell(course) ? [] : rule.look(course)) }
}

/**
 * Looks a run over, done or under way, by what it has written: its description, its curves, the signals of
 * its layers where they were recorded, and how it failed. A finding has numbers that show it; a run
 * without signals is told what can still be said of it, and how to record more.
 */
export async function diagnose(record: RunRecord): Promise<Checkup> {
  const experiment = storedExperiment(record.description)
  const { model, data } = experiment
  const inputs = batchInputs(model, data, experiment.batchSize)
  const applied = applyModel(model, inputs, { isTraining: true })
  const course: Course = {
    record,
    experiment,
    applied,
    recurrent: onceOnly(() => recurrentLayers(applied, experiment.seed)),
    data: {},
    classes: data.train.classes,
    signals: undefined,
    remedies: onceOnly(() => rankedRemedies({ model }, [64, ...data.train.inputs.shape.slice(1)])),
  }
  return { ...(await checkup(courseRules, course)), remarks: [...remarksOf(course)] }
}

/** What a reader has to know of what the rules had to go by. */
function* remarksOf(course: Course): Generator<Text> {
  const { record } = course
  for (const warning of record.warnings) yield { en: warning, ko: warning }
  const steps = record.scalars['train/loss']?.at(-1)?.step ?? 0
  if (record.status === 'open')
    yield {
      en: `The run is not done: this is how it stands at step ${steps}.`,
      ko: `훈련이 끝나지 않았습니다. ${steps}번째 걸음까지의 상태입니다.`,
    }
  if (probedSteps(course).length === 0)
    yield {
      en: 'No signals of layers were recorded: only curves and the description could be looked at. Record them with --set inspect.every=100.',
      ko: '층의 신호가 기록되지 않아 곡선과 설정만 살펴보았습니다. --set inspect.every=100으로 기록하세요.',
    }
}
