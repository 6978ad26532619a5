import type { NumberSummary, SplitSummary } from '../../data/index.ts'
import type { Evidence, Prescription } from '../diagnosis.ts'
import { limits } from '../limits.ts'
import type { Patient } from '../patient.ts'
import type { Found, Rule } from '../rule.ts'

/** Fewer rows of a split differ by luck. */
const leastRows = 20
/** Standard errors that luck may come to. */
const luck = 5

/** How far numbers of one split are from those of another, in deviations; whichever is more, size or place. */
function shiftOf(ours: NumberSummary, theirs: NumberSummary): number {
  if (!(ours.std > 0) || !(theirs.std > 0)) return 0
  return Math.max(
    Math.abs(theirs.mean - ours.mean) / ours.std,
    Math.abs(Math.log(theirs.std / ours.std)),
  )
}

const shareOf = (counts: readonly number[], label: number): number =>
  (counts[label] ?? 0) / counts.reduce((sum, count) => sum + count, 0)

/** The share of rows that would have to be of another class: total variation. */
function variationOf(ours: readonly number[], theirs: readonly number[]): number {
  const classes = Math.max(ours.length, theirs.length)
  return (
    Array.from({ length: classes }, (_, k) =>
      Math.abs(shareOf(ours, k) - shareOf(theirs, k)),
    ).reduce((sum, x) => sum + x, 0) / 2
  )
}

/** What shows that a split is not of the kind that training is. */
function differences(train: SplitSummary, other: SplitSummary): Evidence[] {
  const rows = Math.min(train.rows, other.rows)
  if (rows < leastRows) return []
  const most = Math.max(limits.splitShift.value, luck / Math.sqrt(rows))
  const shift = (name: Evidence['name'], value: number): Evidence[] =>
    value > most ? [{ name, value, limit: most, beyond: 'above' }] : []
  const evidence = shift(
    { en: 'inputs, in deviations of training', ko: '입력의 차이, 훈련 표준편차 단위' },
    shiftOf(train.inputs, other.inputs),
  )
  if (train.targets && other.targets)
    evidence.push(
      ...shift(
        { en: 'targets, in deviations of training', ko: '목표의 차이, 훈련 표준편차 단위' },
        shiftOf(train.targets, other.targets),
      ),
    )
  if (train.classCounts && other.classCounts) {
    const value = variationOf(train.classCounts, other.classCounts)
    const limit = Math.max(
      limits.splitClasses.value,
      2 * Math.sqrt(train.classCounts.length / rows),
    )
    if (value > limit)
      evidence.push({
        name: { en: 'shares of classes that differ', ko: '클래스 비율의 차이' },
        value,
        limit,
        beyond: 'above',
      })
  }
  return evidence
}

const drawnAnew: Prescription = {
  text: {
    en: 'Mix all rows, split them again, and scale every part by the statistics of training.',
    ko: '모든 행을 섞어 다시 나누고, 모든 부분의 크기를 훈련 데이터의 통계로 맞추세요.',
  },
  settings: [],
}

/** The share of neighbouring rows of one class, beyond that of rows in any order. */
function orderOf(labels: ArrayLike<number | bigint>, counts: readonly number[]): number {
  let same = 0
  for (let i = 1; i < labels.length; i++) if (labels[i] === labels[i - 1]) same++
  const byChance = counts.reduce((sum, _, k) => sum + shareOf(counts, k) ** 2, 0)
  return same / Math.max(1, labels.length - 1) - byChance
}

/** How rows were parted and put in order. */
export const splitRules: readonly Rule<Patient>[] = [
  {
    name: 'splits-differ',
    doc: 'a score of rows of another kind says nothing of those that were learnt from',
    look({ data }) {
      const { train } = data
      if (!train || (!data.validation && !data.test)) return 'there is one split only'
      return (['validation', 'test'] as const).flatMap((split): Found[] => {
        const evidence = data[split] ? differences(train, data[split]) : []
        if (evidence.length === 0) return []
        return [
          {
            severity: 'warning',
            title: {
              en: `Rows of ${split} are not like those of training`,
              ko: `${split}의 행이 훈련 데이터와 다릅니다`,
            },
            meaning: {
              en: 'Their numbers or classes are spread otherwise than luck allows: they were scaled otherwise, or rows were parted in the order that they lay in. The score tells of another task than was learnt.',
              ko: '수나 클래스의 분포가 우연으로 보기 어려울 만큼 다릅니다. 크기를 다르게 맞췄거나, 정렬된 행을 차례대로 나눈 것입니다. 그 점수는 배운 것과 다른 과제의 것입니다.',
            },
            evidence,
            prescriptions: [drawnAnew],
            source: limits.splitShift.source,
          },
        ]
      })
    },
  },
  {
    name: 'rows-in-order',
    doc: 'batches of one class pull the answer to it, and the next ones back',
    look({ experiment, data, classes }) {
      const counts = data.train?.classCounts
      if (experiment.shuffle !== false) return 'rows are shuffled for every epoch'
      if (classes === undefined || !counts) return 'the targets are not classes'
      const value = orderOf(experiment.data.train.targets.data, counts)
      if (value <= limits.inOrder.value) return []
      return [
        {
          severity: 'warning',
          title: { en: 'Rows of a class come together', ko: '같은 클래스의 행이 몰려 있습니다' },
          meaning: {
            en: 'Without a shuffle a batch holds rows of few classes, and its gradient is that of answering them alone. The loss swings, and what came last is remembered best.',
            ko: '섞지 않으면 배치에 몇 클래스의 행만 들어 있어 그 클래스만 답하는 쪽으로 기울기가 생깁니다. 손실이 출렁이고 마지막에 본 것만 잘 기억합니다.',
          },
          evidence: [
            {
              name: {
                en: 'neighbouring rows of one class, beyond chance',
                ko: '이웃한 행이 같은 클래스인 비율, 우연을 뺀 값',
              },
              value,
              limit: limits.inOrder.value,
              beyond: 'above',
            },
          ],
          prescriptions: [
            {
              text: { en: 'Shuffle them for every epoch.', ko: '에폭마다 섞으세요.' },
              settings: ['shuffle=true'],
            },
          ],
          source: limits.inOrder.source,
        },
      ]
    },
  },
]
