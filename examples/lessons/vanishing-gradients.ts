// Nine hidden layers of five sigmoids on XOR: how much of the gradient arrives at each layer.
import {
  binaryCrossEntropy,
  type InitConfig,
  type LayerConfig,
  lectureXavier,
  linear,
  relu,
  sequential,
  sigmoid,
  signalsOfSeeds,
  tanh,
  tensor,
  uniform,
} from 'justright'
import { type Lesson, words } from 'justright/lessons'

const lesson: Lesson = {
  name: 'vanishing-gradients',
  group: 'why-deep-nets-failed',
  claims: ['4', '5'],
  title: {
    en: 'The gradient of a deep net of sigmoids vanishes on its way down',
    ko: '깊은 시그모이드 신경망의 기울기는 내려가며 사라진다',
  },
  story: {
    en: 'The lecture stacks layers of five sigmoids between the two inputs of XOR and its one output, and its cost does not move. The chain rule explains it: on the way from the cost to a weight, a gradient is multiplied by the derivative of every sigmoid, at most 1/4, and by every weight, between -1 and 1. Here the norm of dL/dW is measured at the first step, layer by layer, for many seeds; and, for comparison, of the same net with ReLU, and with tanh and weights by Xavier.',
    ko: '강의는 XOR의 입력 둘과 출력 하나 사이에 시그모이드 다섯 개짜리 층을 쌓는데, 비용이 줄지 않는다. 연쇄 법칙이 까닭을 말해 준다. 비용에서 가중치로 가는 동안 기울기는 모든 시그모이드의 도함수(최대 1/4)와 모든 가중치(-1과 1 사이)에 곱해진다. 여기서는 첫 단계의 dL/dW 노름을 여러 시드에서 층마다 잰다. 비교를 위해 같은 신경망에 ReLU를 쓴 것과, tanh와 Xavier 가중치를 쓴 것도 잰다.',
  },
  reduced: { en: '20 seeds instead of 200', ko: '시드 200개 대신 20개' },
  seconds: { short: 3, full: 12 },
  isExact: true,
  async run({ isFull, progress, show, text }) {
    const seeds = Array.from({ length: isFull ? 200 : 20 }, (_, seed) => seed)
    const inputs = tensor([[0, 0], [0, 1], [1, 0], [1, 1]]) // biome-ignore format: one line a table
    const targets = tensor([[0], [1], [1], [0]])
    const nets = {
      sigmoid: net(sigmoid(), uniform(-1, 1)),
      ReLU: net(relu(), uniform(-1, 1)),
      'tanh, Xavier': net(tanh(), lectureXavier()),
    }
    // Of every net and seed, the norm of dL/dW of each of the eleven layers.
    const norms: Record<string, number[][]> = {}
    for (const [name, model] of Object.entries(nets)) {
      progress(Object.keys(norms).length / 3, { en: name, ko: name })
      const loss = binaryCrossEntropy()
      const reports = await signalsOfSeeds({ model, loss, inputs, targets, seeds })
      norms[name] = reports.map(({ layers }) =>
        layers
          .filter(({ kind }) => kind === 'linear')
          .map(({ parameters }) => parameters.weight!.gradient!.norm),
      )
    }
    show({
      kind: 'lines',
      title: text({ en: 'Norm of dL/dW at the first step, median of the seeds', ko: '첫 단계의 dL/dW 노름, 시드의 중앙값' }), // biome-ignore format: fits
      x: { label: text(words.layer) },
      y: { label: text(words.gradientNorm), scale: 'log' },
      series: Object.entries(norms).map(([name, rows]) => ({
        name,
        points: byLayer(rows).map((y, i) => [i + 1, y] as const),
      })),
    })

    // All ReLUs of a layer may be silent; then nothing arrives anywhere, and there is no ratio.
    const reach = (name: string) => norms[name]!.filter(row => row[10]! > 0).map(row => row[0]! / row[10]!) // biome-ignore format: fits
    const factors = norms.sigmoid!.map(row => (row[0]! / row[10]!) ** (1 / 10))
    const factor = median(factors)
    const medians = byLayer(norms.sigmoid!)
    const isMonotone = medians.every((norm, i) => i === 0 || norm > medians[i - 1]!)
    const left = median(reach('sigmoid'))
    const [ofRelu, ofTanh] = ['ReLU', 'tanh, Xavier'].map(name => median(reach(name))) as [number, number] // biome-ignore format: fits
    const million = Math.round(10 / medians[0]! / 1e6)
    const e = (value: number) => value.toExponential(1)
    return [
      {
        claim: '4',
        verdict: left > 1e-2 ? 'fails' : Math.min(ofRelu, ofTanh) < 1e-2 ? 'holds' : 'conditional',
        reason: {
          en: `With sigmoid it does: a layer leaves ${factor.toFixed(2)} of the gradient, and ten of them ${e(left)}. But the factors are not the derivatives alone, they are derivatives times weights, and need not be below 1: of the same net with ReLU ${ofRelu.toFixed(1)} times the gradient of the last layer arrives at the first, with tanh and Xavier ${ofTanh.toFixed(1)} times.`,
          ko: `시그모이드에서는 맞다. 한 층을 지나면 기울기의 ${factor.toFixed(2)}배, 열 층을 지나면 ${e(left)}배만 남는다. 그러나 곱해지는 것은 도함수만이 아니라 도함수와 가중치의 곱이며, 꼭 1보다 작지는 않다. 같은 신경망이라도 ReLU에서는 마지막 층 기울기의 ${ofRelu.toFixed(1)}배, tanh와 Xavier에서는 ${ofTanh.toFixed(1)}배가 첫 층에 닿는다.`,
        },
        measures: [
          { name: { en: 'sigmoid: factor of a layer', ko: '시그모이드: 한 층의 배율' }, values: factors, expected: [0.2, 0.32] }, // biome-ignore format: fits
          { name: { en: 'ReLU: layer 1 of layer 11, median', ko: 'ReLU: 첫 층 / 열한째 층, 중앙값' }, values: [ofRelu], expected: [1 / 3, 3] }, // biome-ignore format: fits
          { name: { en: 'tanh, Xavier: layer 1 of layer 11, median', ko: 'tanh, Xavier: 첫 층 / 열한째 층, 중앙값' }, values: [ofTanh], expected: [1 / 3, 3] }, // biome-ignore format: fits
        ],
      },
      {
        claim: '5',
        verdict: isMonotone && left < 1e-3 ? 'holds' : 'fails',
        reason: {
          en: `From ${e(medians[10]!)} at the output the norm of dL/dW falls ${isMonotone ? 'in every layer' : 'in most layers'}, to ${e(medians[0]!)} at the input (medians of ${seeds.length} seeds). At a rate of .1 it would take ${million} million steps for the first weights to move by 1.`,
          ko: `dL/dW의 노름은 출력의 ${e(medians[10]!)}에서 ${isMonotone ? '한 층도 빠짐없이' : '대부분의 층에서'} 줄어 입력에서는 ${e(medians[0]!)}이 된다(시드 ${seeds.length}개의 중앙값). 학습률 .1이라면 첫 층의 가중치가 1만큼 움직이는 데 약 ${100 * million}만 단계가 걸린다.`,
        },
        measures: [
          { name: { en: 'norm of dL/dW, layer 1, median', ko: '첫 층의 dL/dW 노름, 중앙값' }, values: [medians[0]!], expected: [5e-8, 5e-7] }, // biome-ignore format: fits
          { name: { en: 'norm of dL/dW, layer 11, median', ko: '열한째 층의 dL/dW 노름, 중앙값' }, values: [medians[10]!], expected: [0.05, 0.3] }, // biome-ignore format: fits
        ],
      },
    ]
  },
}

export default lesson

/** W1 [2, 5], W2 to W10 [5, 5], W11 [5, 1], as on the slide; biases are 0. */
function net(activation: LayerConfig, weightInit: InitConfig): LayerConfig {
  const hidden = Array.from({ length: 10 }, () => [linear(5, { weightInit }), activation])
  return sequential(...hidden.flat(), linear(1, { weightInit }))
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!

const byLayer = (rows: readonly number[][]): number[] =>
  rows[0]!.map((_, i) => median(rows.map(row => row[i]!)))
