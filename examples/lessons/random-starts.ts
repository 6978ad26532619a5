// The same code, the same data, other initial weights: how long it takes to learn differs a lot.
import {
  binaryCrossEntropy,
  dataOf,
  estimate,
  type FitOptions,
  fit,
  fitSeeds,
  linear,
  proportion,
  type Recorder,
  type Run,
  relu,
  sequential,
  sgd,
  uniform,
} from 'justright'
import { type Lesson, seedsText, words } from 'justright/lessons'

const lesson: Lesson = {
  name: 'random-starts',
  group: 'initialization',
  claims: ['7'],
  title: {
    en: 'The same code learns at another speed from every start',
    ko: '같은 코드도 출발점에 따라 배우는 속도가 다르다',
  },
  story: {
    en: 'The lecture shows two runs of one and the same program, the deep ReLU net on XOR, whose costs fall at different times; the difference is the initial weights, drawn from -1 to 1. Two runs are an anecdote, so here many seeds are trained and the step counted at which each has a cost below .1. And if nothing but the weights differs, then the same seed has to give the same run again, to the last bit.',
    ko: '강의는 같은 프로그램(XOR을 배우는 깊은 ReLU 신경망)을 두 번 실행해 비용이 서로 다른 때에 떨어지는 것을 보여 준다. 다른 것은 -1과 1 사이에서 뽑은 초기 가중치뿐이다. 두 번으로는 일화일 뿐이므로 여러 시드를 훈련해 비용이 .1 아래로 내려간 단계를 센다. 그리고 정말 가중치만 다르다면, 같은 시드는 마지막 비트까지 같은 결과를 내야 한다.',
  },
  reduced: { en: '30 seeds instead of 200.', ko: '시드 200개 대신 30개.' },
  seconds: { short: 1, full: 5 },
  async run({ isFull, progress, show, signal, text }) {
    const corners = [[0, 0], [0, 1], [1, 0], [1, 1]] // biome-ignore format: one line a table
    const xor = corners.map(([a, b]) => [a! ^ b!])
    const perEpoch = 500
    const weights = { weightInit: uniform(-1, 1) }
    const hidden = Array.from({ length: 10 }, () => [linear(5, weights), relu()]).flat()
    const experiment = {
      model: sequential(...hidden, linear(1, weights)),
      loss: binaryCrossEntropy(),
      optimizer: sgd({ learningRate: 0.1 }),
      data: await dataOf({
        train: { inputs: repeat(corners, perEpoch), targets: repeat(xor, perEpoch) },
      }),
      epochs: 6,
      batchSize: 4,
      shuffle: false,
    } satisfies FitOptions

    // A recorder is told the loss of every step.
    const seeds = Array.from({ length: isFull ? 200 : 30 }, (_, seed) => seed)
    const costs = seeds.map((): number[] => [])
    const keep = (seed: number): Recorder => ({
      steps(records) {
        for (const { loss } of records) costs[seed]!.push(loss)
      },
    })
    progress(0, { en: `${seeds.length} seeds at once`, ko: `시드 ${seeds.length}개를 한꺼번에` })
    await fitSeeds({ ...experiment, seeds, recordersOf: seed => [keep(seed)] })
    signal.throwIfAborted()

    const reached = costs.map(curve => curve.findIndex(cost => cost < 0.1) + 1)
    const learned = reached.filter(step => step > 0).sort((a, b) => a - b)
    const rate = proportion(learned.length, seeds.length)
    show({
      kind: 'lines',
      title: text({ en: 'One program, six seeds: cost by step', ko: '한 프로그램, 시드 여섯: 단계별 비용' }), // biome-ignore format: fits
      x: { label: text(words.step) },
      y: { label: text(words.cost) },
      series: seeds.slice(0, 6).map(seed => ({
        name: `${text(words.seed)} ${seed}`,
        points: costs[seed]!.flatMap((cost, i) => (i % 25 === 0 ? [[i + 1, cost] as const] : [])),
      })),
    })
    const [fastest, slowest] = [learned[0] ?? 0, learned.at(-1) ?? 0]
    const width = Math.ceil(slowest / 12)
    const edges = Array.from({ length: 13 }, (_, i) => i * width)
    const counts = edges.slice(1).map((edge, i) => learned.filter(step => step > edges[i]! && step <= edge).length) // biome-ignore format: fits
    show({
      kind: 'histograms',
      title: text({ en: 'When the cost falls below .1', ko: '비용이 .1 아래로 내려간 때' }),
      x: { label: text(words.step) },
      panels: [{ name: text({ en: 'seeds', ko: '시드' }), edges, counts }],
    })

    progress(0.9, { en: 'one seed, twice', ko: '같은 시드로 두 번' })
    const again = { ...experiment, seed: 3, epochs: 2 }
    const [one, other] = [await fit(again), await fit(again)]
    const differing = differingBits(one, other)
    const { mean, sd = 0 } = estimate(learned.length > 0 ? learned : [0])
    return [
      {
        claim: '7',
        verdict: slowest > 2 * fastest && differing === 0 ? 'holds' : 'fails',
        reason: {
          en: `${seedsText(rate).en} come below a cost of .1 in ${perEpoch * experiment.epochs} steps: the fastest after ${fastest}, the slowest after ${slowest}, ${mean.toFixed(0)} on average with a deviation of ${sd.toFixed(0)}. Weights alone make the difference: one seed run twice gives ${differing === 0 ? 'the same parameters to the last bit' : `${differing} parameters that differ`}. The lecture does not say that some starts never learn.`,
          ko: `${perEpoch * experiment.epochs}단계 안에 비용이 .1 아래로 내려간 것은 ${seedsText(rate).ko}다. 가장 빠른 것은 ${fastest}단계, 가장 느린 것은 ${slowest}단계, 평균 ${mean.toFixed(0)}단계에 표준편차 ${sd.toFixed(0)}단계다. 차이는 오로지 가중치에서 온다. 같은 시드를 두 번 실행하면 ${differing === 0 ? '파라미터가 마지막 비트까지 같다' : `파라미터 ${differing}개가 다르다`}. 끝내 배우지 못하는 출발점도 있다는 것은 강의에 나오지 않는다.`,
        },
        measures: [
          {
            name: { en: 'steps to a cost below .1, of the seeds that get there', ko: '비용 .1 아래까지의 단계 수(내려간 시드만)' }, // biome-ignore format: fits
            values: learned,
            published: 'two curves (lecture 10-2)',
          },
          {
            name: { en: 'share of seeds that get there', ko: '내려간 시드의 비율' },
            values: reached.map(step => Number(step > 0)),
            format: 'percent',
          },
          {
            name: { en: 'parameters that differ when a seed is run again', ko: '같은 시드를 다시 실행했을 때 다른 파라미터 수' }, // biome-ignore format: fits
            values: [differing],
            expected: [0, 0],
          },
        ],
      },
    ]
  },
}

export default lesson

/** How many parameters of two runs are not the same number. */
function differingBits(a: Run, b: Run): number {
  const numbers = ({ parameters }: Run) =>
    Object.values(parameters).flatMap(({ data }) => [...data])
  const others = numbers(b)
  return numbers(a).filter((x, i) => !Object.is(x, others[i])).length
}

function repeat<T>(rows: readonly T[], times: number): T[] {
  return Array.from({ length: times }, () => rows).flat()
}
