// Six layers of tanh, three sizes of first weights: three different numbers that are all called gradient.
import {
  conv2d,
  crossEntropy,
  fit,
  type InitConfig,
  lectureXavier,
  linear,
  normal,
  type SignalReport,
  sequential,
  sgd,
  signalCharts,
  signals,
  tanh,
} from 'justright'
import { type Lesson, words } from 'justright/lessons'
import { mnist } from 'justright/node'

const lesson: Lesson = {
  name: 'tanh-scales',
  group: 'initialization',
  claims: ['52', '53', '54'],
  title: {
    en: 'tanh with weights too small, too large, and just right',
    ko: 'tanh: 너무 작은 가중치, 너무 큰 가중치, 딱 맞는 가중치',
  },
  story: {
    en: 'The slides of cs231n send 16 normal examples through six layers of 4,096 tanh units and look at histograms of the activations. With weights of deviation .01 they collapse to 0, with .05 they saturate at -1 and 1, with 1 / sqrt(n) they stay. Gradients are inferred from the pictures. Here they are measured, and three numbers are kept apart: the local derivative of tanh, the gradient dL/da by what goes into it, and the gradient dL/dW by the weights, which is what training moves by.',
    ko: 'cs231n 슬라이드는 정규분포 예제 16개를 tanh 4,096개씩 여섯 층에 통과시켜 활성값의 히스토그램을 본다. 표준편차 .01인 가중치에서는 0으로 몰리고, .05에서는 -1과 1로 포화되며, 1 / sqrt(n)에서는 유지된다. 기울기는 이 그림에서 짐작한다. 여기서는 기울기를 직접 재고 세 가지를 구별한다. tanh의 도함수, tanh에 들어가는 값에 대한 기울기 dL/da, 그리고 훈련이 실제로 쓰는 가중치에 대한 기울기 dL/dW다.',
  },
  reduced: {
    en: 'layers of 1,024 with weights twice as large instead of 4,096: a signal depends on n Var(w) alone',
    ko: '너비 4,096 대신 1,024, 가중치는 두 배: 신호는 n Var(w)에만 달려 있다',
  },
  seconds: { short: 3, full: 30 },
  isExact: true,
  async run({ isFull, progress, show, signal, text }) {
    const width = isFull ? 4096 : 1024
    const scale = Math.sqrt(4096 / width)
    const inits = {
      '.01': normal(0, 0.01 * scale),
      '.05': normal(0, 0.05 * scale),
      Xavier: lectureXavier(),
    }
    const reports: Record<string, SignalReport> = {}
    for (const [name, weightInit] of Object.entries(inits)) {
      progress(Object.keys(reports).length / 4, { en: `weights: ${name}`, ko: `가중치: ${name}` })
      reports[name] = await signals({ model: net(width, weightInit), inputs: [16, width] })
      signal.throwIfAborted()
      const { activations } = signalCharts(reports[name])
      show({ ...activations, title: text({ en: `Activations, weights: ${name}`, ko: `활성값, 가중치: ${name}` }), x: { label: text(words.activation) } }) // biome-ignore format: fits
    }
    for (const [label, read] of [['dL/da', slopes], ['dL/dW', weightSlopes]] as const) // biome-ignore format: fits
      show({
        kind: 'lines',
        title: text({ en: `${label} by layer (rms)`, ko: `층별 ${label} (rms)` }),
        x: { label: text(words.layer) },
        y: { label, scale: 'log' },
        series: Object.entries(reports).map(([name, report]) => ({
          name,
          points: read(report).map((y, i) => [i + 1, y] as const),
        })),
      })

    progress(0.75, { en: 'does .05 learn?', ko: '.05도 배우는가?' })
    // The same n Var(w) in a net of 128, once through MNIST: chance is 10 %.
    const data = await mnist({ validation: 0 })
    const trained = await fit({
      model: sequential(net(128, normal(0, 0.05 * Math.sqrt(4096 / 128))), linear(10)),
      loss: crossEntropy(),
      optimizer: sgd({ learningRate: 0.01 }),
      data,
      epochs: 1,
      batchSize: 100,
    })
    const learnt = trained.test!.accuracy!

    const [small, large, xavier] = [reports['.01']!, reports['.05']!, reports.Xavier!]
    const reach = (values: readonly number[]) => values[0]! / values.at(-1)!
    const collapse = stds(small)[5]! / stds(small)[0]!
    const flat = Math.max(...weightSlopes(small)) / Math.min(...weightSlopes(small))
    const isSaturated = stds(large).every(std => std > 0.8)
    const derivative = large.layers.filter(({ activation }) => activation)[5]!.activation!
      .derivative
    const keeps = stds(xavier)[5]! / stds(xavier)[0]!
    const fan = await deviationAfterConvolution()
    const short = (value: number) => String(Number(value.toPrecision(2)))
    return [
      {
        claim: '52',
        verdict: collapse > 0.2 ? 'fails' : reach(slopes(small)) > 0.5 ? 'holds' : flat < 1.3 ? 'conditional' : 'fails', // biome-ignore format: fits
        reason: {
          en: `Values collapse: from a deviation of ${short(stds(small)[0]!)} in the first layer to ${short(stds(small)[5]!)} in the sixth. Whether something vanishes depends on which gradient is meant. dL/da does: at the first layer ${short(reach(slopes(small)))} of the sixth's is left. dL/dW does not, it is the same in all layers to ${short(flat)} times: activations shrink on their way up as gradients do on their way down (Glorot and Bengio 2010, equation 14).`,
          ko: `값은 몰린다. 표준편차가 첫 층의 ${short(stds(small)[0]!)}에서 여섯째 층의 ${short(stds(small)[5]!)}로 준다. 소실되는지는 어느 기울기를 말하느냐에 달렸다. dL/da는 소실되어 첫 층에는 여섯째 층의 ${short(reach(slopes(small)))}만 남는다. dL/dW는 그렇지 않아 모든 층에서 ${short(flat)}배 안으로 같다. 기울기가 내려오며 주는 만큼 활성값이 올라가며 주기 때문이다(Glorot & Bengio 2010, 식 14).`,
        },
        measures: [
          ...deviationsOf(small),
          { name: { en: 'dL/da, layer 1 of layer 6', ko: 'dL/da, 첫 층 / 여섯째 층' }, values: [reach(slopes(small))], expected: [0.07, 0.08] }, // biome-ignore format: fits
          { name: { en: 'dL/dW, layer 1 of layer 6', ko: 'dL/dW, 첫 층 / 여섯째 층' }, values: [reach(weightSlopes(small))], expected: [0.9, 1.15] }, // biome-ignore format: fits
        ],
      },
      {
        claim: '53',
        verdict: reach(slopes(large)) < 0.1 && learnt < 0.2 ? 'holds' : 'fails',
        reason: {
          en: `${isSaturated ? 'The units do saturate' : 'The units do not saturate'}: deviations of ${short(stds(large)[0]!)} to ${short(stds(large)[5]!)}, and half of the local derivatives are below ${short(derivative.median!)}. But the gradient is not 0: the same large weights multiply it, and dL/da grows ${short(reach(slopes(large)))} times from the sixth layer down to the first. It explodes rather than vanishes. Nor is nothing learnt: a net with such weights is right in ${(100 * learnt).toFixed(0)} % of the test images of MNIST after one pass over the others.`,
          ko: `${isSaturated ? '유닛은 실제로 포화된다' : '유닛은 포화되지 않는다'}. 표준편차가 ${short(stds(large)[0]!)}에서 ${short(stds(large)[5]!)}이고, 도함수의 절반은 ${short(derivative.median!)}보다 작다. 그러나 기울기는 0이 아니다. 바로 그 큰 가중치가 기울기에 곱해져, dL/da는 여섯째 층에서 첫 층으로 내려오며 ${short(reach(slopes(large)))}배로 커진다. 소실이 아니라 폭주다. 배우지 못하는 것도 아니다. 이런 가중치로 시작한 신경망은 MNIST 훈련 그림을 한 번 본 뒤 시험 그림의 ${(100 * learnt).toFixed(0)} %를 맞힌다.`,
        },
        measures: [
          ...deviationsOf(large),
          { name: { en: 'local derivative in layer 6, median', ko: '여섯째 층 도함수의 중앙값' }, values: [derivative.median!], expected: [0.08, 0.11] }, // biome-ignore format: fits
          { name: { en: 'dL/da, layer 1 of layer 6', ko: 'dL/da, 첫 층 / 여섯째 층' }, values: [reach(slopes(large))], expected: [4.4, 5.4] }, // biome-ignore format: fits
          { name: words.testAccuracy, values: [learnt], format: 'percent' },
        ],
      },
      {
        claim: '54',
        verdict:
          keeps > 0.45 && reach(slopes(xavier)) > 0.3 && Math.abs(fan - 1) < 0.05
            ? 'holds'
            : 'fails',
        reason: {
          en: `Deviations fall slowly, from ${short(stds(xavier)[0]!)} to ${short(stds(xavier)[5]!)}, and ${short(reach(slopes(xavier)))} of dL/da reaches the first layer: with 1 / sqrt(n) a linear layer changes nothing, and what is lost is what tanh takes. In a convolution n is k^2 C: what it gives then has ${short(fan)} times the deviation of its input.`,
          ko: `표준편차가 ${short(stds(xavier)[0]!)}에서 ${short(stds(xavier)[5]!)}로 천천히 줄고, dL/da의 ${short(reach(slopes(xavier)))}이 첫 층에 닿는다. 1 / sqrt(n)이면 선형층은 신호의 크기를 바꾸지 않으며, 줄어드는 것은 tanh의 몫이다. 합성곱에서 n은 k^2 C다. 그러면 출력의 표준편차가 입력의 ${short(fan)}배다.`,
        },
        measures: [
          ...deviationsOf(xavier),
          { name: { en: 'dL/da, layer 1 of layer 6', ko: 'dL/da, 첫 층 / 여섯째 층' }, values: [reach(slopes(xavier))], expected: [0.34, 0.4] }, // biome-ignore format: fits
          { name: { en: 'convolution: deviation of output to input', ko: '합성곱: 출력과 입력의 표준편차 비' }, values: [fan], expected: [0.95, 1.05] }, // biome-ignore format: fits
        ],
      },
    ]
  },
}

