import type { Chart } from '../../charts/index.ts'
import { rowsOf } from '../../data/index.ts'
import { factorOf } from '../../optim/index.ts'
import type { Experiment } from '../../train/index.ts'
import { chanceOf } from '../course.ts'
import type { Prescription } from '../diagnosis.ts'
import { limits } from '../limits.ts'
import type { Kinship } from '../neighbours.ts'
import { type Patient, without } from '../patient.ts'
import { atRate, withoutClip, withoutSchedule } from '../rate.ts'
import type { Found, Look, Rule } from '../rule.ts'
import { isActivation, lastLayer } from '../structure.ts'
import type { RangeTest } from '../trials.ts'

const leftOut = 'trials were left out'
const lacksRange = 'no step could be made'

const rangeChart = ({ points }: RangeTest): Chart => ({
  kind: 'lines',
  title: 'Loss while the learning rate rises',
  x: { label: 'learning rate', scale: 'log' },
  y: { label: 'loss' },
  series: [{ name: 'loss', points }],
})

const rateEvidence = (value: number, limit: number, beyond: 'above' | 'below') => ({
  name: { en: 'learning rate', ko: '학습률' },
  value,
  limit,
  beyond,
})

function suggestionOf({ suggested }: RangeTest): Prescription[] {
  return suggested === undefined ? [] : [atRate(suggested)]
}

const kinshipEvidence = ({ agreement, byChance, errors, linearErrors }: Kinship) => [
  {
    name: {
      en: 'neighbours that agree beyond chance, in standard errors',
      ko: '우연보다 더 일치하는 이웃, 표준오차 단위',
    },
    value: errors,
    limit: limits.kinship.value,
    beyond: 'below' as const,
  },
  {
    name: { en: 'answers of a linear rule, likewise', ko: '선형 규칙의 답, 같은 단위' },
    value: linearErrors,
    limit: limits.kinship.value,
    beyond: 'below' as const,
  },
  { name: { en: 'share of neighbours that agree', ko: '일치하는 이웃의 비율' }, value: agreement },
  { name: { en: 'by chance', ko: '우연이면' }, value: byChance },
]

/** Steps at which a schedule is asked. */
const asked = 100

/** The factor of a schedule in the median step; 1 where there is none. */
function heldFactorOf({ schedule, data, batchSize, epochs }: Experiment): number {
  if (!schedule) return 1
  const stepsPerEpoch = Math.ceil(rowsOf(data.train) / batchSize)
  const end = stepsPerEpoch * epochs
  const factors = Array.from({ length: asked }, (_, i) =>
    factorOf(schedule, {
      step: Math.floor((i * end) / asked),
      start: 0,
      end,
      stepsPerEpoch,
      scores: [],
    }),
  ).sort((a, b) => a - b)
  return factors[asked >> 1]!
}

const heldLow = (held: number): Found => ({
  severity: 'warning',
  title: { en: 'The schedule holds the rate low', ko: '일정이 학습률을 낮게 묶어 둡니다' },
  meaning: {
    en: 'In most steps the rate is a hundredth or less of the one that was asked for: it falls too soon, or rises too slowly. Those steps hardly change anything.',
    ko: '대부분의 걸음에서 학습률이 정한 값의 100분의 1도 되지 않습니다. 너무 일찍 줄거나 너무 천천히 오릅니다. 그런 걸음은 거의 아무것도 바꾸지 않습니다.',
  },
  evidence: [
    {
      name: {
        en: "rate as scheduled over the optimiser's",
        ko: '일정에 따른 학습률 / 정한 학습률',
      },
      value: held,
      limit: limits.heldRate.value,
      beyond: 'below',
    },
  ],
  prescriptions: withoutSchedule,
  source: limits.heldRate.source,
})

