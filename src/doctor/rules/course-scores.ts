import {
  type Course,
  chanceOf,
  curveOf,
  firstUpdateOf,
  learningOf,
  matrixPaths,
  mean,
  type Points,
  stepChart,
} from '../course.ts'
import { type Epochs, epochsOf, lacksValidation, scoreChart } from '../epochs.ts'
import { limits } from '../limits.ts'
import { factorTo, ratesTimes } from '../rate.ts'
import type { Found, Look, Rule } from '../rule.ts'

/** The least of means over a few epochs around each: the turn of a noisy curve. */
function turn(points: Points): { at: number; value: number } {
  const values = points.map((_, i) => {
    const around = points.slice(Math.max(0, i - 1), i + 2)
    return around.reduce((sum, { value }) => sum + value, 0) / around.length
  })
  const value = Math.min(...values)
  return { at: values.indexOf(value), value }
}

/** Kinds of layers that make training harder than it is in inference. */
const disturbing = /dropout|noise/i

function isDisturbed({ experiment, applied }: Course): boolean {
  const kinds = [...applied.layers.values()].map(({ config }) => config.kind)
  return kinds.some(kind => disturbing.test(kind)) || (experiment.augment ?? []).length > 0
}

/**
 * By how many standard errors validation is ahead of training, in each of the last epochs. The figure of
 * training is that of the next epoch: while an epoch goes on the net is still learning.
 */
function easierBy(course: Course, { train, validation }: Epochs): number[] {
  const { rows } = course.experiment.data.description
  const spread = 1 / (rows.train ?? 1) + 1 / (rows.validation ?? 1)
  const [ours, theirs] = ['train', 'validation'].map(split =>
    curveOf(course, `epoch/${split}_accuracy`),
  )
  const isClassified = ours!.length > 0 && theirs!.length === ours!.length
  const [a, b] = isClassified ? [ours!, theirs!] : [train, validation]
  const gaps = b.slice(0, -1).map(({ value: theirs }, i) => {
    const ours = a[i + 1]?.value ?? Number.NaN
    // Of a share p the variance is p (1 - p) / n, of a mean square m about 2 m^2 / n.
    if (!isClassified) return (ours - theirs) / (ours * Math.sqrt(2 * spread))
    const p = Math.min(Math.max(ours, 0.01), 0.99)
    return (theirs - ours) / Math.sqrt(p * (1 - p) * spread)
  })
  return gaps.slice(-5)
}

/** A row that is answered wrong costs about so many times the loss of knowing nothing. */
const costOfWrong = 3

/**
 * The standard error of a validation loss. Of cross-entropy nearly all comes from the few rows that are wrong,
 * so that it varies as their count does; a mean of n squares m varies by m sqrt(2 / n).
 */
function luckOf(course: Course, loss: number): number {
  const { validation = 1 } = course.experiment.data.description.rows
  const chance = chanceOf(course)
  return chance === undefined
    ? loss * Math.sqrt(2 / validation)
    : Math.sqrt((loss * costOfWrong * chance) / validation)
}

/**
 * By how much training is ahead of validation in accuracy over the last epochs; 0 where that is within three
 * standard errors, and where nothing is classified.
 */
function gapOf(course: Course): number {
  const [ours, theirs] = ['train', 'validation'].map(split =>
    curveOf(course, `epoch/${split}_accuracy`).slice(-5),
  )
  if (ours!.length < 5 || theirs!.length < 5) return 0
  const [a, b] = [mean(ours!), mean(theirs!)]
  const { validation = 1 } = course.experiment.data.description.rows
  const isLuck = a - b < 3 * Math.sqrt((b * (1 - b)) / validation)
  return isLuck ? 0 : a - b
}

/**
 * By how much training is ahead of validation in the loss of a regression over the last epochs, as a share
 * of the loss of the first steps; 0 where that is luck, or nothing beside what is left in training too.
 */
function leadOf(course: Course, { train, validation }: Epochs): number {
  const learning = learningOf(course)
  if (!learning || curveOf(course, 'epoch/train_accuracy').length > 0 || train.length < 5) return 0
  const [ours, theirs] = [mean(train.slice(-5)), mean(validation.slice(-5))]
  const isClear = theirs > muchLarger * ours && theirs - ours > 3 * luckOf(course, theirs)
  return isClear ? (theirs - ours) / learning.chance : 0
}

