// XOR by nets of one, three and ten hidden layers of sigmoids: some depth is needed, more does not train.
import {
  binaryCrossEntropy,
  dataOf,
  fitSeeds,
  type InitConfig,
  type LayerConfig,
  linear,
  normal,
  proportion,
  sequential,
  sgd,
  sigmoid,
  uniform,
  zeros,
} from 'justright'
import { type Lesson, seedsText, words } from 'justright/lessons'

const lesson: Lesson = {
  name: 'xor-depth',
  group: 'why-deep-nets-failed',
  claims: ['2', '3'],
  title: {
    en: 'XOR: two layers learn it, ten layers of sigmoids do not',
    ko: 'XOR: 두 층은 배우지만 시그모이드 열 층은 배우지 못한다',
  },
  story: {
    en: 'With a hidden layer the corners of XOR can be bent apart, so the lecture trains a net of two hidden units, then one of three wide hidden layers, and both answer all corners. Then it stacks nine hidden layers of five units on a first one, and the cost does not move: what back-propagation brings down to the first layers is a product of many numbers below one quarter. A single run proves little where weights are random, so each net is trained from many seeds and the share of those that answer all four corners is counted.',
    ko: '은닉층이 있으면 XOR의 네 점을 휘어서 나눌 수 있다. 강의는 은닉 유닛 둘인 신경망과 넓은 은닉층 셋인 신경망을 훈련하고, 둘 다 네 점을 모두 맞힌다. 그다음 첫 층 위에 유닛 다섯 개짜리 은닉층을 아홉 개 쌓자 비용이 꿈쩍하지 않는다. 역전파로 앞쪽 층까지 내려오는 것은 1/4보다 작은 수를 여러 번 곱한 값이기 때문이다. 가중치가 무작위일 때 한 번의 실행으로는 알 수 있는 것이 적으므로, 여러 시드로 훈련해 네 점을 모두 맞힌 비율을 센다.',
  },
  reduced: {
    en: '60 seeds instead of 200 for the two larger nets, and 10,000 steps instead of 20,000 for the deep one.',
    ko: '큰 신경망 둘은 시드 200개 대신 60개, 깊은 신경망은 20,000단계 대신 10,000단계.',
  },
  seconds: { short: 12, full: 60 },
  async run({ isFull, progress, show, signal, text }) {
    const corners = [[0, 0], [0, 1], [1, 0], [1, 1]] // biome-ignore format: one line a table
    const xor = corners.map(([a, b]) => [a! ^ b!])
    // The four corners 500 times over: an epoch of 500 steps, each on all four.
    const perEpoch = 500
    const data = await dataOf({
      train: { inputs: repeat(corners, perEpoch), targets: repeat(xor, perEpoch) },
      validation: { inputs: corners, targets: xor },
    })
    const train = async (model: LayerConfig, count: number, steps: number) => {
      signal.throwIfAborted()
      return fitSeeds({
        model,
        loss: binaryCrossEntropy(),
        optimizer: sgd({ learningRate: 0.1 }),
        data,
        epochs: steps / perEpoch,
        batchSize: 4,
        shuffle: false,
        seeds: Array.from({ length: count }, (_, seed) => seed),
      })
    }

    // Weights and biases as in the labs: N(0, 1); in the deep net of the lecture U(-1, 1) and 0.
    progress(0, { en: '2-2-1', ko: '2-2-1' })
    const two = await train(net([2], normal(), normal()), 200, 10_000)
    progress(0.3, { en: '2-10-10-10-1', ko: '2-10-10-10-1' })
    const wide = await train(net([10, 10, 10], normal(), normal()), isFull ? 200 : 60, 10_000)
    progress(0.6, { en: 'ten hidden layers', ko: '은닉층 열 개' })
    const fives = Array.from({ length: 10 }, () => 5)
    const deep = await train(
      net(fives, uniform(-1, 1), zeros()),
      isFull ? 200 : 60,
      isFull ? 20_000 : 10_000,
    )

    const nets = { '2-2-1': two, '2-10-10-10-1': wide, '2-(5)x10-1': deep }
    show({
      kind: 'lines',
      title: text({ en: 'Sigmoids on XOR: median cost', ko: '시그모이드의 XOR: 비용의 중앙값' }),
      x: { label: text(words.step) },
      y: { label: text(words.cost), scale: 'log' },
      series: Object.entries(nets).map(([name, runs]) => ({
        name,
        points: runs[0]!.history.map(
          ({ step }, i) => [step, median(runs.map(({ history }) => history[i]!.validation!.loss))] as const, // biome-ignore format: fits
        ),
      })),
    })
    const accuracies = Object.fromEntries(
      Object.entries(nets).map(([name, runs]) => [name, runs.map(({ validation }) => validation!.accuracy!)]), // biome-ignore format: fits
    )
    const solvedBy = (name: string) => accuracies[name]!.map(accuracy => Number(accuracy === 1))
    const rateOf = (name: string) => proportion(solvedBy(name).filter(Boolean).length, accuracies[name]!.length) // biome-ignore format: fits
    show({
      kind: 'bars',
      title: text({ en: 'Seeds that answer all four corners', ko: '네 점을 모두 맞힌 시드' }),
      value: { label: text({ en: 'share of seeds', ko: '시드의 비율' }) },
      format: 'percent',
      bars: Object.keys(nets).map(name => {
        const { share, low, high } = rateOf(name)
        return { name, value: share, low, high }
      }),
    })

    const rates = { two: rateOf('2-2-1'), wide: rateOf('2-10-10-10-1'), deep: rateOf('2-(5)x10-1') }
    const costs = deep.map(({ validation }) => validation!.loss)
    const stuck = proportion(costs.filter(cost => Math.abs(cost - Math.LN2) < 1e-3).length, costs.length) // biome-ignore format: fits
    const atHalf = proportion(accuracies['2-(5)x10-1']!.filter(a => a === 0.5).length, costs.length)
    const isStuck = stuck.share >= 0.9 && rates.deep.successes === 0
    return [
      {
        claim: '2',
        verdict: rates.two.low > 0.95 ? 'holds' : rates.wide.low > 0.8 ? 'conditional' : 'fails',
        reason: {
          en: `The wide net answers all corners with ${seedsText(rates.wide).en}. Two hidden units do so with ${seedsText(rates.two).en}: the other starts end where the cost is flat, and the one seed of the lab was not one of them.`,
          ko: `넓은 신경망은 ${seedsText(rates.wide).ko}에서 네 점을 모두 맞힌다. 은닉 유닛 둘로는 ${seedsText(rates.two).ko}에서만 맞힌다. 나머지는 비용이 평평한 곳에서 멈추며, 실습의 시드 하나는 거기에 들지 않았을 뿐이다.`,
        },
        measures: [
          {
            name: { en: '2-2-1: share of seeds that solve XOR', ko: '2-2-1: XOR을 푼 시드의 비율' },
            values: solvedBy('2-2-1'),
            format: 'percent',
            published: '1 of 1 (lab 09-2)',
            expected: [0.58, 0.86],
          },
          {
            name: { en: '2-10-10-10-1: share of seeds that solve XOR', ko: '2-10-10-10-1: XOR을 푼 시드의 비율' }, // biome-ignore format: fits
            values: solvedBy('2-10-10-10-1'),
            format: 'percent',
            published: '1 of 1 (lab 09-3)',
            expected: [0.95, 1],
          },
        ],
      },
      {
        claim: '3',
        verdict: !isStuck ? 'fails' : atHalf.share === 1 ? 'holds' : 'conditional',
        reason: {
          en: `The cost stays: ${stuck.successes} of ${stuck.n} seeds are within .001 of ln 2 after ${deep[0]!.history.at(-1)!.step.toLocaleString('en')} steps, and ${rates.deep.successes} answer all corners. The accuracy is .5 for ${seedsText(atHalf).en} only and .25 or .75 for the others: with all answers within rounding of one half, accuracy is decided by the last digits.`,
          ko: `비용은 그대로다. ${deep[0]!.history.at(-1)!.step.toLocaleString('en')}단계 뒤 시드 ${stuck.n}개 중 ${stuck.successes}개의 비용이 ln 2에서 .001 안에 있고, 네 점을 모두 맞힌 시드는 ${rates.deep.successes}개다. 다만 정확도가 .5인 것은 ${seedsText(atHalf).ko}뿐이고 나머지는 .25나 .75다. 모든 답이 거의 1/2이므로 정확도는 마지막 자릿수가 정한다.`,
        },
        measures: [
          {
            name: { en: 'cost of the deep net', ko: '깊은 신경망의 비용' },
            values: costs,
            published: 'does not fall (lecture 10-1)',
            expected: [Math.LN2 - 1e-3, Math.LN2 + 1e-3],
          },
          {
            name: { en: 'accuracy of the deep net', ko: '깊은 신경망의 정확도' },
            values: accuracies['2-(5)x10-1']!,
            published: '.5 (lecture 10-1)',
            expected: [0.4, 0.6],
          },
        ],
      },
    ]
  },
}

export default lesson

/** Sigmoid layers of these widths, and one logistic unit on top. */
function net(widths: readonly number[], weightInit: InitConfig, biasInit: InitConfig): LayerConfig {
  const init = { weightInit, biasInit }
  return sequential(...widths.flatMap(width => [linear(width, init), sigmoid()]), linear(1, init))
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!
}

function repeat<T>(rows: readonly T[], times: number): T[] {
  return Array.from({ length: times }, () => rows).flat()
}