/** What a few seconds of trying tell. */
export const trialRules: readonly Rule<Patient>[] = [
  {
    name: 'inputs-tell-nothing',
    doc: 'where neighbours agree no more than strangers do, inputs and targets do not belong together',
    async look({ kinship }): Promise<Look> {
      if (!kinship) return leftOut
      const found = await kinship()
      if (!found) return 'there are too few rows, or they are no points'
      if (Math.max(found.errors, found.linearErrors) >= limits.kinship.value) return []
      return [
        {
          severity: 'error',
          title: {
            en: 'The inputs do not tell the targets',
            ko: '입력이 목표를 알려 주지 않습니다',
          },
          meaning: {
            en: 'Rows that lie near each other have no more in common than rows drawn at random, and a linear rule does no better. Targets were likely shuffled against their inputs, or belong to other rows.',
            ko: '서로 가까운 행들의 목표가 아무렇게나 뽑은 행들보다 더 비슷하지 않고, 선형 규칙도 더 낫지 않습니다. 목표가 입력과 어긋나게 섞였거나 다른 행의 것일 가능성이 큽니다.',
          },
          evidence: kinshipEvidence(found),
          prescriptions: [
            {
              text: {
                en: 'Look at some rows beside their targets: are they in the same order?',
                ko: '몇 행을 목표와 나란히 살펴보세요. 순서가 같습니까?',
              },
              settings: [],
            },
          ],
          source: limits.kinship.source,
        },
      ]
    },
  },
  {
    name: 'learning-rate-too-high',
    doc: 'a rate at which the loss is thrown up while the rate rises',
    async look({ trials, experiment }): Promise<Look> {
      if (!trials) return leftOut
      const range = await trials.range()
      if (!range) return lacksRange
      const { learningRate } = experiment.optimizer
      if (range.tooHigh === undefined || learningRate < range.tooHigh) return []
      return [
        {
          severity: 'error',
          title: { en: 'The learning rate is too high', ko: '학습률이 너무 큽니다' },
          meaning: {
            en: 'In a short training whose rate rises step by step the loss was thrown up before this rate was reached. Training will swing or leave the finite numbers.',
            ko: '학습률을 걸음마다 키운 짧은 훈련에서 이 값에 이르기 전에 손실이 튀어 올랐습니다. 훈련이 출렁이거나 유한한 수를 벗어날 것입니다.',
          },
          evidence: [rateEvidence(learningRate, range.tooHigh, 'above')],
          prescriptions: suggestionOf(range),
          chart: rangeChart(range),
          source: limits.rateLow.source,
        },
      ]
    },
  },
  {
    name: 'learning-rate-too-low',
    doc: 'a rate far below that at which the loss falls',
    async look({ trials, experiment }): Promise<Look> {
      const held = heldFactorOf(experiment)
      if (held < limits.heldRate.value) return [heldLow(held)]
      if (!trials) return leftOut
      const range = await trials.range()
      if (!range) return lacksRange
      const { suggested } = range
      const { learningRate } = experiment.optimizer
      const least = (suggested ?? 0) / limits.rateLow.value
      if (learningRate >= least) return []
      return [
        {
          severity: 'warning',
          title: { en: 'The learning rate is low', ko: '학습률이 작습니다' },
          meaning: {
            en: `In a short training whose rate rises step by step the loss fell at rates near ${suggested}. At this one the same way takes many times the steps.`,
            ko: `학습률을 걸음마다 키운 짧은 훈련에서 손실은 ${suggested} 근처에서 줄었습니다. 지금 값으로는 같은 길에 몇 배나 많은 걸음이 듭니다.`,
          },
          evidence: [rateEvidence(learningRate, least, 'below')],
          prescriptions: suggestionOf(range),
          chart: rangeChart(range),
          source: limits.rateLow.source,
        },
      ]
    },
  },
  {
    name: 'few-rows-not-learnt',
    doc: 'a net that cannot learn eight rows by heart is wired wrongly, or has no gradient',
    isSymptom: true,
    async look(patient): Promise<Look> {
      if (!patient.trials) return leftOut
      const steps = await patient.trials.fewRows()
      if (steps.length < 100) return 'too few steps could be made in the time'
      const losses = steps.map(({ loss }) => loss)
      const start = chanceOf(patient) ?? losses[0]!
      const end = Math.min(...losses.slice(-20))
      const gone = 1 - end / start
      if (gone >= limits.fewRows.value) return []
      return [
        {
          severity: 'error',
          title: {
            en: 'The net cannot learn eight rows by heart',
            ko: '여덟 행도 외우지 못합니다',
          },
          meaning: {
            en: 'Every net that works can fit a handful of rows. This one cannot, so that more data and more epochs will not help: look at loss, last layer and activations first.',
            ko: '제대로 된 신경망은 몇 행쯤은 맞출 수 있습니다. 그렇지 못하므로 데이터나 에폭을 늘려도 소용이 없습니다. 손실 함수와 마지막 층, 활성화부터 살펴보세요.',
          },
          evidence: [
            {
              name: { en: 'share of the loss that is gone', ko: '줄어든 손실의 비율' },
              value: gone,
              limit: limits.fewRows.value,
              beyond: 'below',
            },
          ],
          prescriptions: [
            ...withoutClip(patient),
            ...withoutLastActivation(patient),
            ...(await patient.remedies()),
          ],
          chart: {
            kind: 'lines',
            title: 'Loss of eight rows',
            x: { label: 'step' },
            y: { label: 'loss' },
            series: [
              { name: 'loss', points: steps.map(({ step, loss }) => [step, loss] as const) },
            ],
          },
          source: limits.fewRows.source,
        },
      ]
    },
  },
]

/** The model without an activation that ends it: it may keep answers from where the targets are. */
function withoutLastActivation(patient: Patient): Prescription[] {
  const last = lastLayer(patient)
  if (!last || !isActivation(last)) return []
  return [
    {
      text: { en: 'Leave the last activation out.', ko: '마지막 활성화를 빼세요.' },
      settings: without(patient, last.path),
    },
  ]
}
