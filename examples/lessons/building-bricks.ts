// Skips, branches and recurrence: any wiring has a gradient, and a skip carries it through forty layers.
import {
  conv2d,
  estimate,
  flatten,
  gru,
  type LayerConfig,
  linear,
  lstm,
  parallel,
  residual,
  rnn,
  sequential,
  type Tensor,
  tanh,
  tensor,
  uniform,
} from 'justright'
import { type Lesson, words } from 'justright/lessons'
import {
  applyModel,
  constant,
  evaluate,
  gradientErrors,
  gradients,
  initialParameters,
  input,
  mean,
  mul,
  sum,
} from 'justright/ops'

const lesson: Lesson = {
  name: 'building-bricks',
  group: 'building-bricks',
  claims: ['29'],
  title: {
    en: 'Skips, branches and recurrence stack freely',
    ko: '건너뛰기, 갈라졌다 합치기, 순환을 마음대로 쌓는다',
  },
  story: {
    en: 'A skip adds what a layer got to what it gives; split and merge sends the same input through several branches; recurrence feeds a layer its own output. All of them are described below in a line or two. Each is tested where it could go wrong: the gradient of every parameter is held against the slope measured between two points close by. Then forty tanh layers, with and without a skip around each: how much of the gradient arrives at the first one?',
    ko: '건너뛰기는 층이 받은 것을 층이 내는 것에 더하고, 나누고 합치기는 같은 입력을 여러 갈래로 보내며, 순환은 층의 출력을 다시 그 층에 넣는다. 아래에서는 한두 줄로 적는다. 그리고 잘못될 수 있는 곳을 시험한다. 모든 파라미터의 기울기를 가까운 두 점 사이에서 잰 기울기와 비교한다. 다음으로 tanh 마흔 층을 건너뛰기가 있을 때와 없을 때 비교한다. 첫 층에는 기울기가 얼마나 도착하는가?',
  },
  seconds: { short: 1, full: 1 },
  isExact: true,
  async run({ show, text }) {
    const bricks: Record<string, { layer: LayerConfig; shape: readonly number[] }> = {
      skip: {
        layer: residual(sequential(linear(6), tanh(), linear(4))),
        shape: [3, 4],
      },
      'split and merge': {
        layer: parallel([linear(3), sequential(linear(5), tanh(), linear(2))]),
        shape: [3, 4],
      },
      'convolutions beside each other': {
        layer: sequential(parallel([conv2d(2, 1), conv2d(3, 3, { padding: 1 })]), flatten()),
        shape: [2, 2, 4, 4],
      },
      RNN: { layer: rnn(3), shape: [2, 5, 2] },
      LSTM: { layer: lstm(3), shape: [2, 5, 2] },
      GRU: { layer: gru(3), shape: [2, 5, 2] },
      'all of them': {
        layer: sequential(
          gru(4, { output: 'sequence' }),
          residual(parallel([linear(2), linear(2)], { axis: 2 })),
          lstm(3),
        ),
        shape: [2, 5, 2],
      },
    }
    const errors = Object.fromEntries(
      Object.entries(bricks).map(([name, { layer, shape }]) => [name, worstError(layer, shape)]),
    )

    const depth = 40
    // The initial weights of old, uniform within 1 / sqrt(n); Xavier's keep the plain net's gradient too.
    const bound = 1 / Math.sqrt(32)
    const brick = sequential(linear(32, { weightInit: uniform(-bound, bound) }), tanh())
    const plainNet = sequential(...Array.from({ length: depth }, () => brick))
    const skipNet = sequential(...Array.from({ length: depth }, () => residual(brick)))
    const seeds = [0, 1, 2, 3, 4]
    const plain = seeds.map(seed => normsByLayer(plainNet, 'N.0.bias', depth, seed))
    const skipped = seeds.map(seed => normsByLayer(skipNet, 'N.branch.0.bias', depth, seed))
    const curve = (name: string, norms: readonly number[][]) => ({
      name,
      points: norms[0]!.map((norm, i) => [i + 1, norm] as const),
    })
    show({
      kind: 'lines',
      title: text({
        en: `Gradient by layer in ${depth} tanh layers, seed 0`,
        ko: `tanh ${depth}층의 층별 기울기, 시드 0`,
      }),
      x: { label: text(words.layer) },
      y: { label: text(words.gradientNorm), scale: 'log' },
      series: [
        curve(text({ en: 'plain', ko: '그냥 쌓음' }), plain),
        curve(text({ en: 'with skips', ko: '건너뛰기' }), skipped),
      ],
    })

    const share = (norms: readonly number[][]) => norms.map(by => by[0]! / by.at(-1)!)
    const [plainShare, skipShare] = [share(plain), share(skipped)]
    const [plainMean, skipMean] = [plainShare, skipShare].map(of => estimate(of).mean) as [number, number] // biome-ignore format: fits
    const greatestError = Math.max(...Object.values(errors))
    // Neither lost nor burst: within a factor of 100 over all layers.
    const keepsNorm = skipShare.every(value => value > 0.01 && value < 100)
    const aLayer = (whole: number) => (whole ** (1 / (depth - 1))).toFixed(2)
    return [
      {
        claim: '29',
        verdict: greatestError < 1e-6 && keepsNorm ? 'holds' : 'fails',
        reason: {
          en: `The gradients through ${Object.keys(bricks).length} wirings equal the measured slopes to ${greatestError.toExponential(0)}. In ${depth} tanh layers with the initial weights of old, uniform within 1 / sqrt(n), ${plainMean.toExponential(0)} of the gradient that arrives at the last layer is left at the first, a factor of ${aLayer(plainMean)} a layer; with a skip around each layer it is ${skipMean.toPrecision(2)} times as large there, a factor of ${aLayer(skipMean)}. (That split and merge "is" a convolutional net, as the notes say, is loose wording: it is a wiring, and may hold convolutions.)`,
          ko: `${Object.keys(bricks).length}가지 연결의 기울기가 모두 직접 잰 기울기와 ${greatestError.toExponential(0)}까지 같다. 옛 방식의 초기 가중치(±1/sqrt(n) 균등)를 쓴 tanh ${depth}층에서 첫 층에 도착하는 기울기는 마지막 층의 ${plainMean.toExponential(0)}배(층마다 ${aLayer(plainMean)}배)인데, 층마다 건너뛰기를 두면 ${skipMean.toPrecision(2)}배(층마다 ${aLayer(skipMean)}배)다. (노트는 나누고 합치기가 곧 CNN이라고 하지만 느슨한 표현이다. 그것은 연결 방식이며, 그 안에 합성곱이 들어갈 수 있을 뿐이다.)`,
        },
        measures: [
          ...Object.entries(errors).map(([name, error]) => ({
            name: {
              en: `${name}: error of the gradient`,
              ko: `${brickNames[name] ?? name}: 기울기의 오차`,
            },
            values: [error],
            expected: [0, 1e-6] as const,
          })),
          {
            name: { en: 'gradient of the first layer / of the last, plain', ko: '첫 층 기울기 / 마지막 층 기울기, 그냥 쌓음' }, // biome-ignore format: fits
            values: plainShare,
          },
          {
            name: { en: 'gradient of the first layer / of the last, with skips', ko: '첫 층 기울기 / 마지막 층 기울기, 건너뛰기' }, // biome-ignore format: fits
            values: skipShare,
            expected: [1, 100],
          },
        ],
      },
    ]
  },
}

