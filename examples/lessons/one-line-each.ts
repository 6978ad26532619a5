// What the slides write as one line of PyTorch each, in one line each, held against the formulas.
import {
  batchNorm,
  chooseEngine,
  conv2d,
  heNormal,
  type InitConfig,
  type LayerConfig,
  linear,
  normal,
  relu,
  type Tensor,
  tensor,
  xavierNormal,
} from 'justright'
import { type Lesson, words } from 'justright/lessons'
import { applyModel, initialParameters, input, pureProgram } from 'justright/ops'

const lesson: Lesson = {
  name: 'one-line-each',
  group: 'building-bricks',
  claims: ['57'],
  title: {
    en: 'ReLU, batch normalisation and three initialisers: a line each',
    ko: 'ReLU, 배치 정규화, 초기화 세 가지: 한 줄씩',
  },
  story: {
    en: 'The slides end with lines of PyTorch: nn.ReLU(), nn.BatchNorm2d(100) with and without affine weights on a batch of 20 x 100 x 35 x 45, and weights by normal_(0, .02), xavier_normal_ and kaiming_normal_. Here are the same lines. A line proves little, so each one is held against its formula: what ReLU gives for numbers below and above 0, mean and variance of every channel, and the deviation of hundreds of thousands of drawn weights.',
    ko: '강의 자료는 PyTorch 몇 줄로 끝난다. nn.ReLU(), 20 x 100 x 35 x 45 배치에 대한 nn.BatchNorm2d(100)(affine 유무), 그리고 normal_(0, .02), xavier_normal_, kaiming_normal_로 뽑은 가중치다. 여기서 같은 것을 한 줄씩 써 본다. 한 줄만으로는 아무것도 증명되지 않으므로 각각 수식과 대조한다. 0 아래와 위의 수에 대한 ReLU의 값, 채널마다의 평균과 분산, 수십만 개 가중치의 표준편차다.',
  },
  seconds: { short: 1, full: 1 },
  isExact: true,
  async run({ show, text }) {
    const rectified = await outputOf(relu(), tensor([-2, -0.5, 0, 0.5, 2]))
    const isRelu = [...rectified.data].join() === '0,0,0,0.5,2'

    // A channel of its own mean and spread each; every epsilon is 1e-5, as in PyTorch.
    const shape = [20, 100, 35, 45] as const
    const area = shape[2] * shape[3]
    const channelOf = (i: number) => Math.floor(i / area) % shape[1]
    const data = Float32Array.from(
      { length: shape[0] * shape[1] * area },
      (_, i) => channelOf(i) / 10 + (1 + channelOf(i)) * Math.sin(i),
    )
    const images: Tensor = { dtype: 'float32', shape, data }
    const [affine, plain] = [batchNorm(), batchNorm({ isAffine: false })]
    const normalized = await outputOf(affine, images)
    const bare = await outputOf(plain, images)
    const isSame = bare.data.every((y, i) => y === normalized.data[i])
    const { mean, variance } = momentsByChannel(normalized, channelOf)
    const farthestMean = Math.max(...mean.map(Math.abs))
    const farthestVariance = Math.max(...variance.map(v => Math.abs(v - 1)))

    // Weights of a layer from 784 to 256 units, and of a convolution; each drawn once.
    const dense = (weightInit: InitConfig) => weightOf(linear(256, { weightInit }), [1, 784])
    const kernel = weightOf(conv2d(128, 4, { weightInit: normal(0, 0.02) }), [1, 64, 4, 4])
    const drawn = [
      { name: 'normal(0, .02)', weight: kernel, std: 0.02 },
      { name: 'xavierNormal()', weight: dense(xavierNormal()), std: Math.sqrt(2 / (784 + 256)) },
      { name: 'heNormal()', weight: dense(heNormal()), std: Math.sqrt(2 / 784) },
      { name: "heNormal({ mode: 'fanOut' })", weight: dense(heNormal({ mode: 'fanOut' })), std: Math.sqrt(2 / 256) }, // biome-ignore format: one line a row
    ].map(row => ({ ...row, measured: deviation(row.weight) }))
    const edges = Array.from({ length: 41 }, (_, i) => (i - 20) / 80)
    show({
      kind: 'histograms',
      title: text({ en: 'Weights as drawn', ko: '뽑힌 가중치' }),
      x: { label: text({ en: 'weight', ko: '가중치' }) },
      panels: drawn.map(({ name, weight }) => ({ name, edges, counts: countsIn(weight, edges) })),
    })

    const isDrawn = drawn.every(({ measured, std }) => Math.abs(measured / std - 1) < 0.01)
    const isNormalized = farthestMean < 1e-5 && farthestVariance < 1e-4
    const deviations = drawn.map(({ name, measured, std }) => `${name} ${measured.toFixed(4)} (${std.toFixed(4)})`) // biome-ignore format: fits
    return [
      {
        claim: '57',
        verdict: isRelu && isNormalized && isSame && isDrawn ? 'holds' : 'fails',
        reason: {
          en: `relu() gives 0 up to 0 and x above. batchNorm() leaves every one of 100 channels with a mean of 0 to ${farthestMean.toExponential(0)} and a variance of 1 to ${farthestVariance.toExponential(0)} (the epsilon of 1e-5 beside a variance of one half); without its weights, isAffine: false, the same bits, since they start at 1 and 0. Deviations of drawn weights, formula in brackets: ${deviations.join(', ')}.`,
          ko: `relu()는 0까지는 0, 그 위로는 x를 준다. batchNorm()을 거치면 채널 100개 모두 평균이 0에서 ${farthestMean.toExponential(0)}, 분산이 1에서 ${farthestVariance.toExponential(0)} 안에 든다(분산 1/2 옆의 epsilon 1e-5 때문이다). isAffine: false로 가중치를 빼도 비트까지 같다. 가중치가 1과 0에서 출발하기 때문이다. 뽑힌 가중치의 표준편차(괄호 안은 수식): ${deviations.join(', ')}.`,
        },
        measures: [
          {
            name: {
              en: 'batch normalisation: greatest |mean|',
              ko: '배치 정규화: |평균|의 최댓값',
            },
            values: [farthestMean],
            expected: [0, 1e-5],
          },
          {
            name: { en: 'batch normalisation: greatest |variance - 1|', ko: '배치 정규화: |분산 - 1|의 최댓값' }, // biome-ignore format: fits
            values: [farthestVariance],
            expected: [0, 1e-4],
          },
          ...drawn.map(({ name, measured, std }) => ({
            name: { en: `${name}: ${words.deviation.en}`, ko: `${name}: ${words.deviation.ko}` },
            values: [measured],
            published: `${std.toFixed(4)} (formula)`,
            expected: [0.99 * std, 1.01 * std] as const,
          })),
        ],
      },
    ]
  },
}

