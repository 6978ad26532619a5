import { sizeOf } from '../../base/index.ts'
import type { BatchNormConfig } from '../../nn/index.ts'
import { type Course, curvesUnder, middle, type Points, sinceWhen, stepChart } from '../course.ts'
import type { Evidence, Prescription } from '../diagnosis.ts'
import { epochsOf, lacksValidation, scoreChart } from '../epochs.ts'
import { limits } from '../limits.ts'
import { type Patient, settingOf } from '../patient.ts'
import type { Found, Look, Rule } from '../rule.ts'

interface Norm {
  readonly path: string
  readonly momentum: number
  /** Values of a batch behind each mean. */
  readonly count: number
}

/** The batch normalisations of a model, in the order that they are applied in. */
function normsOf({ applied, experiment }: Patient): Norm[] {
  return [...applied.layers].flatMap(([path, { config, inputs }]) => {
    if (config.kind !== 'batchNorm') return []
    const places = sizeOf(inputs[0]?.shape.slice(2) ?? [])
    return [
      {
        path,
        momentum: (config as BatchNormConfig).momentum,
        count: experiment.batchSize * places,
      },
    ]
  })
}

/** Every batch replacing a tenth of all running statistics, as a prescription. */
const usualMomentum = (patient: Patient): Prescription => ({
  text: {
    en: 'Let every batch replace a tenth of them.',
    ko: '배치마다 통계의 10분의 1을 바꾸게 하세요.',
  },
  settings: normsOf(patient).flatMap(({ path }) => {
    const setting = settingOf(patient, path, 'momentum')
    return setting ? [`${setting}=0.1`] : []
  }),
})

/**
 * How many values running statistics stand for: the variance of an exponential mean of batches is
 * momentum / (2 - momentum) of a batch's.
 */
const valuesBehind = ({ momentum, count }: Norm): number => (count * (2 - momentum)) / momentum

/** Running statistics of next to nothing, whatever the run. */
function ofFew(patient: Patient): Found[] {
  return normsOf(patient).flatMap((norm): Found[] => {
    const values = valuesBehind(norm)
    if (values >= limits.normValues.value) return []
    return [
      {
        severity: 'warning',
        layer: norm.path,
        title: {
          en: 'The running statistics stand for too few',
          ko: '이동 통계에 담긴 값이 너무 적습니다',
        },
        meaning: {
          en: 'Inference normalises by the mean and the variance of the last few values alone, so that its answers change from epoch to epoch by luck. A smaller momentum remembers more batches.',
          ko: '추론이 마지막 몇 값의 평균과 분산만으로 정규화하므로 답이 에폭마다 우연에 따라 바뀝니다. 모멘텀을 줄이면 더 많은 배치를 기억합니다.',
        },
        evidence: [
          {
            name: { en: 'values behind each mean', ko: '평균마다 담긴 값' },
            value: values,
            limit: limits.normValues.value,
            beyond: 'below',
          },
        ],
        prescriptions: [usualMomentum(patient)],
        source: limits.normValues.source,
      },
    ]
  })
}

interface Drift {
  readonly means: Points
  readonly variances: Points
  /** The distances that chance makes. */
  readonly chance: { readonly mean: number; readonly variance: number }
}

/**
 * How far the running statistics of a layer were from those of the batches; undefined where that was not
 * recorded. By chance both miss: the batch by its n values, the running ones by those that they stand for.
 */
function driftOf(course: Course, norm: Norm): Drift | undefined {
  const means = curvesUnder(course, 'running_mean_drift').get(norm.path || 'model')
  const variances = curvesUnder(course, 'running_variance_drift').get(norm.path || 'model')
  if (!means || !variances) return undefined
  const share = 1 / norm.count + 1 / valuesBehind(norm)
  return { means, variances, chance: { mean: Math.sqrt(share), variance: Math.sqrt(2 * share) } }
}

/** Since when one of the two is farther off than chance has it, to the last; undefined where it is not. */
function sinceOff({ means, variances, chance }: Drift): number | undefined {
  const most = limits.normDrift.value
  const steps = [
    sinceWhen(means, value => value > most * chance.mean),
    sinceWhen(variances, value => value > most * chance.variance),
  ].filter(step => step !== undefined)
  return steps.length > 0 ? Math.min(...steps) : undefined
}