/** Noise alone makes the loss of other rows a few times that of the rows that were learnt. */
const muchLarger = 10

/** What the scores of training and validation tell side by side, and what failed. */
export const courseScoreRules: readonly Rule<Course>[] = [
  {
    name: 'not-finite',
    doc: 'infinity and NaN are kept by every step after them',
    look(course): Look {
      const { failure, divergence, scalars } = course.record
      const bad = (scalars['train/loss'] ?? []).find(({ value }) => !Number.isFinite(value))
      if (!divergence && !bad && !/finite|NaN/.test(failure ?? '')) return []
      const steps = curveOf(course, 'train/loss')
      const step = divergence?.step ?? bad?.step ?? steps.at(-1)?.step ?? 0
      const found: Found = {
        severity: 'error',
        ...(divergence && course.applied.layers.has(divergence.layer)
          ? { layer: divergence.layer }
          : {}),
        step,
        title: { en: 'Numbers are no longer finite', ko: '수가 유한하지 않습니다' },
        meaning: {
          en: divergence
            ? `${divergence.sentence}.`.replace(/\.\.$/, '.')
            : 'A loss or a weight became infinite or NaN. All that is computed from it is lost too.',
          ko: divergence
            ? `${step}번째 걸음에서 처음으로 유한하지 않은 값이 나왔습니다. 비행 기록: ${divergence.sentence}`
            : '손실이나 가중치가 무한대 또는 NaN이 되었습니다. 거기서 계산되는 모든 값도 쓸 수 없습니다.',
        },
        evidence: [
          {
            name: { en: 'step of the first bad value', ko: '처음 나쁜 값이 나온 걸음' },
            value: step,
          },
        ],
        prescriptions: [
          ...ratesTimes(course, [...new Set([factorTo(firstUpdateOf(course), 'down'), 0.1, 0.01])]),
          {
            text: { en: 'Clip the gradient.', ko: '기울기를 자르세요.' },
            settings: ['clip=clipByNorm'],
          },
        ],
        chart: stepChart('Training loss', 'loss', { loss: steps }, 'log'),
        source: 'IEEE 754: NaN is kept by every sum; the flight recorder made the step again',
      }
      return [found]
    },
  },
  {
    name: 'overfitting',
    explainedBy: ['learning-rate-too-high', 'norm-statistics', 'not-finite'],
    doc: 'what is learnt of the training rows alone makes answers to others worse',
    look(course): Look {
      const epochs = epochsOf(course)
      if (!epochs) return lacksValidation
      const { train, validation } = epochs
      const last = validation.slice(-3)
      const { at, value: least } = turn(validation)
      const end = last.reduce((sum, { value }) => sum + value, 0) / last.length
      const isLong = validation.length - 1 - at >= 3
      const trainAt = train[at]?.value ?? Number.NaN
      const hasFallen = (train.at(-1)?.value ?? Number.NaN) < 0.9 * trainAt
      const gap = gapOf(course)
      const lead = leadOf(course, epochs)
      const isAhead = gap > limits.gap.value || lead > limits.lead.value
      const isTurned =
        isLong &&
        hasFallen &&
        end > limits.overfitting.value * least &&
        end - least > luckOf(course, end)
      if (!isTurned && !isAhead) return []
      const restores = course.experiment.earlyStopping?.restoreBest === true
      return [
        {
          severity: restores ? 'note' : 'warning',
          step: validation[at]!.step,
          title: { en: 'The net overfits', ko: '과적합입니다' },
          meaning: isTurned
            ? {
                en: `Since epoch ${at + 1} the loss of validation rises while that of training falls. What the net has learnt since then holds for the training rows alone.`,
                ko: `${at + 1}번째 에폭부터 훈련 손실은 줄지만 검증 손실은 커집니다. 그 뒤로 배운 것은 훈련 데이터에만 맞습니다.`,
              }
            : {
                en: 'The net answers the rows that it was trained on far better than others. Much of what it has learnt holds for those rows alone.',
                ko: '훈련한 데이터를 다른 데이터보다 훨씬 잘 맞춥니다. 배운 것의 많은 부분이 훈련 데이터에만 맞습니다.',
              },
          evidence: [
            {
              name: { en: 'validation loss, last over least', ko: '검증 손실, 마지막 / 최소' },
              value: end / least,
              ...(isTurned ? { limit: limits.overfitting.value, beyond: 'above' as const } : {}),
            },
            {
              name: { en: 'training loss, last over then', ko: '훈련 손실, 마지막 / 그때' },
              value: train.at(-1)!.value / trainAt,
            },
            ...(gap > limits.gap.value
              ? [
                  {
                    name: { en: 'lead of training in accuracy', ko: '훈련 정확도가 앞서는 정도' },
                    value: gap,
                    limit: limits.gap.value,
                    beyond: 'above' as const,
                  },
                ]
              : []),
            ...(lead > limits.lead.value
              ? [
                  {
                    name: {
                      en: 'lead of training in the loss, over that of the start',
                      ko: '훈련 손실이 앞서는 정도 / 처음 손실',
                    },
                    value: lead,
                    limit: limits.lead.value,
                    beyond: 'above' as const,
                  },
                ]
              : []),
          ],
          prescriptions: restores ? [] : againstOverfitting(course),
          chart: scoreChart(epochs),
          source: limits.overfitting.source,
        },
      ]
    },
  },
  {
    name: 'validation-easier',
    doc: 'rows of the same kind cannot be easier than those that were trained on',
    look(course): Look {
      const epochs = epochsOf(course)
      if (!epochs) return lacksValidation
      if (isDisturbed(course)) return 'training is made harder than inference on purpose'
      const gaps = easierBy(course, epochs)
      if (gaps.length < 3) return 'fewer than four epochs were scored'
      const gap = gaps.sort((x, y) => x - y)[gaps.length >> 1]!
      if (gap <= limits.easier.value) return []
      return [
        {
          severity: 'warning',
          step: epochs.validation.at(-1)!.step,
          title: {
            en: 'Validation is easier than training',
            ko: '검증 데이터가 훈련 데이터보다 쉽습니다',
          },
          meaning: {
            en: 'The net answers rows that it never saw better than those that it was trained on. The two were not drawn alike: rows are repeated, sorted, or cleaner in one of them, so that the score is too good.',
            ko: '본 적 없는 데이터를 훈련 데이터보다 더 잘 맞춥니다. 둘이 같은 방식으로 뽑히지 않았습니다. 한쪽에 중복이 있거나, 정렬되었거나, 더 깨끗해서 점수가 실제보다 좋게 나옵니다.',
          },
          evidence: [
            {
              name: {
                en: 'lead of validation, in standard errors',
                ko: '검증이 앞서는 정도, 표준오차 단위',
              },
              value: gap,
              limit: limits.easier.value,
              beyond: 'above',
            },
          ],
          prescriptions: [
            {
              text: {
                en: 'Mix all rows and split them again.',
                ko: '모든 행을 섞어 다시 나누세요.',
              },
              settings: [],
            },
          ],
          chart: scoreChart(epochs),
          source: limits.easier.source,
        },
      ]
    },
  },
]

