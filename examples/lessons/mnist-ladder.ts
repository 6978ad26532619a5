// The ladder of the lectures: from softmax to a deep net with dropout, one change at a time.
import {
  adam,
  compare,
  cosineDecay,
  crossEntropy,
  curvesOf,
  dropout,
  type Experiment,
  type InitConfig,
  linear,
  normal,
  pairedDifference,
  relu,
  sequential,
  sgd,
  xavierUniform,
  zeros,
} from 'justright'
import {
  barOf,
  type Estimated,
  isAbove,
  isBelow,
  type Lesson,
  percent,
  pointsRange,
  type Text,
  words,
} from 'justright/lessons'
import { mnist } from 'justright/node'

/** A net as in the lecture's code, whose biases start as N(0, 1). */
function net(
  hidden: readonly number[],
  weightInit: InitConfig,
  dropoutRate = 0,
  biasInit: InitConfig = normal(),
) {
  const inits = { weightInit, biasInit }
  const drop = dropoutRate > 0 ? [dropout(dropoutRate)] : []
  return sequential(
    ...hidden.flatMap(features => [linear(features, inits), relu(), ...drop]),
    linear(10, inits),
  )
}

/** What each rung is called, what its lab printed, and where re-runs of the full setting lie: mean and sd. */
// biome-ignore format: a row a rung
const rungs = {
  gradient: { name: { en: 'softmax, SGD', ko: '소프트맥스, SGD' }, printed: 0.8951, lab: '07-4' },
  softmax: { name: { en: 'softmax', ko: '소프트맥스' }, printed: 0.9035, lab: '10-1', rerun: [0.8985, 0.0029] },
  hidden: { name: { en: '256-256', ko: '256-256' }, printed: 0.9455, lab: '10-2', rerun: [0.9446, 0.0013] },
  xavier: { name: { en: 'Xavier', ko: 'Xavier' }, printed: 0.9783, lab: '10-3', rerun: [0.98, 0.0013] },
  deep: { name: { en: '4 x 512', ko: '512 네 층' }, printed: 0.9742, lab: '10-4', rerun: [0.9795, 0.003] },
  dropout: { name: { en: 'dropout', ko: '드롭아웃' }, printed: 0.9804, lab: '10-5', rerun: [0.9828, 0.0006] },
  schedule: { name: { en: 'cosine', ko: '코사인' } },
} as const satisfies Readonly<Record<string, Rung>>

interface Rung {
  readonly name: Text
  readonly printed?: number
  readonly lab?: string
  readonly rerun?: readonly [mean: number, sd: number]
}

type RungName = keyof typeof rungs

