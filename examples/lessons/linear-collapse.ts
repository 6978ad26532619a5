// Layers without an activation between them are one layer: their weights multiply to one matrix.
import {
  binaryCrossEntropy,
  dataOf,
  fitSeeds,
  type LayerConfig,
  linear,
  normal,
  sequential,
  sgd,
  type Tensor,
  tanh,
  tensor,
  xavierUniform,
} from 'justright'
import { type Lesson, words } from 'justright/lessons'
import {
  add,
  applyModel,
  constant,
  evaluate,
  initialParameters,
  input,
  matmul,
  reshape,
  transpose,
} from 'justright/ops'

const lesson: Lesson = {
  name: 'linear-collapse',
  group: 'why-deep-nets-failed',
  claims: ['40'],
  title: {
    en: 'Without activations ten layers are one',
    ko: '활성화 함수가 없으면 열 층도 한 층이다',
  },
  story: {
    en: 'A layer without an activation computes W x + b. Two of them compute W2 (W1 x + b1) + b2 = (W2 W1) x + (W2 b1 + b2): one layer again. So ten layers with random weights are multiplied out here and compared with the one layer that should come of it; the same with tanh in between tells what an activation changes. Then a net of four such layers is trained on XOR, which one layer cannot do.',
    ko: '활성화 함수가 없는 층은 W x + b를 계산한다. 두 층이면 W2 (W1 x + b1) + b2 = (W2 W1) x + (W2 b1 + b2), 다시 한 층이다. 무작위 가중치의 열 층을 곱해서 만든 한 층과 원래의 열 층을 비교하고, tanh를 끼우면 무엇이 달라지는지도 본다. 그런 층 넷을 XOR로 훈련해 보기도 한다. XOR은 한 층이 풀지 못하는 문제다.',
  },
  seconds: { short: 1, full: 1 },
  isExact: true,
  async run({ show, text }) {
    // Ten layers of 64 units, on a hundred inputs.
    const inputs = Array.from({ length: 100 }, (_, i) =>
      Array.from({ length: 64 }, (_, j) => Math.sin(i * 64 + j)),
    )
    const affine = () => linear(64, { weightInit: xavierUniform(), biasInit: normal(0, 0.1) })
    const layers = Array.from({ length: 10 }, affine)
    const deep = (between: readonly LayerConfig[]) =>
      evaluateNet(sequential(...layers.flatMap(layer => [layer, ...between])), inputs)
    const linearNet = deep([])
    const tanhNet = deep([tanh()])

    // The same parameters, multiplied out: weights are stored as [out, in].
    let weight = linearNet.parameters['0.weight']!
    let bias = linearNet.parameters['0.bias']!
    for (let i = 1; i < layers.length; i++) {
      const next = constant(linearNet.parameters[`${i}.weight`]!)
      const shift = constant(linearNet.parameters[`${i}.bias`]!)
      const product = matmul(next, constant(weight))
      const shifted = add(matmul(reshape(constant(bias), [1, 64]), transpose(next)), shift)
      ;[weight, bias] = evaluate([product, shifted]) as [Tensor, Tensor]
    }
    const x = constant(tensor(inputs))
    const [one] = evaluate([add(matmul(x, transpose(constant(weight))), constant(bias))])
    const collapse = farthest(linearNet.output, one!)
    const withTanh = farthest(tanhNet.output, one!)

    const corners = [[0, 0], [0, 1], [1, 0], [1, 1]] // biome-ignore format: one line a table
    const xor = corners.map(([a, b]) => [a! ^ b!])
    const hidden = { weightInit: normal(), biasInit: normal() }
    const train = async (between: readonly LayerConfig[]) => {
      const layers = Array.from({ length: 3 }, () => [linear(10, hidden), ...between]).flat()
      const runs = await fitSeeds({
        model: sequential(...layers, linear(1, hidden)),
        loss: binaryCrossEntropy(),
        optimizer: sgd({ learningRate: 0.02 }),
        data: await dataOf({
          train: { inputs: repeat(corners, 200), targets: repeat(xor, 200) },
          validation: { inputs: corners, targets: xor },
        }),
        epochs: 10,
        batchSize: 4,
        shuffle: false,
        seeds: [0, 1, 2, 3, 4],
      })
      return runs.map(({ validation }) => validation!)
    }
    const [straight, bent] = [await train([]), await train([tanh()])]
    show({
      kind: 'bars',
      title: text({
        en: 'XOR by four layers after 2,000 steps: cost, best of five seeds',
        ko: '네 층의 XOR, 2,000단계 뒤의 비용: 시드 다섯 중 최선',
      }),
      value: { label: text(words.cost) },
      bars: [
        { name: text({ en: 'no activation', ko: '활성화 함수 없음' }), value: least(straight), reference: Math.LN2 }, // biome-ignore format: fits
        { name: 'tanh', value: least(bent), reference: Math.LN2 },
      ],
    })

    return [
      {
        claim: '40',
        verdict: collapse < 1e-5 && least(straight) > Math.LN2 - 1e-4 ? 'holds' : 'fails',
        reason: {
          en: `Ten layers and the one layer multiplied out of them differ by ${collapse.toExponential(0)} at most, which is rounding; with tanh in between by ${withTanh.toFixed(1)}. Trained on XOR, no seed of the linear net gets below a cost of ${least(straight).toFixed(4)} (one layer: ln 2 = .6931); with tanh the best comes to ${least(bent).toFixed(3)}.`,
          ko: `열 층과 그것을 곱해 만든 한 층의 차이는 커도 ${collapse.toExponential(0)}, 반올림 오차뿐이다. tanh를 끼우면 차이가 ${withTanh.toFixed(1)}까지 벌어진다. XOR을 훈련하면 선형 신경망은 어느 시드도 비용 ${least(straight).toFixed(4)} 아래로 내려가지 못하고(한 층의 최솟값은 ln 2 = .6931), tanh를 넣으면 가장 좋은 시드가 ${least(bent).toFixed(3)}에 이른다.`,
        },
        measures: [
          {
            name: { en: 'ten layers against one: greatest difference', ko: '열 층과 한 층의 최대 차이' }, // biome-ignore format: fits
            values: [collapse],
            expected: [0, 1e-5],
          },
          {
            name: { en: 'cost of XOR without activations', ko: '활성화 함수 없는 XOR의 비용' },
            values: straight.map(({ loss }) => loss),
            expected: [Math.LN2 - 1e-4, 1],
          },
        ],
      },
    ]
  },
}

export default lesson

/** What a net with its first weights answers, and those weights. */
function evaluateNet(model: LayerConfig, inputs: number[][]) {
  const x = tensor(inputs)
  const applied = applyModel(model, input('x', x.shape))
  const parameters = initialParameters(applied, 1)
  const [output] = evaluate([applied.output], { ...parameters, x })
  return { parameters, output: output! }
}

const farthest = (a: Tensor, b: Tensor): number =>
  Math.max(...a.data.map((value, i) => Math.abs(value - b.data[i]!)))

const least = (scores: readonly { readonly loss: number }[]): number =>
  Math.min(...scores.map(({ loss }) => loss))

function repeat<T>(rows: readonly T[], times: number): T[] {
  return Array.from({ length: times }, () => rows).flat()
}
