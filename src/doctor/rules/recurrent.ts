import type { Chart } from '../../charts/index.ts'
import type { Prescription } from '../diagnosis.ts'
import { saturated } from '../illnesses.ts'
import { limits } from '../limits.ts'
import { type Patient, settingOf } from '../patient.ts'
import { factorOfStep, forgets, type RecurrentLayer, reachOf } from '../recurrent.ts'
import type { Found, Rule } from '../rule.ts'

const lacksLayers = 'nothing is recurrent'

/** Finds something in recurrent layers as they start. */
const inLayers =
  (find: (layer: RecurrentLayer, patient: Patient) => Found | undefined) => (patient: Patient) => {
    const layers = patient.recurrent()
    if (layers.length === 0) return lacksLayers
    return layers.flatMap(layer => find(layer, patient) ?? [])
  }

const throughTime = ({ slopes }: RecurrentLayer): Chart => ({
  kind: 'lines',
  title: 'Gradient of the last state by the input of each step (rms)',
  x: { label: 'step of the sequence' },
  y: { label: 'rms', scale: 'log' },
  series: [
    {
      name: 'gradient',
      points: slopes.flatMap((slope, t) => (slope > 0 ? [[t + 1, slope] as const] : [])),
    },
  ],
})

/** Weights between steps that keep lengths, and gates that begin open. */
function steadier(patient: Patient, { path, kind }: RecurrentLayer): Prescription[] {
  const setting = settingOf(patient, path, 'recurrentInit')
  if (!setting) return []
  const at = (name: string) => setting.replace('recurrentInit', name)
  const bias = { kind: 'constant', value: kind === 'rnn' ? 0 : 1 }
  return [
    {
      text: {
        en: 'Orthogonal weights between steps, and gates that begin open.',
        ko: '단계 사이에 직교 가중치를 쓰고 게이트를 연 채로 시작하세요.',
      },
      settings: [
        `${setting}=orthogonal`,
        `${at('weightInit')}=xavierUniform`,
        `${at('biasInit')}=${JSON.stringify(bias)}`,
      ],
    },
  ]
}

const source = limits.forgetting.source

function vanishing(layer: RecurrentLayer, patient: Patient): Found {
  const reach = reachOf(layer)
  return {
    // Layers of the usual kinds lose half at each step, and many learn with that.
    severity: forgets(layer) ? 'error' : 'warning',
    layer: layer.path,
    step: 0,
    title: { en: 'The gradient vanishes through time', ko: '기울기가 시간을 거슬러 사라집니다' },
    meaning: {
      en: `From its last step back to the first of ${layer.steps} the gradient of this ${layer.kind} shrinks to a share of ${reach.toExponential(1)}. What came early in a sequence cannot be learnt from.`,
      ko: `${layer.steps}단계의 마지막에서 처음까지 돌아오는 동안 이 ${layer.kind}의 기울기가 ${reach.toExponential(1)}배로 줄어듭니다. 앞에서 들어온 것으로는 배울 수 없습니다.`,
    },
    evidence: [
      {
        name: { en: 'factor of one step back', ko: '한 단계를 거슬러 갈 때의 배율' },
        value: factorOfStep(layer),
        ...(forgets(layer) ? { limit: limits.forgetting.value, beyond: 'below' as const } : {}),
      },
      {
        name: {
          en: 'gradient by the first step over the last',
          ko: '첫 단계 / 마지막 단계의 기울기',
        },
        value: reach,
        limit: limits.vanishing.value,
        beyond: 'below',
      },
    ],
    prescriptions: steadier(patient, layer),
    chart: throughTime(layer),
    source,
  }
}

/** What recurrent layers do between the steps of a sequence, before the first step of training. */
export const recurrentRules: readonly Rule<Patient>[] = [
  {
    name: 'vanishing-gradient',
    doc: 'a gradient is multiplied by the same weights at every step of a sequence',
    look: inLayers((layer, patient) =>
      forgets(layer) && reachOf(layer) < limits.vanishing.value
        ? vanishing(layer, patient)
        : undefined,
    ),
  },
  {
    name: 'exploding-gradient',
    doc: 'a gradient is multiplied by the same weights at every step of a sequence',
    look: inLayers((layer, patient) => {
      const reach = reachOf(layer)
      if (!(reach > limits.exploding.value)) return undefined
      return {
        severity: 'error',
        layer: layer.path,
        step: 0,
        title: {
          en: 'The gradient explodes through time',
          ko: '기울기가 시간을 거슬러 폭발합니다',
        },
        meaning: {
          en: `From its last step back to the first of ${layer.steps} the gradient of this ${layer.kind} grows ${reach.toPrecision(2)} times. One step of training throws the weights far off.`,
          ko: `${layer.steps}단계의 마지막에서 처음까지 돌아오는 동안 이 ${layer.kind}의 기울기가 ${reach.toPrecision(2)}배로 커집니다. 한 걸음에 가중치가 멀리 튕깁니다.`,
        },
        evidence: [
          {
            name: {
              en: 'gradient by the first step over the last',
              ko: '첫 단계 / 마지막 단계의 기울기',
            },
            value: reach,
            limit: limits.exploding.value,
            beyond: 'above',
          },
        ],
        prescriptions: [
          ...steadier(patient, layer),
          {
            text: { en: 'Clip the gradient.', ko: '기울기를 자르세요.' },
            settings: ['clip=clipByNorm'],
          },
        ],
        chart: throughTime(layer),
        source,
      }
    }),
  },
  {
    name: 'saturated',
    doc: 'gates and states at their ends pass nothing on from step to step',
    look: inLayers((layer, patient) =>
      layer.saturated > limits.saturated.value
        ? saturated(layer.kind, layer.saturated, {
            layer: layer.path,
            step: 0,
            prescriptions: steadier(patient, layer),
            chart: throughTime(layer),
          })
        : undefined,
    ),
  },
]

/** Of a run that has learnt nothing: usual layers forget over some ten steps, which many sequences do with. */
export const forgettingRule: Rule<Patient> = {
  name: 'vanishing-gradient',
  doc: 'a gradient is multiplied by the same weights at every step of a sequence',
  isSymptom: true,
  look: inLayers((layer, patient) =>
    reachOf(layer) < limits.vanishing.value ? vanishing(layer, patient) : undefined,
  ),
}
