// AdaGrad's steps only shrink; RMSProp forgets old gradients, so that its steps do not.
import {
  adagrad,
  crossEntropy,
  estimate,
  fitSeeds,
  heNormal,
  linear,
  type OptimizerConfig,
  relu,
  rmsprop,
  sequential,
} from 'justright'
import { type Lesson, type LessonContext, meanCurve, words } from 'justright/lessons'
import { mnist } from 'justright/node'

const seeds = [0, 1, 2]
const batchSize = 128

const lesson: Lesson = {
  name: 'adaptive-steps',
  group: 'optimizers',
  claims: ['61', '62'],
  title: {
    en: 'A step for each weight: AdaGrad and RMSProp',
    ko: '가중치마다 다른 보폭: AdaGrad와 RMSProp',
  },
  story: {
    en: 'AdaGrad divides the rate of each weight by the root of the sum of all its squared gradients so far. A sum only grows, so steps only shrink: as 1 / sqrt(t) if gradients stay as large as they are. RMSProp takes a running mean instead of the sum. Here the net of the textbook, 784-100-100-100-100-10 with ReLU and He initialisation, learns MNIST in batches of 128, and after each epoch the factor that gradients are multiplied with is read for every weight of the second layer.',
    ko: 'AdaGrad는 가중치마다 지금까지의 기울기 제곱을 모두 더한 값의 제곱근으로 학습률을 나눈다. 합은 늘기만 하므로 보폭은 줄기만 한다. 기울기의 크기가 그대로라면 1 / sqrt(t)로 줄어든다. RMSProp은 합 대신 이동 평균을 쓴다. 여기서는 교재의 신경망(784-100-100-100-100-10, ReLU, He 초기화)이 배치 128로 MNIST를 배우고, 에폭이 끝날 때마다 둘째 층의 모든 가중치에 대해 기울기에 곱해지는 계수를 읽는다.',
  },
  reduced: {
    en: '5 epochs (2,150 steps, the textbook makes 2,000) instead of 50',
    ko: '50에폭 대신 5에폭(2,150단계, 교재는 2,000단계)',
  },
  seconds: { short: 25, full: 250 },
  async run(context) {
    const { show, text } = context
    const sum = await trained(adagrad({ learningRate: 0.01, epsilon: 1e-7 }), 0, context)
    const mean = await trained(rmsprop({ learningRate: 0.001 }), 1 / 3, context)
    const fast = await trained(rmsprop({ learningRate: 0.01 }), 2 / 3, context)
    const names = { sum: 'AdaGrad .01', mean: 'RMSProp .001', fast: 'RMSProp .01' }

    show({
      kind: 'lines',
      title: text({
        en: 'The factor of the gradient of the median weight, seed 0',
        ko: '중앙값에 있는 가중치의 기울기 계수, 시드 0',
      }),
      x: { label: text(words.step), scale: 'log' },
      y: { label: text({ en: 'factor', ko: '계수' }), scale: 'log' },
      series: [
        { name: names.sum, points: sum[0]!.factors },
        { name: names.mean, points: mean[0]!.factors },
      ],
    })
    show({
      kind: 'lines',
      title: text({ en: 'Loss by epoch, mean of the seeds', ko: '에폭별 손실, 시드의 평균' }),
      x: { label: text(words.epoch) },
      y: { label: text(words.trainLoss), scale: 'log' },
      series: [sum, mean, fast].map((runs, i) => ({
        name: Object.values(names)[i]!,
        points: meanCurve(runs.map(({ losses }) => losses)),
      })),
    })

    const shrinking = sum.map(({ factors }) => slopeOf(factors))
    const lasting = mean.map(({ factors }) => slopeOf(factors))
    const onlyShrinks = sum.every(({ factors }) =>
      factors.every(([, factor], i) => i === 0 || factor < factors[i - 1]![1]),
    )
    const spread = sum.map(run => run.spread)
    const [lossOfSum, lossOfMean, lossOfFast] = [sum, mean, fast].map(runs =>
      runs.map(({ lastLoss }) => lastLoss),
    )
    const m = (values: readonly number[]) => estimate(values).mean
    const silent = fast.map(run => run.silent)
    const doesLast = m(lasting) > -0.1
    const isWorse = m(lossOfFast!) > m(lossOfSum!)
    return [
      {
        claim: '61',
        verdict: !onlyShrinks
          ? 'fails'
          : m(shrinking) < -0.1 && m(spread) > 2
            ? 'holds'
            : 'conditional',
        reason: {
          en: `From epoch to epoch the factor falls in every seed, as t to the power of ${m(shrinking).toFixed(2)}: not quite -.5, since gradients become smaller as the net learns, but it never rises again. Among the weights of one layer it differs ${m(spread).toFixed(0)} times (95th against 5th percentile).`,
          ko: `계수는 모든 시드에서 에폭마다 줄어들며, t의 ${m(shrinking).toFixed(2)}제곱을 따른다. 신경망이 배우면서 기울기도 작아지므로 정확히 -.5는 아니지만, 다시 커지는 일은 없다. 한 층의 가중치 사이에서는 계수가 ${m(spread).toFixed(0)}배까지 다르다(95백분위수와 5백분위수의 비).`,
        },
        measures: [
          {
            name: { en: 'power of t that the factor follows', ko: '계수가 따르는 t의 지수' },
            values: shrinking,
            expected: [-0.6, -0.2],
          },
          {
            name: { en: 'spread of the factor over weights', ko: '가중치 사이의 계수 비' },
            values: spread,
          },
          {
            name: {
              en: 'loss of the last 100 steps, AdaGrad .01',
              ko: '마지막 100단계의 손실, AdaGrad .01',
            },
            values: lossOfSum!,
            ...(context.isFull ? {} : { expected: [0.05, 0.07] as const }),
          },
        ],
      },
      {
        claim: '62',
        verdict: !doesLast ? 'fails' : isWorse ? 'conditional' : 'holds',
        reason: {
          en: `With RMSProp the factor does not shrink: its power of t is ${m(lasting).toFixed(2)}. That alone is no gain. At AdaGrad's rate of .01 RMSProp ends with a loss of ${m(lossOfFast!).toFixed(3)} against ${m(lossOfSum!).toFixed(3)}: steps of that size put ReLU units out for good, and ${percent(m(silent))} of the weights of the layer get no gradient any more. With .001 the loss is ${m(lossOfMean!).toFixed(3)}. A mean that forgets needs a rate that is small enough.`,
          ko: `RMSProp에서는 계수가 줄지 않는다. t의 지수는 ${m(lasting).toFixed(2)}이다. 그것만으로 이득은 아니다. AdaGrad의 학습률 .01을 그대로 쓰면 손실은 RMSProp ${m(lossOfFast!).toFixed(3)}, AdaGrad ${m(lossOfSum!).toFixed(3)}로 끝난다. 보폭이 커서 ReLU 유닛이 영영 꺼지고, 층의 가중치 가운데 ${percent(m(silent))}에는 기울기가 더 오지 않는다. 학습률 .001에서 손실은 ${m(lossOfMean!).toFixed(3)}이다. 지난 값을 잊는 평균에는 충분히 작은 학습률이 필요하다.`,
        },
        measures: [
          {
            name: { en: 'power of t that the factor follows', ko: '계수가 따르는 t의 지수' },
            values: lasting,
            expected: [-0.1, 0.5],
          },
          {
            name: {
              en: 'loss of the last 100 steps, RMSProp .01',
              ko: '마지막 100단계의 손실, RMSProp .01',
            },
            values: lossOfFast!,
            ...(context.isFull ? {} : { expected: [0.12, 0.22] as const }),
          },
          {
            name: {
              en: 'weights without a gradient, RMSProp .01',
              ko: '기울기가 오지 않는 가중치, RMSProp .01',
            },
            values: silent,
            format: 'percent',
          },
          {
            name: {
              en: 'loss of the last 100 steps, RMSProp .001',
              ko: '마지막 100단계의 손실, RMSProp .001',
            },
            values: lossOfMean!,
          },
        ],
      },
    ]
  },
}