export default lesson

const brickNames: Record<string, string> = {
  skip: '건너뛰기',
  'split and merge': '나누고 합치기',
  'convolutions beside each other': '나란한 합성곱',
  'all of them': '모두 함께',
}

/** How far any gradient by the input or a parameter is from its central difference, in float64. */
function worstError(layer: LayerConfig, shape: readonly number[]): number {
  const applied = applyModel(layer, input('x', shape, 'float64'))
  const feeds = { ...initialParameters(applied, 1, 'float64'), x: waves(shape, 'float64') }
  const loss = mean(mul(applied.output, applied.output))
  return Math.max(...Object.values(gradientErrors(loss, feeds)).map(({ relative }) => relative))
}

/**
 * The norm of the gradient that arrives at each layer from an upstream gradient that is the same for all
 * nets: for one example it is the gradient of the layer's bias. `path` has the layer's number for N.
 */
function normsByLayer(model: LayerConfig, path: string, depth: number, seed: number): number[] {
  const x = waves([1, 32], 'float32')
  const applied = applyModel(model, input('x', x.shape))
  const loss = sum(mul(applied.output, constant(x)))
  const biases = Array.from({ length: depth }, (_, i) => applied.params.get(path.replace('N', `${i}`))!.value) // biome-ignore format: fits
  const slopes = evaluate(gradients(loss, biases), { ...initialParameters(applied, seed), x })
  return slopes.map(({ data }) => Math.hypot(...data))
}

/** Numbers that look random: sines. */
function waves(shape: readonly number[], dtype: 'float32' | 'float64'): Tensor {
  const size = shape.reduce((a, b) => a * b, 1)
  const { data } = tensor(Array.from({ length: size }, (_, i) => Math.sin(1.1 * (2 * i + 1))), dtype) // biome-ignore format: fits
  return { dtype, shape, data }
}