const lesson: Lesson = {
  name: 'mnist-ladder',
  group: 'mnist-ladder',
  claims: ['30', '31', '32', '33', '34', '35', '38'],
  title: {
    en: 'The ladder of MNIST: softmax, hidden layers, Xavier, depth, dropout',
    ko: 'MNIST 사다리: 소프트맥스, 은닉층, Xavier, 깊이, 드롭아웃',
  },
  story: {
    en: 'The lab code of the lectures climbs from 90 % to 98 % of the test images, one change at a time, and tells a reason for each step: hidden layers see more than a line, Xavier weights start right, depth over-fits, dropout mends that. Each figure is of one run. Here every rung is trained with several seeds, the same for all, so that the difference a step makes can be told from the difference that a seed makes.',
    ko: '강의의 실습 코드는 한 번에 하나씩 바꾸며 시험 그림의 90 %에서 98 %까지 올라가고, 단계마다 이유를 댄다. 은닉층은 직선보다 많은 것을 보고, Xavier 가중치는 알맞은 곳에서 출발하며, 깊은 신경망은 과적합하고, 드롭아웃이 그것을 고친다. 그 수치는 모두 한 번 훈련한 결과다. 여기서는 모든 단계를 같은 시드 여러 개로 훈련한다. 그래야 단계가 만든 차이와 시드가 만든 차이를 가를 수 있다.',
  },
  reduced: {
    en: '3 seeds instead of 5, and 6 epochs instead of 15 on all rungs but softmax and the last: their figures are a little lower than the printed ones, and small steps are not told from noise.',
    ko: '시드는 5개 대신 3개, 소프트맥스와 마지막 단계를 뺀 모든 단계는 15에폭 대신 6에폭만 훈련한다. 그 수치는 인쇄된 것보다 조금 낮고, 작은 차이는 잡음과 구별되지 않는다.',
  },
  seconds: { short: 140, full: 490 },
  async run({ isFull, progress, say, show, signal, text }) {
    const experiment = {
      loss: crossEntropy(),
      optimizer: adam({ learningRate: 0.001 }),
      data: await mnist(),
      epochs: isFull ? 15 : 6,
      batchSize: 100,
    } satisfies Omit<Experiment, 'model'>
    const deep = [512, 512, 512, 512]
    // Softmax is quick, and slow to learn: it always gets its 15 epochs.
    const long = { ...experiment, epochs: 15 }
    const variants: Record<RungName, Experiment> = {
      gradient: { ...long, model: net([], normal()), optimizer: sgd({ learningRate: 0.1 }) },
      softmax: { ...long, model: net([], normal()) },
      hidden: { ...experiment, model: net([256, 256], normal()) },
      xavier: { ...experiment, model: net([256, 256], xavierUniform()) },
      deep: { ...experiment, model: net(deep, xavierUniform()) },
      dropout: { ...experiment, model: net(deep, xavierUniform(), 0.3) },
      // Not of the labs: the net of lab 10-3 with biases from 0 and a rate that falls to 0.
      schedule: {
        ...long,
        model: net([256, 256], xavierUniform(), 0, zeros()),
        schedule: cosineDecay(),
      },
    }

    // The settings are published, nothing is chosen: so the figures are of the test split, and no rung stops early.
    const names = Object.keys(rungs) as RungName[]
    const seeds = isFull ? 5 : 3
    // An epoch of a deep net takes some five times as long as one of the others.
    const costOf = (name: RungName) => (name === 'deep' || name === 'dropout' ? 5 : 1)
    const cost = names.reduce((sum, name) => sum + costOf(name) * variants[name].epochs, 0) * seeds
    let done = 0
    const epochOf = (name: RungName) => {
      done += costOf(name)
      progress(done / cost, rungs[name].name)
    }
    const comparison = await compare({
      variants,
      seeds,
      split: 'test',
      race: false,
      signal,
      recordersOf: name => [{ epoch: () => epochOf(name as RungName) }],
    })
    signal.throwIfAborted()
    const accuracies = Object.fromEntries(
      comparison.variants.map(({ name, runs }) => [name, runs.map(({ test }) => test!.accuracy!)]),
    ) as Record<RungName, number[]>
    const standing = (name: RungName) =>
      comparison.verdict!.standings.find(one => one.name === name)!

    show({
      kind: 'bars',
      title: text({
        en: 'The ladder: test accuracy with its 95 % interval, and the printed figure',
        ko: '사다리: 시험 정확도와 95 % 구간, 그리고 인쇄된 수치',
      }),
      value: { label: text(words.testAccuracy) },
      format: 'percent',
      bars: names.map(name =>
        barOf(text(rungs[name].name), standing(name), (rungs[name] as Rung).printed),
      ),
    })
    const curves = curvesOf(comparison)
    show({
      ...curves,
      title: text({
        en: 'Validation accuracy by epoch, ± one sd of the seeds',
        ko: '에폭별 검증 정확도와 시드의 표준편차',
      }),
      x: { label: text(words.epoch) },
      y: { label: text(words.accuracy) },
      series: curves.series.map(one => ({ ...one, name: text(rungs[one.name as RungName].name) })),
    })

    // What each step adds, seed by seed: the difference a seed makes to both rungs falls out.
    const step = (from: RungName, to: RungName) =>
      pairedDifference(accuracies[from], accuracies[to], { resolution: 1e-4 })
    const steps = {
      optimizer: step('gradient', 'softmax'),
      hidden: step('softmax', 'hidden'),
      xavier: step('hidden', 'xavier'),
      depth: step('xavier', 'deep'),
      dropout: step('deep', 'dropout'),
    }
    const measure = (name: RungName) => {
      const { name: rung, printed, lab, rerun } = rungs[name] as Rung
      return {
        name: rung,
        values: accuracies[name],
        format: 'percent' as const,
        ...(printed ? { published: `${percent(printed)} (lab ${lab})` } : {}),
        ...((isFull || name === 'softmax') && rerun ? { expected: around(rerun) } : {}),
      }
    }
    const mean = (name: RungName) => standing(name).mean
    const { optimizer, hidden, xavier, depth, dropout: dropped } = steps
    const worst = Math.min(...accuracies.schedule)
    const helped = Object.values(steps).map(gap => isAbove(gap))
    const hurt = Object.values(steps).some(gap => isBelow(gap))
    say({
      en: `Steps, in points of accuracy with 95 % intervals: Adam in place of SGD ${pointsRange(optimizer)}, hidden layers ${pointsRange(hidden)}, Xavier ${pointsRange(xavier)}, depth ${pointsRange(depth)}, dropout ${pointsRange(dropped)}.`,
      ko: `단계마다 정확도가 바뀐 크기(퍼센트포인트, 95 % 구간): SGD 대신 Adam ${pointsRange(optimizer)}, 은닉층 ${pointsRange(hidden)}, Xavier ${pointsRange(xavier)}, 깊이 ${pointsRange(depth)}, 드롭아웃 ${pointsRange(dropped)}.`,
    })
    return [
      {
        claim: '30',
        verdict: Math.abs(mean('softmax') - 0.9) < 0.015 ? 'holds' : 'fails',
        reason: {
          en: `Softmax alone gets ${percent(mean('softmax'))} of the test images. It starts from N(0, 1) weights, and is still learning when it is stopped.`,
          ko: `소프트맥스만으로 시험 그림의 ${percent(mean('softmax'))}를 맞힌다. N(0, 1) 가중치에서 출발하며, 훈련을 멈출 때도 아직 배우는 중이다.`,
        },
        measures: [measure('softmax'), measure('gradient')],
      },
      {
        claim: '31',
        verdict: isAbove(hidden) && Math.abs(mean('hidden') - 0.94) < 0.015 ? 'holds' : 'fails',
        reason: {
          en: `Two hidden layers get ${percent(mean('hidden'))}: ${pointsRange(hidden)} points over softmax.`,
          ko: `은닉층 둘로 ${percent(mean('hidden'))}를 맞힌다. 소프트맥스보다 ${pointsRange(hidden)} 퍼센트포인트 높다.`,
        },
        measures: [measure('hidden')],
      },
      {
        claim: '32',
        verdict: isAbove(xavier, 0.02) && mean('xavier') > 0.97 ? 'holds' : 'fails',
        reason: {
          en: `Xavier weights alone take the same net to ${percent(mean('xavier'))}, by ${pointsRange(xavier)} points: the largest step for the least work.`,
          ko: `Xavier 가중치만 바꿔도 같은 신경망이 ${percent(mean('xavier'))}에 이른다. ${pointsRange(xavier)} 퍼센트포인트, 가장 적은 일로 얻은 큰 걸음이다.`,
        },
        measures: [measure('xavier')],
      },
      {
        claim: '33',
        verdict: isBelow(depth) ? 'holds' : 'fails',
        reason: isBelow(depth)
          ? {
              en: `Four layers of 512 do worse than two of 256 here, by ${pointsRange(depth)} points.`,
              ko: `여기서는 512 네 층이 256 두 층보다 나쁘다(${pointsRange(depth)} 퍼센트포인트).`,
            }
          : {
              en: `Depth changes the accuracy by ${pointsRange(depth)} points: the interval ${isAbove(depth) ? 'is above' : 'includes'} 0. The printed gap of -0.41 points is of one run each; seeds alone make deep nets differ by ${percent(Math.max(...accuracies.deep) - Math.min(...accuracies.deep))} here.`,
              ko: `깊이가 바꾼 정확도는 ${pointsRange(depth)} 퍼센트포인트다. 구간이 0${isAbove(depth) ? '보다 위에 있다' : '을 포함한다'}. 인쇄된 차이 -0.41은 한 번씩 훈련한 결과이고, 여기서 깊은 신경망은 시드만 바꿔도 ${percent(Math.max(...accuracies.deep) - Math.min(...accuracies.deep))} 차이가 난다.`,
            },
        measures: [measure('deep')],
      },
      {
        claim: '34',
        verdict:
          mean('dropout') < 0.975 || isBelow(dropped)
            ? 'fails'
            : isAbove(dropped)
              ? 'holds'
              : 'conditional',
        reason: {
          en: `With dropout the deep net gets ${percent(mean('dropout'))}, ${pointsRange(dropped)} points over the one without${isAbove(dropped) ? '' : ': so many seeds and epochs do not tell that from noise'}.`,
          ko: `드롭아웃을 넣은 깊은 신경망은 ${percent(mean('dropout'))}를 맞힌다. 넣지 않은 것과의 차이는 ${pointsRange(dropped)} 퍼센트포인트다${isAbove(dropped) ? '' : '. 이만한 시드와 에폭으로는 잡음과 구별되지 않는다'}.`,
        },
        measures: [measure('dropout')],
      },
      {
        claim: '35',
        verdict: worst >= 0.98 ? 'holds' : mean('schedule') >= 0.98 ? 'conditional' : 'fails',
        reason: {
          en: `Two layers of 256 with Xavier weights, biases of 0 and a rate that falls by a cosine get ${percent(mean('schedule'))} in the mean and ${percent(worst)} with the worst seed, without dropout. The top rung of the labs, deep with dropout, gets ${percent(mean('dropout'))} in ${experiment.epochs} epochs.`,
          ko: `Xavier 가중치와 0에서 시작하는 편향, 코사인으로 낮추는 학습률을 쓴 256 두 층은 드롭아웃 없이 평균 ${percent(mean('schedule'))}, 가장 나쁜 시드에서 ${percent(worst)}를 맞힌다. 실습의 맨 위 단계인 드롭아웃을 넣은 깊은 신경망은 ${experiment.epochs}에폭에 ${percent(mean('dropout'))}다.`,
        },
        measures: [measure('schedule'), measure('dropout')],
      },
      {
        claim: '38',
        verdict: helped.every(Boolean) ? 'holds' : hurt ? 'fails' : 'conditional',
        reason: {
          en: `Beyond noise: ${listed('en', steps, true)}. Not told from noise, or worse: ${listed('en', steps, false)}. Adam is held against SGD on softmax, where the labs have both.`,
          ko: `잡음을 넘어선 단계: ${listed('ko', steps, true)}. 잡음과 구별되지 않거나 나빠진 단계: ${listed('ko', steps, false)}. Adam은 실습에 두 방법이 모두 있는 소프트맥스에서 SGD와 견준다.`,
        },
        measures: Object.entries(steps).map(([name, { mean }]) => ({
          name: stepNames[name as keyof typeof stepNames],
          values: [mean],
          format: 'percent' as const,
        })),
      },
    ]
  },
}

export default lesson

const stepNames = {
  optimizer: { en: 'Adam', ko: 'Adam' },
  hidden: { en: 'hidden layers', ko: '은닉층' },
  xavier: { en: 'Xavier', ko: 'Xavier' },
  depth: { en: 'depth', ko: '깊이' },
  dropout: { en: 'dropout', ko: '드롭아웃' },
} as const

/** The steps that helped beyond noise, or the others, by name. */
function listed(
  language: 'en' | 'ko',
  steps: Record<keyof typeof stepNames, Estimated>,
  isBeyond: boolean,
) {
  const names = Object.keys(stepNames) as (keyof typeof stepNames)[]
  const chosen = names.filter(name => isAbove(steps[name]) === isBeyond)
  return (
    chosen.map(name => stepNames[name][language]).join(', ') ||
    (language === 'ko' ? '없음' : 'none')
  )
}

/** Three deviations of the seeds on either side of a mean. */
const around = ([mean, sd]: readonly [number, number]): readonly [number, number] => [
  mean - 3 * sd,
  mean + 3 * sd,
]
