// The lecture's .001 * sum(W^2), with it and without: weights, gap and errors.
import {
  adam,
  crossEntropy,
  estimate,
  fitSeeds,
  l2,
  linear,
  pairedDifference,
  type Run,
  relu,
  scoreModel,
  sequential,
  splitFirst,
} from 'justright'
import {
  barOf,
  type Estimated,
  isAbove,
  isBelow,
  type Lesson,
  points,
  words,
} from 'justright/lessons'
import { mnist } from 'justright/node'

const lesson: Lesson = {
  name: 'weight-decay',
  group: 'overfitting',
  claims: ['24'],
  title: {
    en: 'A penalty on large weights: what it does to the gap, and to the errors',
    ko: '큰 가중치에 매기는 벌점: 격차와 오류는 어떻게 달라지나',
  },
  story: {
    en: 'A curve that bends sharply through every training point needs large weights, so the lecture adds .001 * sum(W^2) to the cost: large weights have to pay for themselves. Two nets that differ in that alone are trained with the same seeds, so that they start from the same weights and see the same batches. Compared are the length of the weights, the gap between training and test, and what counts in the end, the errors on the test images.',
    ko: '모든 훈련 점을 지나려고 급하게 꺾이는 곡선에는 큰 가중치가 필요하다. 그래서 강의에서는 비용에 .001 * sum(W^2)을 더한다. 큰 가중치는 그만한 값을 해야 한다. 이 벌점만 다른 두 신경망을 같은 시드로 훈련하므로 출발 가중치와 배치의 순서가 같다. 가중치의 길이, 훈련과 시험의 격차, 그리고 결국 중요한 시험 그림의 오류를 비교한다.',
  },
  reduced: {
    en: '12 epochs of the first 10,000 images instead of 15 epochs of 55,000',
    ko: '그림 55,000장 15에폭 대신 처음 10,000장 12에폭',
  },
  seconds: { short: 15, full: 120 },
  async run({ isFull, progress, show, signal, text }) {
    const all = await mnist()
    // The first 10,000 rows come back as the "validation" half of the cut.
    const train = isFull ? all.train : splitFirst(all.train, 10_000).validation
    const experiment = {
      model: sequential(linear(256), relu(), linear(256), relu(), linear(10)),
      loss: crossEntropy(),
      optimizer: adam({ learningRate: 0.001 }),
      data: { ...all, train },
      epochs: isFull ? 15 : 12,
      batchSize: 100,
    }
    const seeds = [0, 1, 2, 3, 4]
    const measured = async (runs: readonly Run[]) => {
      const own = await Promise.all(
        runs.map(run => scoreModel(experiment, run.parameters, { split: 'train', metrics: [] })),
      )
      return {
        length: runs.map(weightLength),
        test: runs.map(({ test }) => test!.accuracy!),
        testLoss: runs.map(({ test }) => test!.loss),
        gap: own.map(({ accuracy }, i) => accuracy! - runs[i]!.test!.accuracy!),
      }
    }
    progress(0, { en: 'without', ko: '벌점 없이' })
    const plain = await measured(await fitSeeds({ ...experiment, seeds }))
    signal.throwIfAborted()
    progress(0.5, { en: 'with .001 * sum(W^2)', ko: '.001 * sum(W^2)' })
    const decayed = await measured(await fitSeeds({ ...experiment, penalty: l2(0.001), seeds }))

    const differ = (of: (scores: typeof plain) => readonly number[], resolution = 0) =>
      pairedDifference(of(plain), of(decayed), { resolution })
    const length = differ(scores => scores.length)
    const gap = differ(scores => scores.gap, 1e-4)
    const test = differ(scores => scores.test, 1e-4)
    const bar = (name: string, values: readonly number[]) => barOf(name, estimate(values))
    const names = [text({ en: 'without', ko: '벌점 없음' }), '.001 sum(W²)'] as const
    show({
      kind: 'bars',
      title: text({ en: 'Training less test accuracy', ko: '훈련 정확도와 시험 정확도의 차이' }),
      value: { label: text({ en: 'gap', ko: '격차' }) },
      format: 'percent',
      bars: [bar(names[0], plain.gap), bar(names[1], decayed.gap)],
    })
    show({
      kind: 'bars',
      title: text({ en: 'Test error', ko: '시험 오류' }),
      value: { label: text(words.testError) },
      format: 'percent',
      bars: [plain, decayed].map(({ test }, i) =>
        bar(
          names[i]!,
          test.map(share => 1 - share),
        ),
      ),
    })
    const shrinks = isBelow(length) && isBelow(gap)
    const mean = (values: readonly number[]) => estimate(values).mean
    const change = (difference: Estimated) => points(difference, { hasPlus: true })
    const helps = isAbove(test)
    const hurts = isBelow(test)
    return [
      {
        claim: '24',
        verdict: shrinks && helps ? 'holds' : shrinks ? 'conditional' : 'fails',
        reason: {
          en: `The weights end ${(mean(plain.length) / mean(decayed.length)).toFixed(1)} times shorter and the gap changes by ${change(gap)} points. The test accuracy changes by ${change(test)} points: ${helps ? 'it gets better' : hurts ? 'it gets worse, the smaller gap is paid for on the training side' : 'a difference that the seeds alone explain'}. The test loss goes from ${mean(plain.testLoss).toPrecision(2)} to ${mean(decayed.testLoss).toPrecision(2)}, since a net with small weights cannot be as sure.`,
          ko: `가중치의 길이는 ${(mean(plain.length) / mean(decayed.length)).toFixed(1)}배 짧아지고, 격차는 ${change(gap)}포인트 변한다. 시험 정확도의 변화는 ${change(test)}포인트로, ${helps ? '더 좋아진다' : hurts ? '더 나빠진다. 격차가 준 것은 훈련 정확도를 내준 덕이다' : '시드만으로도 생길 수 있는 차이다'}. 시험 손실은 ${mean(plain.testLoss).toPrecision(2)}에서 ${mean(decayed.testLoss).toPrecision(2)}로 변한다. 가중치가 작은 신경망은 그만큼 확신할 수 없기 때문이다.`,
        },
        measures: (
          [
            [plain, 'without', '벌점 없음'],
            [decayed, 'with .001 sum(W^2)', '.001 sum(W^2)'],
          ] as const
        ).flatMap(([scores, en, ko]) => [
          {
            name: { en: `${en}: test accuracy`, ko: `${ko}: 시험 정확도` },
            values: scores.test,
            format: 'percent' as const,
          },
          {
            name: { en: `${en}: gap`, ko: `${ko}: 격차` },
            values: scores.gap,
            format: 'percent' as const,
          },
          {
            name: { en: `${en}: length of the weights`, ko: `${ko}: 가중치의 길이` },
            values: scores.length,
          },
        ]),
      },
    ]
  },
}

export default lesson

/** The norm of all weights together, biases left out. */
function weightLength({ parameters }: Run): number {
  const weights = Object.entries(parameters).filter(([name]) => name.endsWith('weight'))
  return Math.sqrt(weights.flatMap(([, { data }]) => [...data]).reduce((sum, w) => sum + w * w, 0))
}
