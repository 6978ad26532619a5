// The experiment of the paper: three hidden layers of sigmoid units, with and without batch normalisation.
import {
  batchNorm,
  crossEntropy,
  estimate,
  fitSeeds,
  linear,
  normal,
  pairedDifference,
  sequential,
  sgd,
  sigmoid,
  signals,
} from 'justright'
import {
  isAbove,
  type Lesson,
  type LessonContext,
  meanCurve,
  points,
  words,
} from 'justright/lessons'
import { mnist } from 'justright/node'

const seeds = [0, 1, 2]

const lesson: Lesson = {
  name: 'batch-norm-sigmoid',
  group: 'normalization',
  claims: ['46'],
  title: {
    en: 'Three layers of sigmoid units learn sooner with batch normalisation',
    ko: '시그모이드 세 층은 배치 정규화가 있으면 더 빨리 배운다',
  },
  story: {
    en: 'Ioffe and Szegedy train 784-100-100-100-10 with sigmoid units on MNIST for 50,000 steps of 60 images, with each layer normalised before its sigmoid, and without. They do not say the rate, nor the deviation of the first weights: SGD .1 and N(0, .1) are taken here. Before the first step the size of the gradient by layer is measured: sigmoid units on inputs near 0 pass a quarter of it on.',
    ko: '이오페와 세게디는 시그모이드 유닛의 784-100-100-100-10을 그림 60장씩 50,000단계 동안 MNIST로 훈련한다. 한 번은 시그모이드 앞에서 층마다 정규화하고, 한 번은 하지 않는다. 학습률과 처음 가중치의 표준편차는 밝히지 않았다. 여기서는 SGD .1과 N(0, .1)을 쓴다. 첫 단계 전에 층별 기울기의 크기를 잰다. 입력이 0에 가까운 시그모이드 유닛은 기울기를 4분의 1만 통과시킨다.',
  },
  reduced: {
    en: '5 epochs (4,585 steps) instead of 50,000 steps',
    ko: '50,000단계 대신 5에폭(4,585단계)',
  },
  seconds: { short: 25, full: 250 },
  async run(context) {
    const { progress, show, text } = context
    const names = {
      plain: text({ en: 'without', ko: '없음' }),
      normalised: text({ en: 'batch normalisation', ko: '배치 정규화' }),
    }

    // 1. How much of the gradient arrives at the first layer, before anything is learnt.
    const arriving = { plain: await gradients(false), normalised: await gradients(true) }
    show({
      kind: 'bars',
      title: text({
        en: 'Size of the gradient at the weights of each layer, at the start',
        ko: '시작할 때 층별 가중치 기울기의 크기',
      }),
      value: { label: text({ en: 'root mean square', ko: '제곱평균제곱근' }), scale: 'log' },
      bars: (['plain', 'normalised'] as const).flatMap(way =>
        arriving[way].map((value, layer) => ({
          name: `${text(words.layer)} ${layer + 1}, ${names[way]}`,
          value,
        })),
      ),
    })

    // 2. Training.
    progress(0.05, { en: 'without', ko: '없음' })
    const plain = await train(false, context)
    context.signal.throwIfAborted()
    progress(0.5, { en: 'with batch normalisation', ko: '배치 정규화' })
    const normalised = await train(true, context)
    show({
      kind: 'lines',
      title: text({ en: 'Validation accuracy, mean of the seeds', ko: '검증 정확도, 시드의 평균' }),
      x: { label: text(words.step) },
      y: { label: text(words.accuracy) },
      series: [
        { name: names.plain, points: curveOf(plain) },
        { name: names.normalised, points: curveOf(normalised) },
      ],
    })

    const accuracies = [plain, normalised].map(runs => runs.map(({ test }) => test.accuracy!))
    const gain = pairedDifference(accuracies[0]!, accuracies[1]!)
    const firstByThird = ([first, , third]: readonly number[]) => first! / third!
    const [share, shareNormalised] = [
      firstByThird(arriving.plain),
      firstByThird(arriving.normalised),
    ]
    const isBetter = isAbove(gain)
    const isStable = Math.abs(Math.log(shareNormalised)) < Math.abs(Math.log(share))
    const [without, with_] = accuracies.map(values => (100 * estimate(values).mean).toFixed(2))
    const early = [plain, normalised].map(runs => (100 * estimate(runs.map(({ history }) => history[0]!.validation!.accuracy!)).mean).toFixed(0)) // biome-ignore format: fits
    return [
      {
        claim: '46',
        verdict: isBetter && isStable ? 'holds' : isBetter || isStable ? 'conditional' : 'fails',
        reason: {
          en: `At the start the gradient of the first hidden layer is ${share.toPrecision(2)} of that of the third without, ${shareNormalised.toPrecision(2)} with batch normalisation. After one epoch ${early[0]} % of the validation images are right without and ${early[1]} % with it; at the end ${without} and ${with_} % of the test images, a gain of ${points(gain)} points for the same seeds.`,
          ko: `시작할 때 첫 은닉층의 기울기는 셋째 은닉층의 ${share.toPrecision(2)}배이고, 배치 정규화가 있으면 ${shareNormalised.toPrecision(2)}배다. 1에폭 뒤 검증 정확도는 없을 때 ${early[0]} %, 있을 때 ${early[1]} %다. 마지막 시험 정확도는 ${without} %와 ${with_} %로, 같은 시드끼리 ${points(gain)}포인트 높다.`,
        },
        measures: [
          {
            name: { en: 'test accuracy, batch normalisation', ko: '시험 정확도, 배치 정규화' },
            values: accuracies[1]!,
            format: 'percent',
            published:
              'about 95.5 % at 4,000, 98.3 % at 50,000 steps (Ioffe & Szegedy 2015, fig. 1)',
          },
          {
            name: { en: 'test accuracy, without', ko: '시험 정확도, 없음' },
            values: accuracies[0]!,
            format: 'percent',
            published:
              'about 71.5 % at 4,000, 97.5 % at 50,000 steps (Ioffe & Szegedy 2015, fig. 1)',
          },
          {
            name: {
              en: 'gradient of the first hidden layer by that of the third, without',
              ko: '첫 은닉층과 셋째 은닉층의 기울기 비, 없음',
            },
            values: [share],
          },
          {
            name: {
              en: 'gradient of the first hidden layer by that of the third, batch normalisation',
              ko: '첫 은닉층과 셋째 은닉층의 기울기 비, 배치 정규화',
            },
            values: [shareNormalised],
          },
        ],
      },
    ]
  },
}