export default lesson

/** Trains the seeds, and reads the squares that the optimiser keeps after each epoch. */
async function trained(
  optimizer: OptimizerConfig,
  done: number,
  { isFull, progress, signal }: LessonContext,
) {
  signal.throwIfAborted()
  const name = `${optimizer.kind} ${optimizer.learningRate}`
  progress(done, { en: name, ko: name })
  const hidden = [linear(100, { weightInit: heNormal() }), relu()]
  const found = seeds.map(() => ({
    factors: [] as [step: number, factor: number][],
    spread: 0,
    silent: 0,
    steps: [] as number[],
  }))
  const runs = await fitSeeds({
    model: sequential(...hidden, ...hidden, ...hidden, ...hidden, linear(10, { weightInit: heNormal() })), // biome-ignore format: fits
    loss: crossEntropy(),
    optimizer,
    data: await mnist(),
    epochs: isFull ? 50 : 5,
    batchSize,
    seeds,
    recordersOf: seed => [
      {
        steps: records => void found[seed]!.steps.push(...records.map(({ loss }) => loss)),
        checkpoint({ tensors, progress: { step } }) {
          if (step === 0) return
          // RMSProp keeps its mean undivided: the sum of gradients squared, the older the less of them.
          const share = optimizer.kind === 'rmsprop' ? 1 - optimizer.decay : 1
          const factors = Array.from(tensors['optimizer/squares/2.weight']!.data)
            .filter(square => square > 0)
            .map(square => optimizer.learningRate / Math.sqrt(share * square))
            .sort((a, b) => a - b)
          const at = (part: number) => factors[Math.floor(part * factors.length)]!
          found[seed]!.factors.push([step, at(0.5)])
          found[seed]!.spread = at(0.95) / at(0.05)
          // Where no gradient comes any more, a mean of squares fades to 0, and the factor grows.
          const silent = factors.filter(factor => factor > 1000 * at(0.05)).length
          found[seed]!.silent = silent / factors.length
        },
      },
    ],
  })
  return runs.map(({ history }, i) => ({
    ...found[i]!,
    losses: history.map(({ train }) => train.loss),
    lastLoss: estimate(found[i]!.steps.slice(-100)).mean,
  }))
}

/** The slope of the straight line through logarithms: the power that y follows. */
function slopeOf(points: readonly (readonly [x: number, y: number])[]): number {
  const logs = points.map(([x, y]) => [Math.log(x), Math.log(y)] as const)
  const [x, y] = [0, 1].map(i => estimate(logs.map(point => point[i]!)).mean)
  const products = logs.map(([a, b]) => [(a - x!) * (b - y!), (a - x!) ** 2] as const)
  return products.reduce((s, [p]) => s + p, 0) / products.reduce((s, [, q]) => s + q, 0)
}

const percent = (share: number): string => `${(100 * share).toFixed(0)} %`
