import { sizeOf, type Text } from '../base/index.ts'
import { rowsOf } from '../data/index.ts'
import { updateRuleOf } from '../optim/index.ts'
import type { Patient } from './patient.ts'
import type { RangeTest } from './trials.ts'

/** What a training will take, from the steps that were tried; and the rate that they suggest. */
export function forecastOf(patient: Patient, { stepMs, suggested }: RangeTest): Text[] {
  const { experiment } = patient
  const { epochs, batchSize, data } = experiment
  const steps = epochs * Math.ceil(rowsOf(data.train) / batchSize)
  const seconds = (steps * stepMs) / 1000
  const megabytes = memoryOf(patient) / 2 ** 20
  const figure = (x: number) => (x >= 100 ? x.toFixed(0) : x.toPrecision(2))
  const forecast = {
    en: `A step takes about ${figure(stepMs)} ms at most, ${steps} steps ${figure(seconds)} s; the tensors of a step take about ${figure(megabytes)} MiB.`,
    ko: `한 걸음은 길어도 약 ${figure(stepMs)} ms, ${steps}걸음은 ${figure(seconds)}초, 한 걸음의 텐서는 약 ${figure(megabytes)} MiB입니다.`,
  }
  if (suggested === undefined) return [forecast]
  return [
    forecast,
    {
      en: `The range test suggests a learning rate near ${suggested}; the experiment has ${experiment.optimizer.learningRate}.`,
      ko: `학습률 범위 시험은 ${suggested} 근처를 권합니다. 지금은 ${experiment.optimizer.learningRate}입니다.`,
    },
  ]
}

/** Bytes of parameters, their gradients and the optimiser's tensors, and of what layers give, there and back. */
function memoryOf({ applied, experiment }: Patient): number {
  const { slots } = updateRuleOf(experiment.optimizer)
  const parameters = [...applied.params.values()].reduce(
    (sum, { value }) => sum + sizeOf(value.shape),
    0,
  )
  const outputs = [...new Set([...applied.layers.values()].map(({ output }) => output))]
  const activations = outputs.reduce((sum, { shape }) => sum + sizeOf(shape), 0)
  return 4 * (parameters * (2 + slots.length) + 2 * activations)
}