export default lesson

function net(isNormalised: boolean) {
  const weightInit = normal(0, 0.1)
  const hidden = [linear(100, { weightInit }), ...(isNormalised ? [batchNorm()] : []), sigmoid()]
  return sequential(...hidden, ...hidden, ...hidden, linear(10, { weightInit }))
}

async function train(isNormalised: boolean, { isFull }: LessonContext) {
  return fitSeeds({
    model: net(isNormalised),
    loss: crossEntropy(),
    optimizer: sgd({ learningRate: 0.1 }),
    data: await mnist(),
    epochs: isFull ? 55 : 5,
    batchSize: 60,
    seeds,
  })
}

/** The root mean square of the gradient of each layer's weights, before the first step. */
async function gradients(isNormalised: boolean): Promise<number[]> {
  const { layers } = await signals({
    model: net(isNormalised),
    loss: crossEntropy(),
    data: await mnist(),
    examples: 1000,
  })
  return layers.flatMap(({ kind, parameters }) =>
    kind === 'linear' ? [parameters.weight!.gradient!.rms] : [],
  )
}

function curveOf(runs: Awaited<ReturnType<typeof train>>) {
  const steps = runs[0]!.history.map(({ step }) => step)
  const accuracies = runs.map(({ history }) =>
    history.map(({ validation }) => validation!.accuracy!),
  )
  return meanCurve(accuracies, steps)
}
