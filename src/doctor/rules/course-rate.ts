import {
  type Course,
  clippedOf,
  curveOf,
  cutOffSince,
  firstUpdateOf,
  heldRateOf,
  type Learning,
  learningOf,
  matrixPaths,
  mean,
  overshootOf,
  type Points,
  stepChart,
  updateOf,
} from '../course.ts'
import type { Evidence } from '../diagnosis.ts'
import { limits } from '../limits.ts'
import { factorTo, ratesTimes, withoutClip, withoutSchedule } from '../rate.ts'
import type { Look, Rule } from '../rule.ts'

const tooShort = 'fewer than ten steps were made'

/** The mean losses of stretches of equal length: a curve without the noise of single batches. */
function stretches(losses: Points, count: number): number[] {
  const size = losses.length / count
  return Array.from({ length: count }, (_, i) =>
    mean(losses.slice(Math.floor(i * size), Math.floor((i + 1) * size))),
  )
}

/** How much the loss moves up and down between stretches of steps, over its own size, once it has begun. */
function swing(losses: Points): number {
  const parts = stretches(losses, 10).slice(4)
  const moves = parts.slice(1).map((value, i) => value - parts[i]!)
  const ups = moves.filter(move => move > 0).length
  if (ups < 2 || ups === moves.length) return 0
  const size = moves.reduce((sum, move) => sum + Math.abs(move), 0) / moves.length
  return size / (parts.reduce((sum, part) => sum + part, 0) / parts.length)
}

const lossChart = (course: Course) =>
  stepChart('Training loss', 'loss', { loss: curveOf(course, 'train/loss') })

const updateEvidence = (value: number, beyond: 'above' | 'below'): Evidence => ({
  name: { en: 'rms change of a step over rms weight', ko: '한 걸음의 rms 변화 / rms 가중치' },
  value,
  limit: beyond === 'above' ? limits.updateHigh.value : limits.updateLow.value,
  beyond,
})

/** What shows that a rate is too high; nothing when nothing does. */
function signsOfHigh(course: Course, learning: Learning): Evidence[] {
  const { chance, start: begin, end, progress, hasLearnt } = learning
  const update = overshootOf(course)
  const first = firstUpdateOf(course)
  const losses = curveOf(course, 'train/loss')
  const moved = swing(losses)
  const signs: Evidence[] = []
  // A loss that began high, and stayed there, has not risen.
  const base = Math.max(chance, begin)
  if (end > limits.risenLoss.value * base)
    signs.push({
      name: { en: 'last loss over that of knowing nothing', ko: '마지막 손실 / 모를 때의 손실' },
      value: end / base,
      limit: limits.risenLoss.value,
      beyond: 'above',
    })
  if (moved > limits.swing.value && progress < limits.swingProgress.value)
    signs.push({
      name: {
        en: 'rise and fall between tenths of the run, over the loss',
        ko: '구간 사이의 오르내림 / 손실',
      },
      value: moved,
      limit: limits.swing.value,
      beyond: 'above',
    })
  if (update !== undefined && update > limits.updateHigh.value && !hasLearnt)
    signs.push(updateEvidence(update, 'above'))
  if (first !== undefined && first > limits.replaced.value && !hasLearnt)
    signs.push({
      name: { en: 'the same in the first step', ko: '첫 걸음에서의 같은 값' },
      value: first,
      limit: limits.replaced.value,
      beyond: 'above',
    })
  const peak = Math.max(...losses.map(({ value }) => value))
  const start = Math.max(chance, losses[0]!.value)
  if (peak > limits.thrown.value * start && !hasLearnt)
    signs.push({
      name: { en: 'greatest loss over that of the start', ko: '가장 큰 손실 / 처음 손실' },
      value: peak / start,
      limit: limits.thrown.value,
      beyond: 'above',
    })
  return signs
}

/** The share of what the loss fell that it fell in the second half: a half of a straight line. */
function lateFall(losses: Points): { share: number; size: number } {
  const parts = stretches(losses, 10)
  const size = parts[0]! - parts[9]!
  return { share: (parts[4]! - parts[9]!) / size, size }
}

