// Sigmoid with weights of deviation 1: where the activations go, and what becomes of the gradient.
import {
  type InitConfig,
  lectureXavier,
  linear,
  normal,
  type SignalReport,
  sequential,
  sigmoid,
  signalCharts,
  signalsOfSeeds,
} from 'justright'
import { type Lesson, words } from 'justright/lessons'

const lesson: Lesson = {
  name: 'sigmoid-pile-up',
  group: 'initialization',
  claims: ['50'],
  title: {
    en: 'Sigmoid with large weights: activations at 0 and 1, and the gradient',
    ko: '가중치가 큰 시그모이드: 0과 1에 몰린 활성값과 기울기',
  },
  story: {
    en: 'The textbook sends 1,000 normal examples through five layers of 100 sigmoids. With weights of deviation 1 its histograms pile up at 0 and 1, where sigmoid is flat, and from this it concludes that gradients vanish. But a gradient is multiplied by two things in each layer: the derivative of the sigmoid and the weights. So both are measured here: the derivative, and the gradient itself, of a sum of the outputs with random factors. Deviation .01 and Xavier are measured beside.',
    ko: '책은 정규분포 예제 1,000개를 시그모이드 100개씩 다섯 층에 통과시킨다. 표준편차가 1인 가중치에서는 히스토그램이 시그모이드가 평평한 0과 1에 몰리고, 책은 여기서 기울기가 사라진다고 결론짓는다. 그런데 기울기는 층마다 두 가지와 곱해진다. 시그모이드의 도함수와 가중치다. 그래서 도함수와, 출력에 무작위 계수를 곱해 더한 값의 기울기 자체를 모두 잰다. 표준편차 .01과 Xavier도 함께 잰다.',
  },
  reduced: {
    en: '250 examples and 3 seeds instead of 1,000 and 20',
    ko: '예제 1,000개와 시드 20개 대신 250개와 3개',
  },
  seconds: { short: 2, full: 15 },
  isExact: true,
  async run({ isFull, progress, show, text }) {
    const seeds = Array.from({ length: isFull ? 20 : 3 }, (_, seed) => seed)
    const inits = { '1': normal(0, 1), '.01': normal(0, 0.01), Xavier: lectureXavier() }
    const reports: Record<string, SignalReport[]> = {}
    for (const [name, weightInit] of Object.entries(inits)) {
      progress(Object.keys(reports).length / 3, { en: `weights: ${name}`, ko: `가중치: ${name}` })
      reports[name] = await signalsOfSeeds({ model: net(weightInit), inputs: [isFull ? 1000 : 250, 100], seeds }) // biome-ignore format: fits
    }

    const large = reports['1']!
    const { activations } = signalCharts(large[0]!)
    show({ ...activations, title: text({ en: 'Activations, weights of deviation 1', ko: '표준편차 1: 활성값' }), x: { label: text(words.activation) } }) // biome-ignore format: fits
    show({
      kind: 'lines',
      title: text({ en: 'Gradient by pre-activations (rms), and theory', ko: '활성화 이전 값의 기울기(rms)와 이론' }), // biome-ignore format: fits
      x: { label: text(words.layer) },
      y: { label: 'dL/da', scale: 'log' },
      series: Object.entries(reports).flatMap(([name, [report]]) => [
        { name, points: gradientsOf(report!).map((y, i) => [i + 1, y] as const) },
        { name: `${name}, ${text({ en: 'theory', ko: '이론' })}`, points: theoryOf(report!).map((y, i) => [i + 1, y] as const) }, // biome-ignore format: fits
      ]),
    })

    // Of a layer in the middle, as in the textbook's picture.
    const third = (report: SignalReport) => report.layers.filter(({ activation }) => activation)[2]!.activation! // biome-ignore format: fits
    const piled = large.map(report => third(report).saturated!.low + third(report).saturated!.high)
    const flat = large.map(report => third(report).derivative.median!)
    const left = (name: string) => reports[name]!.map(report => gradientsOf(report)[0]! / gradientsOf(report)[4]!) // biome-ignore format: fits
    const isPiled = Math.min(...piled) > 0.5
    const isFlat = mean(flat) < 0.05
    const isGone = mean(left('1')) < 0.1
    const percent = (value: number) => `${(100 * value).toFixed(0)} %`
    return [
      {
        claim: '50',
        verdict: isPiled && isGone ? 'holds' : isPiled && isFlat ? 'conditional' : 'fails',
        reason: {
          en: `Activations pile up: ${percent(mean(piled))} of the third layer are below .1 or above .9, and the derivative of the sigmoid there has a median of ${mean(flat).toPrecision(2)} instead of .25. The gradient does not vanish: ${percent(mean(left('1')))} of it are left after four layers, since weights of deviation 1 multiply it by what the flat sigmoid takes away. It vanishes with the small weights, whose activations look harmless: to ${mean(left('.01')).toExponential(0)} with deviation .01, to ${mean(left('Xavier')).toPrecision(1)} with Xavier.`,
          ko: `활성값은 몰린다. 셋째 층의 ${percent(mean(piled))}가 .1보다 작거나 .9보다 크고, 그곳 도함수의 중앙값은 .25가 아니라 ${mean(flat).toPrecision(2)}이다. 그러나 기울기는 사라지지 않는다. 네 층을 지나도 ${percent(mean(left('1')))}가 남는다. 평평한 시그모이드가 줄인 만큼 표준편차 1인 가중치가 키우기 때문이다. 기울기가 사라지는 것은 활성값이 멀쩡해 보이는 작은 가중치 쪽이다. 표준편차 .01에서는 ${mean(left('.01')).toExponential(0)}, Xavier에서는 ${mean(left('Xavier')).toPrecision(1)}만 남는다.`,
        },
        measures: [
          { name: { en: 'activations of layer 3 below .1 or above .9', ko: '셋째 층에서 .1보다 작거나 .9보다 큰 활성값' }, values: piled, format: 'percent', expected: [0.68, 0.8] }, // biome-ignore format: fits
          { name: { en: 'derivative in layer 3, median', ko: '셋째 층 도함수의 중앙값' }, values: flat, expected: [0.001, 0.025] }, // biome-ignore format: fits
          ...Object.entries({ '1': [0.6, 1], '.01': [2e-7, 6e-7], Xavier: [2e-3, 4e-3] } as const).map(([name, expected]) => ({ name: { en: `dL/da left after four layers, ${name}`, ko: `네 층 뒤에 남은 dL/da, ${name}` }, values: left(name), expected })), // biome-ignore format: fits
        ],
      },
    ]
  },
}

export default lesson

/** Five layers of 100 sigmoids without biases. */
function net(weightInit: InitConfig) {
  const hidden = [linear(100, { useBias: false, weightInit }), sigmoid()]
  return sequential(...hidden, ...hidden, ...hidden, ...hidden, ...hidden)
}

/** dL/da of every layer: the gradient of what a linear layer gives. */
const gradientsOf = ({ layers }: SignalReport): number[] =>
  layers.filter(({ kind }) => kind === 'linear').map(({ gradient }) => gradient!.rms)

const theoryOf = ({ layers }: SignalReport): number[] =>
  layers.filter(({ kind }) => kind === 'linear').map(({ theory }) => theory!.gradient!)

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b) / values.length
