import { sizeOf } from '../../base/index.ts'
import { type LayerConfig, mainLoss, type ParamSpec } from '../../nn/index.ts'
import { limits } from '../limits.ts'
import { type Patient, settingOf, stackOf, without } from '../patient.ts'
import type { Found, Rule } from '../rule.ts'
import {
  isActivation,
  isWeighted,
  lastLayer,
  matricesBehind,
  matricesOf,
  type PlacedLayer,
  sourceBefore,
} from '../structure.ts'

/** Losses that take logits, and so make shares of them on their own. */
const onLogits = new Set(['crossEntropy', 'binaryCrossEntropy', 'hinge'])
/** Applied once more to its own result it changes nothing. */
const harmless = new Set(['logSoftmax'])

const allLayers = ({ applied }: Patient): PlacedLayer[] =>
  [...applied.layers].map(([path, layer]) => ({ path, ...layer }))

/** The stack of a model with an activation before one of its layers, as a setting. */
function withBefore({ experiment }: Patient, path: string, kind: string): string[] {
  const layers = /^\d+$/.test(path) ? stackOf(experiment.model) : undefined
  if (!layers) return []
  return [`model.layers=${JSON.stringify(layers.toSpliced(Number(path), 0, { kind } as never))}`]
}

/**
 * Whether two layers in a row say more together than one of them: through the narrowest place of a net, as
 * the code of an auto-encoder is, goes a matrix of lower rank than one layer has.
 */
function isCode({ applied }: Patient, path: string, next: string): boolean {
  const shapeOf = (of: string) =>
    applied.params.get(of === '' ? 'weight' : `${of}.weight`)?.value.shape ?? []
  const [width = 0, ...from] = shapeOf(path)
  const [to = 0] = shapeOf(next)
  const widths = [...applied.params].flatMap(([name, { value }]) =>
    name.endsWith('weight') && value.shape.length > 1 ? [value.shape[0]!] : [],
  )
  return width < Math.min(sizeOf(from), to) && width === Math.min(...widths)
}

/** Layers that switch units off. */
const isDropout = (config: LayerConfig): config is Extract<LayerConfig, { rate: number }> =>
  config.kind === 'dropout' || config.kind === 'alphaDropout'

/**
 * Whether the units of a layer differ though their weights do not: outputs of a net have targets of their
 * own, and the end of a branch is added to what differs, as it is started at 0 on purpose.
 */
function isToldApart({ applied }: Patient, path: string): boolean {
  const output = applied.layers.get(path)?.output
  if (output === undefined) return false
  const ends = [...applied.layers].filter(([name]) => name.endsWith('branch'))
  return output === applied.output || ends.some(([, layer]) => layer.output === output)
}

/** Whether all weights of a matrix start as the same number. */
const hasOneNumber = ({ init: { kind } }: ParamSpec): boolean =>
  kind === 'zeros' || kind === 'ones' || kind === 'constant'

/**
 * Whether nothing tells the units of a layer apart: neither its weights nor those behind it, that gradients come
 * back through. From 0 they do not get apart as well: each moves along the gradient of one and the same activation.
 */
function staysAlike(patient: Patient, path: string): boolean {
  const behind = matricesBehind(patient, path)
  return behind.length > 0 && [...matricesOf(patient, path), ...behind].every(hasOneNumber)
}