const gapEvidence = (gap: number, isBeyond: boolean): Evidence => ({
  name: { en: 'validation loss over training loss', ko: '검증 손실 / 훈련 손실' },
  value: gap,
  ...(isBeyond ? { limit: limits.normGap.value, beyond: 'above' as const } : {}),
})

/** What shows that running statistics lag behind, and since which step; nothing where nothing does. */
function lagOf(
  course: Course,
  norm: Norm,
): { step?: number; evidence: Evidence[]; drift?: Drift; isYoung: boolean } | undefined {
  const steps = course.record.scalars['train/loss']?.at(-1)?.step ?? 0
  const left = (1 - norm.momentum) ** steps
  const isYoung = left > limits.normLag.value
  const leftEvidence: Evidence = {
    name: {
      en: 'share of the initial statistics that is left',
      ko: '남아 있는 초기 통계의 비율',
    },
    value: left,
    ...(isYoung ? { limit: limits.normLag.value, beyond: 'above' as const } : {}),
  }
  const drift = driftOf(course, norm)
  if (!drift) return isYoung ? { evidence: [leftEvidence], isYoung } : undefined
  const step = sinceOff(drift)
  if (step === undefined) return undefined
  const { means, variances, chance } = drift
  const off = (points: Points, by: number) =>
    middle(points.filter(point => point.step >= step)) / by
  return {
    step,
    drift,
    isYoung,
    evidence: [
      {
        name: {
          en: 'distance of the means or variances, over that of chance',
          ko: '평균이나 분산의 거리 / 우연에 의한 거리',
        },
        value: Math.max(off(means, chance.mean), off(variances, chance.variance)),
        limit: limits.normDrift.value,
        beyond: 'above',
      },
      leftEvidence,
    ],
  }
}

/** Whether what inference normalises by is what training did, before training. */
export const normRules: readonly Rule<Patient>[] = [
  {
    name: 'norm-statistics',
    doc: 'inference goes by running statistics, which have to stand for more than a few values',
    look: patient =>
      normsOf(patient).length === 0 ? 'nothing is normalised by batches' : ofFew(patient),
  },
]

/** The same of a run. */
export const courseNormRules: readonly Rule<Course>[] = [
  {
    name: 'norm-statistics',
    doc: 'inference goes by running statistics that have to follow those of the batches',
    look(course): Look {
      const epochs = epochsOf(course)
      const norms = normsOf(course)
      if (norms.length === 0) return 'nothing is normalised by batches'
      const few = ofFew(course)
      if (few.length > 0) return few
      if (!epochs) return lacksValidation
      const gap = epochs.validation.at(-1)!.value / epochs.train.at(-1)!.value
      const isHarmed = gap >= limits.normGap.value
      return norms.flatMap((norm): Found[] => {
        const lag = lagOf(course, norm)
        // Both what is left of the start and what was measured: a fault, though the net does with it so far.
        if (!lag || !(isHarmed || (lag.drift && lag.isYoung))) return []
        const { step = epochs.validation.at(-1)!.step, evidence, drift } = lag
        return [
          {
            severity: isHarmed ? 'error' : 'warning',
            layer: norm.path,
            step,
            title: {
              en: 'The running statistics lag behind',
              ko: '이동 통계가 뒤처져 있습니다',
            },
            meaning: {
              en: 'Inference normalises by a mean and variance that are not those that training goes by, but still partly those of the start or of long ago. The net is scored as another function than was trained.',
              ko: '추론은 훈련 때와 다른 평균과 분산, 곧 처음이나 오래전의 값이 섞인 통계로 정규화합니다. 훈련한 것과 다른 함수로 채점되는 셈입니다.',
            },
            evidence: [...evidence, gapEvidence(gap, isHarmed)],
            prescriptions: [usualMomentum(course)],
            chart: drift
              ? stepChart('Running statistics against those of batches', 'distance', {
                  means: drift.means,
                  'log variances': drift.variances,
                })
              : scoreChart(epochs),
            source: limits.normLag.source,
          },
        ]
      })
    },
  },
]
