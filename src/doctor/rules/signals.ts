import { mainLoss } from '../../nn/index.ts'
import { type LayerReport, signalCharts } from '../../probes/index.ts'
import type { Prescription } from '../diagnosis.ts'
import { limits } from '../limits.ts'
import { type Patient, weightedPaths } from '../patient.ts'
import type { Found, Rule } from '../rule.ts'

const lacksSignals = 'the model could not be sent a batch'

/** The initialisation that suits the activations of a model, and the alternatives to what is there. */
function steadierSignals(patient: Patient): Prescription[] {
  const kinds = new Set([...patient.applied.layers.values()].map(({ config }) => config.kind))
  const isFlat = kinds.has('sigmoid') || kinds.has('tanh')
  return [
    ...(isFlat
      ? [
          {
            text: {
              en: 'Activations whose derivative is 1 where they are active, with the weights that suit them.',
              ko: '살아 있는 곳의 도함수가 1인 활성화와 거기에 맞는 가중치를 쓰세요.',
            },
            settings: ['model.activation=leakyRelu', 'init=heNormal'],
          },
        ]
      : [
          {
            text: { en: 'Weights that keep the signal.', ko: '신호를 유지하는 가중치를 쓰세요.' },
            settings: ['init=heNormal'],
          },
        ]),
    {
      text: {
        en: 'Weights scaled layer by layer on a batch.',
        ko: '배치 하나로 층마다 가중치의 크기를 맞추세요.',
      },
      settings: ['init=lsuv'],
    },
  ]
}

interface Slopes {
  readonly first: LayerReport
  readonly last: LayerReport
  readonly ratio: number
}

/** The gradients at the first and the last layer with weights; undefined of a single one. */
function slopesOf(patient: Patient): Slopes | undefined {
  const paths = new Set(weightedPaths(patient))
  const layers = (patient.signals?.layers ?? []).filter(({ path }) => paths.has(path))
  const [first, last] = [layers[0], layers.at(-1)]
  if (!first?.gradient || !last?.gradient || first === last) return undefined
  return { first, last, ratio: first.gradient.rms / last.gradient.rms }
}

