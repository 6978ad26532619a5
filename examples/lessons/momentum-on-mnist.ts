// A velocity makes of small steps in one direction a large one: on a valley, and on MNIST.
import {
  crossEntropy,
  estimate,
  fitSeeds,
  heNormal,
  linear,
  minimise,
  momentum,
  nesterov,
  type OptimizerConfig,
  pairedDifference,
  relu,
  sequential,
  sgd,
} from 'justright'
import { isBelow, type Lesson, type LessonContext, meanCurve, words } from 'justright/lessons'
import { mnist } from 'justright/node'
import { constant, mul, sum } from 'justright/ops'

const seeds = [0, 1, 2]

const lesson: Lesson = {
  name: 'momentum-on-mnist',
  group: 'optimizers',
  claims: ['59'],
  title: {
    en: 'Momentum, on a valley and on MNIST',
    ko: '골짜기와 MNIST에서의 모멘텀',
  },
  story: {
    en: 'Momentum keeps a velocity: v = rho v + g, w = w - rate v. Gradients that change their sign cancel in it, gradients that agree add up, to 1 / (1 - rho) times a single one. First the valley x^2 / 20 + y^2 of the textbook, then its net, 784-100-100-100-100-10 with ReLU and He initialisation, in batches of 128 with a rate of .01. With rho = .99 the rate is a tenth, so that the sum is as long.',
    ko: '모멘텀은 속도를 지닌다. v = rho v + g, w = w - 학습률 v. 부호가 바뀌는 기울기는 속도 안에서 상쇄되고, 방향이 같은 기울기는 하나의 1 / (1 - rho)배까지 쌓인다. 먼저 교재의 골짜기 x^2 / 20 + y^2를, 다음으로 교재의 신경망(784-100-100-100-100-10, ReLU, He 초기화)을 배치 128, 학습률 .01로 훈련한다. rho = .99일 때는 쌓인 길이가 같도록 학습률을 10분의 1로 한다.',
  },
  reduced: {
    en: '5 epochs (2,150 steps, the textbook makes 2,000) instead of 15',
    ko: '15에폭 대신 5에폭(2,150단계, 교재는 2,000단계)',
  },
  seconds: { short: 30, full: 90 },
  async run(context) {
    const { show, text } = context
    const zigzags = signChanges(await valley(sgd({ learningRate: 0.95 })))
    const swings = signChanges(await valley(momentum({ learningRate: 0.1, momentum: 0.9 })))

    const optimizers = {
      'SGD .01': sgd({ learningRate: 0.01 }),
      'momentum .9': momentum({ learningRate: 0.01, momentum: 0.9 }),
      'momentum .99': momentum({ learningRate: 0.001, momentum: 0.99 }),
      'Nesterov .9': nesterov({ learningRate: 0.01, momentum: 0.9 }),
    }
    const trained: Record<string, Awaited<ReturnType<typeof train>>> = {}
    for (const [i, [name, optimizer]] of Object.entries(optimizers).entries()) {
      context.signal.throwIfAborted()
      context.progress(i / 4, { en: name, ko: name })
      trained[name] = await train(optimizer, context)
    }
    show({
      kind: 'lines',
      title: text({ en: 'Loss by epoch, mean of the seeds', ko: '에폭별 손실, 시드의 평균' }),
      x: { label: text(words.epoch) },
      y: { label: text(words.trainLoss), scale: 'log' },
      series: Object.entries(trained).map(([name, runs]) => ({
        name,
        points: meanCurve(runs.map(({ losses }) => losses)),
      })),
    })

    const lossOf = (name: keyof typeof optimizers) => trained[name]!.map(({ last }) => last)
    const [plain, velocity, heavy, ahead] = (['SGD .01', 'momentum .9', 'momentum .99', 'Nesterov .9'] as const).map(lossOf) // biome-ignore format: one line a table
    const gain = pairedDifference(plain!, velocity!)
    const isLower = isBelow(gain)
    const isStraighter = swings < zigzags
    const m = (values: readonly number[]) => estimate(values).mean.toFixed(3)
    return [
      {
        claim: '59',
        verdict:
          isLower && isStraighter ? 'holds' : isLower || isStraighter ? 'conditional' : 'fails',
        reason: {
          en: `On the valley y changes its sign ${swings} times in 30 steps, with SGD ${zigzags} times. On MNIST the loss of the last 100 steps is ${m(velocity!)} with friction .9 and ${m(heavy!)} with .99, against ${m(plain!)} of SGD: ${gain.mean.toFixed(3)} ± ${gain.halfWidth!.toFixed(3)} for the same seeds. Nesterov comes to ${m(ahead!)}. Part of that is a larger rate in disguise, since a velocity of .9 sums ten gradients.`,
          ko: `골짜기에서 y의 부호는 30걸음 동안 ${swings}번 바뀌고, SGD에서는 ${zigzags}번 바뀐다. MNIST에서 마지막 100단계의 손실은 마찰 .9에서 ${m(velocity!)}, .99에서 ${m(heavy!)}, SGD에서 ${m(plain!)}이다. 같은 시드끼리의 차이는 ${gain.mean.toFixed(3)} ± ${gain.halfWidth!.toFixed(3)}이다. 네스테로프는 ${m(ahead!)}에 이른다. .9의 속도는 기울기 열 개를 더하므로, 그 일부는 학습률이 커진 효과다.`,
        },
        measures: [
          {
            name: { en: 'sign changes of y, momentum', ko: '모멘텀에서 y의 부호 변화' },
            values: [swings],
            published: '4 (textbook, 6.1)',
            expected: [4, 4],
          },
          lossMeasure('SGD .01', plain!, [0.19, 0.27], context),
          lossMeasure('momentum .9', velocity!, [0.06, 0.09], context),
          lossMeasure('momentum .99', heavy!, undefined, context),
          lossMeasure('Nesterov .9', ahead!, [0.06, 0.09], context),
        ],
      },
    ]
  },
}