export default lesson

/** What a layer gives in training, with the parameters that it starts with, by the fastest engine. */
async function outputOf(layer: LayerConfig, x: Tensor): Promise<Tensor> {
  const applied = applyModel(layer, input('x', x.shape), { isTraining: true })
  const engine = await chooseEngine()
  const executable = await engine.compile(pureProgram({ output: applied.output }))
  const { output } = await executable.run({ ...initialParameters(applied), x })
  await executable.release()
  return output!
}

/** The weight that a layer draws for an input of a shape. */
function weightOf(layer: LayerConfig, shape: readonly number[]): Tensor {
  return initialParameters(applyModel(layer, input('x', shape))).weight!
}

function deviation({ data }: Tensor): number {
  const meanOf = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length
  const mean = meanOf([...data])
  return Math.sqrt(meanOf([...data].map(x => (x - mean) ** 2)))
}

function momentsByChannel({ data, shape }: Tensor, channelOf: (i: number) => number) {
  const count = data.length / shape[1]!
  const [sums, squares] = [0, 1].map(() => new Float64Array(shape[1]!)) as [Float64Array, Float64Array] // biome-ignore format: fits
  data.forEach((y, i) => {
    sums[channelOf(i)]! += y / count
    squares[channelOf(i)]! += (y * y) / count
  })
  return { mean: [...sums], variance: [...squares].map((square, c) => square - sums[c]! ** 2) }
}

function countsIn({ data }: Tensor, edges: readonly number[]): number[] {
  const counts = new Array(edges.length - 1).fill(0)
  const width = edges[1]! - edges[0]!
  for (const x of data) {
    const bin = Math.floor((x - edges[0]!) / width)
    if (bin >= 0 && bin < counts.length) counts[bin]++
  }
  return counts
}