/** What can be told from one batch, there and back, before the first step. */
export const signalRules: readonly Rule<Patient>[] = [
  {
    name: 'start-loss',
    doc: 'a fresh net that is surer than chance is surely wrong',
    look(patient) {
      const { signals, classes, experiment } = patient
      if (signals?.loss === undefined) return lacksSignals
      if (classes === undefined || mainLoss(experiment.loss).kind !== 'crossEntropy')
        return 'the loss is no cross-entropy of classes'
      const ratio = signals.loss / Math.log(classes)
      if (ratio <= limits.startLoss.value) return []
      return [
        {
          severity: 'warning',
          title: { en: 'The loss starts too high', ko: '손실이 너무 높은 데서 시작합니다' },
          meaning: {
            en: 'Before it has learnt anything the net is sure of wrong answers. The first steps only undo that, and may throw weights far off.',
            ko: '아무것도 배우기 전에 틀린 답을 확신하고 있습니다. 처음 단계들은 그것을 되돌리는 데 쓰이고, 가중치가 멀리 튈 수 있습니다.',
          },
          evidence: [
            {
              name: { en: 'first loss over ln K', ko: '첫 손실 / ln K' },
              value: ratio,
              limit: limits.startLoss.value,
              beyond: 'above',
            },
            { name: { en: 'first loss', ko: '첫 손실' }, value: signals.loss },
            { name: { en: 'ln K', ko: 'ln K' }, value: Math.log(classes) },
          ],
          prescriptions: steadierSignals(patient),
          source: limits.startLoss.source,
        },
      ]
    },
  },
  {
    name: 'vanishing-gradient',
    doc: 'gradients are multiplied layer by layer; factors below 1 leave the first layers nothing',
    look(patient) {
      const { signals } = patient
      const slopes = slopesOf(patient)
      if (!signals) return lacksSignals
      if (!slopes) return 'fewer than two layers have weights'
      const { first, last, ratio } = slopes
      if (!(ratio < limits.vanishing.value)) return []
      return [
        {
          severity: 'error',
          layer: first.path,
          step: 0,
          title: { en: 'The gradient vanishes', ko: '기울기가 사라집니다' },
          meaning: {
            en: `On the way back from layer ${last.path} to ${first.path} the gradient shrinks to a share of ${ratio.toExponential(1)}. The first layers do not learn, and those above learn from features that never change.`,
            ko: `${last.path} 층에서 ${first.path} 층까지 돌아오는 동안 기울기가 ${ratio.toExponential(1)}배로 줄어듭니다. 앞쪽 층은 배우지 못하고, 그 위의 층은 바뀌지 않는 특징으로만 배웁니다.`,
          },
          evidence: [
            {
              name: {
                en: 'rms gradient, first layer over last',
                ko: 'rms 기울기, 첫 층 / 마지막 층',
              },
              value: ratio,
              limit: limits.vanishing.value,
              beyond: 'below',
            },
          ],
          prescriptions: steadierSignals(patient),
          chart: signalCharts(signals).backward,
          source: limits.vanishing.source,
        },
      ]
    },
  },
  {
    name: 'exploding-gradient',
    doc: 'factors above 1 make the first layers jump while the last ones crawl',
    look(patient) {
      const { signals } = patient
      const slopes = slopesOf(patient)
      if (!signals) return lacksSignals
      if (!slopes) return 'fewer than two layers have weights'
      const { first, last, ratio } = slopes
      if (!(ratio > limits.exploding.value)) return []
      return [
        {
          severity: 'error',
          layer: first.path,
          step: 0,
          title: { en: 'The gradient explodes', ko: '기울기가 폭발합니다' },
          meaning: {
            en: `On the way back from layer ${last.path} to ${first.path} the gradient grows ${ratio.toPrecision(2)} times. A rate that suits the last layer throws the first one far off.`,
            ko: `${last.path} 층에서 ${first.path} 층까지 돌아오는 동안 기울기가 ${ratio.toPrecision(2)}배로 커집니다. 마지막 층에 맞는 학습률이 첫 층을 멀리 튕겨 보냅니다.`,
          },
          evidence: [
            {
              name: {
                en: 'rms gradient, first layer over last',
                ko: 'rms 기울기, 첫 층 / 마지막 층',
              },
              value: ratio,
              limit: limits.exploding.value,
              beyond: 'above',
            },
          ],
          prescriptions: [
            ...steadierSignals(patient),
            {
              text: { en: 'Clip the gradient.', ko: '기울기를 자르세요.' },
              settings: ['clip=clipByNorm'],
            },
          ],
          chart: signalCharts(signals).backward,
          source: limits.exploding.source,
        },
      ]
    },
  },
  {
    name: 'saturated',
    doc: 'at the ends of a bounded activation its derivative is near 0',
    look(patient) {
      if (!patient.signals) return lacksSignals
      return patient.signals.layers.flatMap(({ path, kind, activation }): Found[] => {
        const { low = 0, high = 0 } = activation?.saturated ?? {}
        if (low + high <= limits.saturated.value) return []
        return [
          {
            severity: 'warning',
            layer: path,
            step: 0,
            title: {
              en: `${kind} is saturated from the start`,
              ko: `${kind}이 처음부터 포화되어 있습니다`,
            },
            meaning: {
              en: 'Most units are at the ends of their range, where a change of the input changes nothing. They pass on little of what comes back.',
              ko: '대부분의 유닛이 범위의 끝에 있어 입력이 바뀌어도 출력이 바뀌지 않습니다. 돌아오는 기울기도 거의 전하지 못합니다.',
            },
            evidence: [
              {
                name: { en: 'share at the ends', ko: '끝에 있는 비율' },
                value: low + high,
                limit: limits.saturated.value,
                beyond: 'above',
              },
            ],
            prescriptions: [
              {
                text: { en: 'Smaller weights: Xavier.', ko: '더 작은 가중치, 곧 Xavier를 쓰세요.' },
                settings: ['init=xavierUniform'],
              },
              ...steadierSignals(patient).slice(-1),
            ],
            chart: signalCharts(patient.signals!).activations,
            source: limits.saturated.source,
          },
        ]
      })
    },
  },
  {
    name: 'silent-units',
    doc: 'a unit that is 0 for every example gets no gradient and stays so',
    look(patient) {
      if (!patient.signals) return lacksSignals
      return patient.signals.layers.flatMap(({ path, activation }): Found[] => {
        const silent = activation?.silent ?? 0
        if (silent <= limits.silent.value) return []
        return [
          {
            severity: silent === 1 ? 'error' : 'warning',
            layer: path,
            step: 0,
            title: { en: 'Units are dead from the start', ko: '처음부터 죽은 유닛이 많습니다' },
            meaning: {
              en: 'These units give 0 for every example of the batch, so no gradient reaches their weights. Biases far below 0 or inputs that are never positive do this.',
              ko: '이 유닛들은 배치의 모든 예에 0을 내므로 가중치에 기울기가 닿지 않습니다. 편향이 너무 작거나 입력이 늘 음수일 때 이렇게 됩니다.',
            },
            evidence: [
              {
                name: { en: 'share of dead units', ko: '죽은 유닛의 비율' },
                value: silent,
                limit: limits.silent.value,
                beyond: 'above',
              },
            ],
            prescriptions: [
              {
                text: {
                  en: 'Leaky ReLU, which is never flat.',
                  ko: '평평한 곳이 없는 Leaky ReLU를 쓰세요.',
                },
                settings: ['model.activation=leakyRelu'],
              },
              ...steadierSignals(patient),
            ],
            chart: signalCharts(patient.signals!).activations,
            source: limits.silent.source,
          },
        ]
      })
    },
  },
]