/** What can be told from the description alone. */
export const modelRules: readonly Rule<Patient>[] = [
  {
    name: 'activation-on-logits',
    doc: 'a loss that takes logits gets what an activation has already squeezed',
    look(patient) {
      const { kind } = mainLoss(patient.experiment.loss)
      if (!onLogits.has(kind)) return `the loss ${kind} takes no logits`
      const last = lastLayer(patient)
      if (!last || !isActivation(last) || harmless.has(last.config.kind)) return []
      const { path, config } = last
      const isTwice = config.kind === 'softmax' || config.kind === 'sigmoid'
      return [
        {
          severity: 'error',
          layer: path,
          title: isTwice
            ? { en: `${config.kind} is applied twice`, ko: `${config.kind}이 두 번 적용됩니다` }
            : {
                en: `The logits go through ${config.kind}`,
                ko: `로짓이 ${config.kind}을 지나갑니다`,
              },
          meaning: isTwice
            ? {
                en: `${kind} makes shares of logits itself. Of shares it makes nearly equal ones, so that the loss cannot fall far and gradients are small.`,
                ko: `${kind}은 로짓을 스스로 확률로 바꿉니다. 확률을 다시 바꾸면 거의 고른 값이 되어 손실이 많이 줄지 못하고 기울기도 작아집니다.`,
              }
            : {
                en: 'An answer that has to be negative cannot be given, or only within a narrow range. Units that are cut off get no gradient.',
                ko: '음수여야 할 답을 낼 수 없거나 좁은 범위로만 낼 수 있습니다. 잘린 유닛에는 기울기가 없습니다.',
              },
          evidence: [
            {
              name: { en: `activations before ${kind}`, ko: `${kind} 앞의 활성화` },
              value: 1,
              limit: 0,
              beyond: 'above',
            },
          ],
          prescriptions: [
            {
              text: { en: 'Leave the last activation out.', ko: '마지막 활성화를 빼세요.' },
              settings: without(patient, path),
            },
          ],
          source: 'UMLAUT (Schoop et al. 2021): missing or doubled softmax',
        },
      ]
    },
  },
  {
    name: 'activation-missing',
    doc: 'affine functions one after the other are one affine function',
    look(patient) {
      return allLayers(patient)
        .filter(isWeighted)
        .flatMap((layer): Found[] => {
          const before = sourceBefore(patient, layer.inputs[0])
          if (!before || !isWeighted(before) || isCode(patient, before.path, layer.path)) return []
          return [
            {
              severity: 'warning',
              layer: layer.path,
              title: {
                en: `Nothing bends between ${before.path} and ${layer.path}`,
                ko: `${before.path}과 ${layer.path} 사이에 비선형이 없습니다`,
              },
              meaning: {
                en: 'Two layers of weights without an activation between them compute what one layer can. The first adds parameters and nothing else.',
                ko: '활성화 없이 이어진 두 층은 한 층으로도 계산할 수 있는 것만 계산합니다. 앞의 층은 매개변수만 늘립니다.',
              },
              evidence: [
                {
                  name: { en: 'activations between them', ko: '그 사이의 활성화' },
                  value: 0,
                  limit: 1,
                  beyond: 'below',
                },
              ],
              prescriptions: [
                {
                  text: { en: 'Put a ReLU between them.', ko: '그 사이에 ReLU를 넣으세요.' },
                  settings: withBefore(patient, layer.path, 'relu'),
                },
              ],
              source: 'algebra: W2 (W1 x + b1) + b2 = (W2 W1) x + (W2 b1 + b2)',
            },
          ]
        })
    },
  },
  {
    name: 'dropout-too-high',
    doc: 'what is switched off passes no gradient',
    look(patient) {
      return allLayers(patient).flatMap(({ path, config }): Found[] => {
        if (!isDropout(config) || config.rate <= limits.dropout.value) return []
        const setting = settingOf(patient, path, 'rate')
        return [
          {
            severity: 'warning',
            layer: path,
            title: { en: 'Dropout leaves too little', ko: '드롭아웃이 너무 많이 끕니다' },
            meaning: {
              en: 'So few units are left in a step that the net fits the data badly even in training. Rates up to .5 are usual for hidden layers.',
              ko: '한 단계에 남는 유닛이 너무 적어 훈련 데이터도 잘 맞추지 못합니다. 은닉층에는 보통 .5까지 씁니다.',
            },
            evidence: [
              {
                name: { en: 'share switched off', ko: '끄는 비율' },
                value: config.rate,
                limit: limits.dropout.value,
                beyond: 'above',
              },
            ],
            prescriptions: [
              {
                text: { en: 'Lower the rate.', ko: '비율을 낮추세요.' },
                settings: setting ? [`${setting}=0.3`] : [],
              },
            ],
            source: limits.dropout.source,
          },
        ]
      })
    },
  },
  {
    name: 'norm-of-few',
    doc: 'the mean of a small batch says little about the data',
    look(patient) {
      const { batchSize } = patient.experiment
      return allLayers(patient).flatMap(({ path, config, inputs }): Found[] => {
        const [, , ...places] = inputs[0]?.shape ?? []
        const count = batchSize * places.reduce((product, size) => product * size, 1)
        if (config.kind !== 'batchNorm' || count >= limits.normBatch.value) return []
        return [
          {
            severity: count < 2 ? 'error' : 'warning',
            layer: path,
            title: {
              en: 'Batch normalisation goes by too few',
              ko: '배치 정규화의 배치가 너무 작습니다',
            },
            meaning: {
              en: 'Its mean and variance change from batch to batch by more than the signal does. In inference the running statistics then belong to another function than was trained.',
              ko: '평균과 분산이 배치마다 신호보다 더 크게 바뀝니다. 그러면 추론 때 쓰는 통계는 훈련한 것과 다른 함수의 것이 됩니다.',
            },
            evidence: [
              {
                name: { en: 'values for each mean', ko: '평균마다 쓰는 값' },
                value: count,
                limit: limits.normBatch.value,
                beyond: 'below',
              },
            ],
            prescriptions: [
              {
                text: { en: 'Take larger batches.', ko: '배치를 키우세요.' },
                settings: ['batchSize=32'],
              },
              {
                text: {
                  en: 'Or normalise each example on its own.',
                  ko: '또는 예마다 정규화하세요.',
                },
                settings: settingOf(patient, path, 'kind')
                  ? [`model.layers.${path}=layerNorm`]
                  : [],
              },
            ],
            source: limits.normBatch.source,
          },
        ]
      })
    },
  },
  {
    name: 'weights-alike',
    doc: 'units that start alike, and before weights that are alike, get equal gradients and stay alike',
    look(patient) {
      return [...patient.applied.params].flatMap(([name, param]): Found[] => {
        if (!hasOneNumber(param) || param.value.shape.length < 2) return []
        const path = name.split('.').slice(0, -1).join('.')
        // A recurrent layer without weights between its steps is another one, whose units differ.
        if (isToldApart(patient, path) || name.endsWith('weight_hh_l0')) return []
        if (param.init.kind !== 'zeros' && !staysAlike(patient, path)) return []
        const setting = settingOf(patient, path, 'weightInit')
        return [
          {
            severity: 'error',
            layer: path,
            title: {
              en: 'The weights start all alike',
              ko: '가중치가 모두 같은 값에서 시작합니다',
            },
            meaning: {
              en: 'Every unit of the layer computes the same, and where the weights behind it are alike too each gets the same gradient, so the layer stays as good as one unit. With weights of 0, layers below get no gradient at all.',
              ko: '그 층의 모든 유닛이 같은 것을 계산하고, 뒤따르는 가중치도 같으면 같은 기울기를 받으므로 유닛 하나와 다름없습니다. 가중치가 0이면 아래 층에는 기울기가 전혀 가지 않습니다.',
            },
            evidence: [
              {
                name: { en: 'different weights', ko: '서로 다른 가중치' },
                value: 1,
                limit: 2,
                beyond: 'below',
              },
            ],
            prescriptions: [
              {
                text: {
                  en: 'Draw them: He for ReLU, Xavier for the others.',
                  ko: '무작위로 뽑으세요. ReLU에는 He, 나머지에는 Xavier입니다.',
                },
                settings: setting ? [`${setting}=heNormal`] : ['init=heNormal'],
              },
            ],
            source: 'symmetry: equal weights have equal gradients; lecture 10-2',
          },
        ]
      })
    },
  },
]