export default lesson

function lossMeasure(
  name: string,
  values: readonly number[],
  expected: readonly [low: number, high: number] | undefined,
  { isFull }: LessonContext,
) {
  return {
    name: {
      en: `loss of the last 100 steps, ${name}`,
      ko: `마지막 100단계의 손실, ${name}`,
    },
    values,
    ...(expected && !isFull ? { expected } : {}),
  }
}

/** Trains the seeds; the loss of each epoch, and the mean of the last hundred steps. */
async function train(optimizer: OptimizerConfig, { isFull }: LessonContext) {
  const hidden = [linear(100, { weightInit: heNormal() }), relu()]
  const steps: number[][] = seeds.map(() => [])
  const runs = await fitSeeds({
    model: sequential(...hidden, ...hidden, ...hidden, ...hidden, linear(10, { weightInit: heNormal() })), // biome-ignore format: fits
    loss: crossEntropy(),
    optimizer,
    data: await mnist(),
    epochs: isFull ? 15 : 5,
    batchSize: 128,
    seeds,
    recordersOf: seed => [
      { steps: records => void steps[seed]!.push(...records.map(({ loss }) => loss)) },
    ],
  })
  return runs.map(({ history }, i) => ({
    losses: history.map(({ train }) => train.loss),
    last: estimate(steps[i]!.slice(-100)).mean,
  }))
}

/** The way of an optimiser down x^2 / 20 + y^2 from (-7, 2). */
async function valley(optimizer: OptimizerConfig): Promise<(readonly number[])[]> {
  const points = await minimise(p => sum(mul(constant([1 / 20, 1], 'float64'), mul(p, p))), {
    optimizer,
    from: [-7, 2],
    steps: 30,
  })
  return points.map(({ p }) => p)
}

/** How often y changes its sign. */
function signChanges(points: readonly (readonly number[])[]): number {
  return points.filter(([, y], i) => i > 0 && Math.sign(y!) !== Math.sign(points[i - 1]![1]!))
    .length
}