/** Whether the size of a step suits. */
export const courseRateRules: readonly Rule<Course>[] = [
  {
    name: 'learning-rate-too-high',
    doc: 'a step beyond the other side of the valley lands higher than it began',
    look(course): Look {
      const learning = learningOf(course)
      if (!learning) return tooShort
      const evidence = signsOfHigh(course, learning)
      if (evidence.length === 0) return []
      const factor = factorTo(firstUpdateOf(course), 'down')
      return [
        {
          severity: learning.hasLearnt ? 'warning' : 'error',
          title: { en: 'The learning rate is too high', ko: '학습률이 너무 큽니다' },
          meaning: {
            en: 'Steps go past the floor of the valley and up its other side, so the loss swings or climbs. What is learnt in one step is thrown away by the next.',
            ko: '한 걸음이 골짜기 바닥을 지나 반대편 비탈로 올라가므로 손실이 출렁이거나 커집니다. 한 걸음에서 배운 것을 다음 걸음이 버립니다.',
          },
          evidence,
          prescriptions: [
            ...ratesTimes(course, [...new Set([factor, 0.1, 0.01])]),
            {
              text: { en: 'Clip the gradient.', ko: '기울기를 자르세요.' },
              settings: ['clip=clipByNorm'],
            },
          ],
          chart: lossChart(course),
          source: limits.updateHigh.source,
        },
      ]
    },
  },
  {
    name: 'learning-rate-too-low',
    doc: 'steps that change a weight by a ten-thousandth go nowhere in a thousand of them',
    look(course): Look {
      const learning = learningOf(course)
      if (!learning) return tooShort
      // What was thrown up or cut off stands still for another reason.
      const isThrown = signsOfHigh(course, learning).length > 0
      const isElsewhere = isThrown || cutOffSince(course) !== undefined
      if (learning.hasLearnt || isElsewhere) return []
      const update = updateOf(course)
      const losses = curveOf(course, 'train/loss')
      const { share, size } = lateFall(losses)
      const isSlow = update !== undefined && update < limits.updateLow.value
      const held = heldRateOf(course)
      const isHeld = held < limits.heldRate.value
      const clipped = clippedOf(course) ?? 0
      const isClipped = clipped > limits.clipped.value
      const isFalling =
        size > limits.leastFall.value * learning.chance && share > limits.lateFall.value
      // With signals it is known how far steps go; a steady fall alone may be that of a short run.
      if (
        !isHeld &&
        !isSlow &&
        !(isFalling && (update === undefined || update < limits.usualUpdate.value))
      )
        return []
      return [
        {
          severity: 'error',
          title: { en: 'The learning rate is too low', ko: '학습률이 너무 작습니다' },
          meaning: {
            en: 'The loss is on its way, but steps are so small that the run ends before it gets anywhere. A larger rate goes the same way in fewer steps.',
            ko: '손실은 줄고 있지만 걸음이 너무 작아 도착하기 전에 훈련이 끝납니다. 학습률을 키우면 같은 길을 더 적은 걸음에 갑니다.',
          },
          evidence: [
            ...(isHeld
              ? [
                  {
                    name: {
                      en: "rate as scheduled over the optimiser's",
                      ko: '일정에 따른 학습률 / 정한 학습률',
                    },
                    value: held,
                    limit: limits.heldRate.value,
                    beyond: 'below' as const,
                  },
                ]
              : []),
            ...(update === undefined ? [] : [updateEvidence(update, 'below')]),
            ...(isClipped
              ? [
                  {
                    name: {
                      en: 'gradient over the limit that it is clipped to',
                      ko: '기울기 / 자르는 한계',
                    },
                    value: clipped,
                    limit: limits.clipped.value,
                    beyond: 'above' as const,
                  },
                ]
              : []),
            {
              name: { en: 'share of the fall in the second half', ko: '뒤 절반에서 줄어든 비율' },
              value: share,
              limit: limits.lateFall.value,
              beyond: 'above',
            },
            {
              name: { en: 'share of the loss that is gone', ko: '줄어든 손실의 비율' },
              value: learning.progress,
            },
          ],
          prescriptions: [
            ...(isClipped ? withoutClip(course) : []),
            ...(isHeld ? withoutSchedule : []),
            ...ratesTimes(course, [...new Set([factorTo(update, 'up'), 10, 100])]),
            {
              text: { en: 'Or train longer.', ko: '또는 더 오래 훈련하세요.' },
              settings: [`epochs=${course.experiment.epochs * 5}`],
            },
          ],
          chart: lossChart(course),
          source: limits.updateLow.source,
        },
      ]
    },
  },
  {
    name: 'plateau',
    doc: 'a loss that stays where knowing nothing would leave it',
    isSymptom: true,
    look(course): Look {
      const learning = learningOf(course)
      if (!learning) return tooShort
      const { progress, hasLearnt, end, chance } = learning
      if (hasLearnt || progress > limits.plateau.value) return []
      return [
        {
          severity: 'error',
          title: { en: 'The loss stands still', ko: '손실이 줄지 않습니다' },
          meaning: {
            en: 'After all these steps the loss is about that of answering alike whatever comes in. Either no signal reaches the weights, or the inputs do not tell the targets.',
            ko: '여러 걸음 뒤에도 손실이 입력과 상관없이 같은 답을 낼 때와 비슷합니다. 가중치에 신호가 닿지 않거나, 입력이 목표를 알려 주지 못합니다.',
          },
          evidence: [
            {
              name: { en: 'share of the loss that is gone', ko: '줄어든 손실의 비율' },
              value: progress,
              limit: limits.plateau.value,
              beyond: 'below',
            },
            { name: { en: 'last loss', ko: '마지막 손실' }, value: end },
            { name: { en: 'loss of knowing nothing', ko: '모를 때의 손실' }, value: chance },
          ],
          prescriptions: [
            ...(matrixPaths(course).length < 2 ? largerNets(course).slice(0, 1) : []),
            ...ratesTimes(course, [10, 0.1]),
            {
              text: {
                en: 'Look the experiment over before training: is there a signal in the data?',
                ko: '훈련 전 검사를 해 보세요. 데이터에 배울 것이 있습니까?',
              },
              settings: [],
            },
          ],
          chart: lossChart(course),
          source: limits.plateau.source,
        },
      ]
    },
  },
  {
    name: 'underfitting',
    doc: 'a loss that has levelled out high, on the rows that it is trained on',
    isSymptom: true,
    look(course): Look {
      const learning = learningOf(course)
      if (!learning) return tooShort
      const { progress, hasLearnt, accuracy } = learning
      const { share } = lateFall(curveOf(course, 'train/loss'))
      const isLevel = share < limits.lateFall.value
      if (hasLearnt || progress <= limits.plateau.value || !isLevel) return []
      return [
        {
          severity: 'warning',
          title: {
            en: 'The training rows are fitted badly',
            ko: '훈련 데이터도 잘 맞추지 못합니다',
          },
          meaning: {
            en: 'The loss has levelled out and is still high where the net was trained. The net is too small or too constrained for the task, or the targets cannot be told from the inputs any better.',
            ko: '훈련한 데이터에서도 손실이 높은 채로 멈췄습니다. 신경망이 과제에 비해 너무 작거나 제약이 크거나, 입력만으로는 목표를 더 잘 맞출 수 없습니다.',
          },
          evidence: [
            {
              name: { en: 'share of the loss that is gone', ko: '줄어든 손실의 비율' },
              value: progress,
              limit: limits.learnt.value,
              beyond: 'below',
            },
            {
              name: { en: 'share of the fall in the second half', ko: '뒤 절반에서 줄어든 비율' },
              value: share,
              limit: limits.lateFall.value,
              beyond: 'below',
            },
            ...(accuracy === undefined
              ? []
              : [{ name: { en: 'training accuracy', ko: '훈련 정확도' }, value: accuracy }]),
          ],
          prescriptions: largerNets(course),
          chart: lossChart(course),
          source: limits.learnt.source,
        },
      ]
    },
  },
]