export default lesson

/** Six layers of tanh without biases. */
function net(width: number, weightInit: InitConfig) {
  const hidden = [linear(width, { useBias: false, weightInit }), tanh()]
  return sequential(...hidden, ...hidden, ...hidden, ...hidden, ...hidden, ...hidden)
}

const stds = ({ layers }: SignalReport): number[] =>
  layers.filter(({ kind }) => kind === 'tanh').map(({ output }) => output.std)

const slopes = ({ layers }: SignalReport): number[] =>
  layers.filter(({ kind }) => kind === 'linear').map(({ gradient }) => gradient!.rms)

const weightSlopes = ({ layers }: SignalReport): number[] =>
  layers
    .filter(({ kind }) => kind === 'linear')
    .map(({ parameters }) => parameters.weight!.gradient!.rms)

/** One measure a layer, expected within 3 % of what an infinitely wide net has. */
function deviationsOf({ layers }: SignalReport) {
  return layers
    .filter(({ kind }) => kind === 'tanh')
    .map(({ output, theory }, i) => ({
      name: { en: `deviation, layer ${i + 1}`, ko: `표준편차, 층 ${i + 1}` },
      values: [output.std],
      expected: [0.97 * theory!.std!, 1.03 * theory!.std!] as const,
    }))
}

/** What a convolution of 3 x 3 over 32 channels makes of the deviation of its input. */
async function deviationAfterConvolution(): Promise<number> {
  const model = conv2d(64, 3, { useBias: false, weightInit: lectureXavier() })
  const { inputs, layers } = await signals({ model, inputs: [16, 32, 16, 16] })
  return layers[0]!.output.std / inputs.std
}