/** The state before the turn, and what holds weights or units back. */
function againstOverfitting({ experiment, ...course }: Course) {
  const { model } = experiment
  const layers = model.kind === 'sequential' ? model.layers : undefined
  const lastMatrix = matrixPaths({ experiment, ...course }).at(-1)
  const hasDropout = layers?.some(({ kind }) => kind === 'dropout')
  return [
    {
      text: {
        en: 'Stop early, and take the weights of the best epoch.',
        ko: '조기 종료를 쓰고 가장 좋은 에폭의 가중치를 쓰세요.',
      },
      settings: ['earlyStopping=earlyStopping'],
    },
    ...(layers && !hasDropout && lastMatrix && /^\d+$/.test(lastMatrix) && lastMatrix !== '0'
      ? [
          {
            text: {
              en: 'Dropout before the last layer.',
              ko: '마지막 층 앞에 드롭아웃을 넣으세요.',
            },
            settings: [
              `model.layers=${JSON.stringify(layers.toSpliced(Number(lastMatrix), 0, { kind: 'dropout', rate: 0.5 } as never))}`,
            ],
          },
        ]
      : []),
    {
      text: { en: 'A penalty on large weights.', ko: '큰 가중치에 벌점을 주세요.' },
      settings: ['penalty=l2'],
    },
  ]
}
