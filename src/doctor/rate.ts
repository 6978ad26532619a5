import type { Prescription } from './diagnosis.ts'
import { limits } from './limits.ts'
import type { Patient } from './patient.ts'

/** The optimiser at another rate, as a prescription. */
export function atRate(rate: number): Prescription {
  const figure = Number(rate.toPrecision(1))
  return {
    text: { en: `Take a learning rate of ${figure}.`, ko: `학습률을 ${figure}로 하세요.` },
    settings: [`optimizer.learningRate=${figure}`],
  }
}

/** Rates that are so many times the present one. */
export function ratesTimes({ experiment }: Patient, factors: readonly number[]): Prescription[] {
  return factors.map(factor => atRate(experiment.optimizer.learningRate * factor))
}

/**
 * The factor that takes a measured update-to-weight ratio into the usual range, up to its middle or down to its
 * upper end, by at least 3 and at most 1000 times; 10 times where it was not measured.
 */
export function factorTo(ratio: number | undefined, way: 'up' | 'down'): number {
  const times =
    ratio === undefined || !(ratio > 0)
      ? 10
      : way === 'up'
        ? limits.usualUpdate.value / ratio
        : ratio / limits.usualUpdateMost.value
  const held = Math.min(1000, Math.max(3, times))
  return way === 'up' ? held : 1 / held
}

/** A rate that is not held down by its schedule, as prescriptions. */
export const withoutSchedule: readonly Prescription[] = [
  {
    text: {
      en: 'Let the rate fall over the whole run.',
      ko: '학습률이 훈련 전체에 걸쳐 줄게 하세요.',
    },
    settings: ['schedule=cosineDecay'],
  },
  {
    text: { en: 'Or keep it as it is.', ko: '또는 학습률을 그대로 두세요.' },
    settings: ['schedule=null'],
  },
]

/** Whether steps of an optimiser are as long as the gradient is. */
export function followsSize({ experiment }: Patient): boolean {
  return ['sgd', 'momentum', 'nesterov'].includes(experiment.optimizer.kind)
}

/** Gradients that are not held within a limit, where that shortens the steps. */
export function withoutClip(patient: Patient): Prescription[] {
  if (!patient.experiment.clip || !followsSize(patient)) return []
  return [
    {
      text: { en: 'Do not clip the gradient.', ko: '기울기를 자르지 마세요.' },
      settings: ['clip=null'],
    },
  ]
}
