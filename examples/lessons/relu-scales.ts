// Six layers of ReLU: what He's factor 2 keeps, and what Xavier loses without it.
import {
  type InitConfig,
  lectureHe,
  lectureXavier,
  linear,
  relu,
  type SignalReport,
  sequential,
  signalCharts,
  signalsOfSeeds,
} from 'justright'
import { type Lesson, words } from 'justright/lessons'

const lesson: Lesson = {
  name: 'relu-scales',
  group: 'initialization',
  claims: ['56'],
  title: {
    en: 'He is just right for ReLU',
    ko: 'ReLU에는 He가 딱 맞다',
  },
  story: {
    en: 'ReLU sets half of its inputs to 0. With weights of variance 1 / n the mean square of a signal is halved in every layer, forward and backward; with 2 / n it stays. Theory says more: in every layer the mean of the activations is 1 / sqrt(pi) = .564 and their deviation sqrt(1 - 1 / pi) = .826. Both are measured in the net of cs231n, with several seeds, since signals of one net stray a little around those of theory.',
    ko: 'ReLU는 입력의 절반을 0으로 만든다. 분산이 1 / n인 가중치에서는 앞으로든 뒤로든 층마다 신호의 제곱 평균이 절반이 되고, 2 / n이면 그대로다. 이론은 더 구체적이다. 모든 층에서 활성값의 평균은 1 / sqrt(pi) = .564, 표준편차는 sqrt(1 - 1 / pi) = .826이다. cs231n의 신경망에서 둘을 잰다. 한 신경망의 신호는 이론값 주위에서 조금씩 벗어나므로 시드를 여럿 쓴다.',
  },
  reduced: {
    en: 'layers of 512 instead of 4,096, and 64 examples instead of 16',
    ko: '너비 4,096과 예제 16개 대신 너비 512와 예제 64개',
  },
  seconds: { short: 2, full: 45 },
  isExact: true,
  async run({ isFull, progress, show, text }) {
    const [width, examples] = isFull ? [4096, 16] : [512, 64]
    const seeds = [0, 1, 2, 3, 4]
    const send = (weightInit: InitConfig) =>
      signalsOfSeeds({ model: net(width, weightInit), inputs: [examples, width], seeds })
    progress(0, { en: 'He', ko: 'He' })
    const he = await send(lectureHe())
    progress(0.5, { en: 'Xavier', ko: 'Xavier' })
    const xavier = await send(lectureXavier())

    const { activations } = signalCharts(he[0]!)
    show({ ...activations, title: text({ en: 'Activations, He', ko: 'He: 활성값' }), x: { label: text(words.activation) } }) // biome-ignore format: fits
    show({
      kind: 'lines',
      title: text({ en: 'Deviation of activations by layer', ko: '층별 활성값의 표준편차' }),
      x: { label: text(words.layer) },
      y: { label: text(words.deviation), scale: 'log' },
      series: [
        { name: 'He', points: means(he, stds).map((y, i) => [i + 1, y]) },
        { name: 'Xavier', points: means(xavier, stds).map((y, i) => [i + 1, y]) },
        {
          name: text({ en: 'theory', ko: '이론' }),
          points: theory(he[0]!).map((y, i) => [i + 1, y]),
        },
        { name: text({ en: 'theory, Xavier', ko: '이론, Xavier' }), points: theory(xavier[0]!).map((y, i) => [i + 1, y]) }, // biome-ignore format: fits
      ],
    })

    const expected = Math.sqrt(1 - 1 / Math.PI)
    const byLayer = means(he, stds)
    const off = Math.max(...byLayer.map(std => Math.abs(std / expected - 1)))
    const back = he.map(report => slopes(report)[0]! / slopes(report)[5]!)
    const lost = xavier.map(report => stds(report)[5]! / stds(report)[0]!)
    const percent = (value: number) => `${(100 * value).toFixed(1)} %`
    const mean = (values: readonly number[]) => values.reduce((a, b) => a + b) / values.length
    return [
      {
        claim: '56',
        verdict: off < 0.05 && Math.abs(mean(back) - 1) < 0.1 ? 'holds' : 'fails',
        reason: {
          en: `With He the deviation is ${expected.toFixed(3)} in every layer, to ${percent(off)} in the mean of ${seeds.length} seeds, and ${percent(mean(back))} of the gradient arrive at the first layer. With Xavier the sixth layer has ${percent(mean(lost))} of the first's deviation.`,
          ko: `He에서는 모든 층의 표준편차가 ${expected.toFixed(3)}이고(시드 ${seeds.length}개 평균의 오차 ${percent(off)} 이내), 기울기의 ${percent(mean(back))}가 첫 층에 닿는다. Xavier에서는 여섯째 층의 표준편차가 첫 층의 ${percent(mean(lost))}다.`,
        },
        measures: [
          ...byLayer.map((_, i) => ({
            name: { en: `deviation, layer ${i + 1}`, ko: `표준편차, 층 ${i + 1}` },
            values: he.map(report => stds(report)[i]!),
            published: '.826 (cs231n)',
            expected: [0.95 * expected, 1.05 * expected] as const,
          })),
          { name: { en: 'dL/da, layer 1 of layer 6', ko: 'dL/da, 첫 층 / 여섯째 층' }, values: back, expected: [0.9, 1.1] }, // biome-ignore format: fits
          { name: { en: 'Xavier: deviation, layer 6 of layer 1', ko: 'Xavier: 표준편차, 여섯째 층 / 첫 층' }, values: lost, published: '.584 to .103 (cs231n)', expected: [0.16, 0.19] }, // biome-ignore format: fits
        ],
      },
    ]
  },
}

export default lesson

/** Six layers of ReLU without biases. */
function net(width: number, weightInit: InitConfig) {
  const hidden = [linear(width, { useBias: false, weightInit }), relu()]
  return sequential(...hidden, ...hidden, ...hidden, ...hidden, ...hidden, ...hidden)
}

const activationsOf = ({ layers }: SignalReport) => layers.filter(({ kind }) => kind === 'relu')

const stds = (report: SignalReport): number[] =>
  activationsOf(report).map(({ output }) => output.std)

const theory = (report: SignalReport): number[] =>
  activationsOf(report).map(({ theory }) => theory!.std!)

const slopes = ({ layers }: SignalReport): number[] =>
  layers.filter(({ kind }) => kind === 'linear').map(({ gradient }) => gradient!.rms)

/** The mean over seeds of every layer's number. */
function means(
  reports: readonly SignalReport[],
  read: (report: SignalReport) => number[],
): number[] {
  const rows = reports.map(read)
  return rows[0]!.map((_, i) => rows.reduce((sum, row) => sum + row[i]!, 0) / rows.length)
}
