import type { SplitSummary } from '../../data/index.ts'
import type { Prescription } from '../diagnosis.ts'
import { limits } from '../limits.ts'
import { type Patient, stackOf } from '../patient.ts'
import type { Rule } from '../rule.ts'

const lacksSignals = 'the model could not be sent a batch'

/** A batch normalisation in front, where the model is a plain stack. */
function normalizedFirst({ experiment }: Patient, rms: number): Prescription[] {
  const layers = stackOf(experiment.model)
  if (!layers) return []
  // What is added to the variance must be small beside it.
  const epsilon = Number((rms ** 2 / 1000).toPrecision(1))
  const norm = { kind: 'batchNorm', ...(epsilon < 1e-5 ? { epsilon } : {}) }
  return [
    {
      text: {
        en: 'Or let a batch normalisation in front do it.',
        ko: '또는 맨 앞의 배치 정규화에 맡기세요.',
      },
      settings: [`model.layers=${JSON.stringify([norm, ...layers])}`],
    },
  ]
}

const shares = (counts: readonly number[]): { least: number; most: number } => ({
  least: Math.min(...counts),
  most: Math.max(...counts),
})

/** What can be wrong with the data alone. */
export const dataRules: readonly Rule<Patient>[] = [
  {
    name: 'inputs-unscaled',
    doc: 'inputs far from variance 1 make the first weights learn at a rate of their own',
    bringsAbout: [
      'start-loss',
      'vanishing-gradient',
      'exploding-gradient',
      'saturated',
      'silent-units',
    ],
    look(patient) {
      const { signals, applied } = patient
      if (!signals) return lacksSignals
      if (applied.indices.length > 0) return 'the inputs are indices, whose size says nothing'
      const { rms } = signals.inputs
      const [isLarge, isSmall] = [rms > limits.inputRms.value, rms < limits.inputRmsLow.value]
      if ((!isLarge && !isSmall) || rms === 0) return []
      const limit = isLarge ? limits.inputRms : limits.inputRmsLow
      return [
        {
          severity: 'warning',
          title: { en: 'The inputs are not scaled', ko: '입력의 크기가 맞춰져 있지 않습니다' },
          meaning: {
            en: 'Gradients of the first weights grow with the inputs, so that one learning rate cannot suit the first layer and the others. Activations may saturate before anything is learnt.',
            ko: '첫 층 가중치의 기울기는 입력의 크기에 비례하므로 하나의 학습률이 첫 층과 나머지 층에 함께 맞을 수 없습니다. 배우기도 전에 활성값이 포화될 수 있습니다.',
          },
          evidence: [
            {
              name: { en: 'rms of the inputs', ko: '입력의 rms' },
              value: rms,
              limit: limit.value,
              beyond: isLarge ? 'above' : 'below',
            },
          ],
          prescriptions: [
            {
              text: {
                en: "Normalise them with the data: normalize: 'standard', fitted on the training part.",
                ko: "데이터에서 normalize: 'standard'로 정규화하세요. 통계는 훈련 데이터에서만 구합니다.",
              },
              settings: [],
            },
            ...normalizedFirst(patient, rms),
          ],
          source: limit.source,
        },
      ]
    },
  },
  {
    name: 'inputs-constant',
    doc: 'inputs that are all alike tell nothing',
    look({ data }) {
      const inputs = data.train?.inputs
      if (!inputs || inputs.std > 0) return []
      return [
        {
          severity: 'error',
          title: { en: 'All inputs are the same number', ko: '모든 입력이 같은 수입니다' },
          meaning: {
            en: 'Nothing can be told apart by them. The file, the column or the decoding is likely wrong.',
            ko: '이 입력으로는 아무것도 구별할 수 없습니다. 파일이나 열, 또는 읽는 방법이 잘못되었을 것입니다.',
          },
          evidence: [
            {
              name: { en: 'standard deviation', ko: '표준편차' },
              value: 0,
              limit: 0,
              beyond: 'below',
            },
            { name: { en: 'the number', ko: '그 값' }, value: inputs.mean },
          ],
          prescriptions: [],
          source: 'a constant has no information',
        },
      ]
    },
  },
  {
    name: 'inputs-missing',
    doc: 'a missing number among inputs makes every sum that it enters NaN',
    look({ data }) {
      return Object.entries(data).flatMap(([split, summary]) => {
        const { missing = 0 } = (summary as SplitSummary).inputs
        if (missing === 0) return []
        return [
          {
            severity: 'error' as const,
            title: {
              en: `Inputs of ${split} are missing`,
              ko: `${split} 입력에 빠진 값이 있습니다`,
            },
            meaning: {
              en: 'A number that is not one spreads to the loss and, in the next step, to every weight. Training stops there.',
              ko: '수가 아닌 값은 손실로, 다음 단계에서는 모든 가중치로 퍼집니다. 훈련은 거기서 멈춥니다.',
            },
            evidence: [
              {
                name: { en: 'missing numbers', ko: '빠진 값' },
                value: missing,
                limit: 0,
                beyond: 'above' as const,
              },
            ],
            prescriptions: [
              {
                text: {
                  en: 'Drop the rows, or fill the gaps when the table is read.',
                  ko: '표를 읽을 때 그 행을 버리거나 빈칸을 채우세요.',
                },
                settings: [],
              },
            ],
            source: 'IEEE 754: NaN is kept by every sum',
          },
        ]
      })
    },
  },
  {
    name: 'classes-imbalanced',
    doc: 'a class that is rare costs little to ignore',
    look({ data, classes }) {
      const counts = data.train?.classCounts
      if (!counts || classes === undefined) return 'the targets are not classes'
      const { least, most } = shares(counts)
      if (most <= limits.imbalance.value * least) return []
      const isAbsent = least === 0
      return [
        {
          severity: isAbsent ? 'error' : 'warning',
          title: isAbsent
            ? { en: 'A class has no examples', ko: '예가 하나도 없는 클래스가 있습니다' }
            : { en: 'Some classes are rare', ko: '드문 클래스가 있습니다' },
          meaning: {
            en: 'Always answering the commonest class already scores well, and the loss hardly tells of the others. Look at recall by class, not at accuracy alone.',
            ko: '가장 흔한 클래스만 답해도 점수가 좋고, 손실은 다른 클래스를 거의 말해 주지 않습니다. 정확도만 보지 말고 클래스별 재현율을 보세요.',
          },
          evidence: [
            {
              name: { en: 'largest class over smallest', ko: '가장 큰 클래스 / 가장 작은 클래스' },
              value: most / least,
              limit: limits.imbalance.value,
              beyond: 'above',
            },
            {
              name: {
                en: 'accuracy of always answering the commonest',
                ko: '가장 흔한 답만 했을 때의 정확도',
              },
              value: most / counts.reduce((sum, count) => sum + count, 0),
            },
          ],
          prescriptions: isAbsent
            ? []
            : [
                {
                  text: {
                    en: 'Weigh classes by rarity.',
                    ko: '드문 클래스에 더 큰 가중치를 주세요.',
                  },
                  settings: [`loss.classWeights=${JSON.stringify(inverse(counts))}`],
                },
              ],
          source: limits.imbalance.source,
        },
      ]
    },
  },
  {
    name: 'test-leaks',
    doc: 'rows that are in training too are remembered, not answered',
    look({ data }) {
      return (['validation', 'test'] as const).flatMap(split => {
        const summary = data[split]
        if (summary?.alsoInTraining === undefined) return []
        const share = summary.alsoInTraining / summary.rows
        if (share <= limits.leak.value) return []
        return [
          {
            severity: share > 0.5 ? ('error' as const) : ('warning' as const),
            title: {
              en: `Rows of ${split} are in training too`,
              ko: `${split}의 행이 훈련에도 들어 있습니다`,
            },
            meaning: {
              en: 'Their score tells what was remembered, not what was learnt. The figure will be too good.',
              ko: '그 점수는 배운 것이 아니라 외운 것을 말합니다. 수치가 실제보다 좋게 나옵니다.',
            },
            evidence: [
              {
                name: { en: 'share of rows', ko: '행의 비율' },
                value: share,
                limit: limits.leak.value,
                beyond: 'above' as const,
              },
            ],
            prescriptions: [
              {
                text: {
                  en: 'Split again, after removing duplicates.',
                  ko: '중복을 없앤 뒤 다시 나누세요.',
                },
                settings: [],
              },
            ],
            source: limits.leak.source,
          },
        ]
      })
    },
  },
]

/** Weights of classes in inverse proportion to their rows, with mean 1. */
function inverse(counts: readonly number[]): number[] {
  const inverted = counts.map(count => 1 / count)
  const mean = inverted.reduce((sum, x) => sum + x, 0) / counts.length
  return inverted.map(x => Number((x / mean).toPrecision(3)))
}