/** Less that holds back, and more that can be learnt. */
function largerNets(course: Course) {
  const { experiment } = course
  const layers = experiment.model.kind === 'sequential' ? experiment.model.layers : []
  const hidden = layers.slice(0, -1)
  const wider = hidden.flatMap((layer, i) =>
    layer.kind === 'linear'
      ? [`model.layers.${i}.features=${Math.max(32, layer.features * 4)}`]
      : [],
  )
  const dropped = layers.flatMap((layer, i) =>
    layer.kind === 'dropout' && layer.rate > 0.3 ? [`model.layers.${i}.rate=0.1`] : [],
  )
  const last = layers.at(-1)
  const deeper = layers.toSpliced(
    -1,
    0,
    { kind: 'linear', features: 64 } as never,
    {
      kind: 'relu',
    } as never,
  )
  return [
    ...(dropped.length > 0
      ? [{ text: { en: 'Drop fewer units.', ko: '드롭아웃을 줄이세요.' }, settings: dropped }]
      : []),
    ...(experiment.penalty
      ? [
          {
            text: { en: 'Leave the penalty out.', ko: '가중치 벌점을 빼세요.' },
            settings: ['penalty=null'],
          },
        ]
      : []),
    ...(wider.length > 0
      ? [{ text: { en: 'Wider layers.', ko: '층을 넓히세요.' }, settings: wider }]
      : []),
    ...(last?.kind === 'linear'
      ? [
          {
            text: { en: 'A hidden layer more.', ko: '은닉층을 하나 더하세요.' },
            settings: [`model.layers=${JSON.stringify(deeper)}`],
          },
        ]
      : []),
    ...ratesTimes(course, [3]),
  ]
}
