// Activations as formulas: how tanh and sigmoid belong together, and what their derivatives do.
import { type LayerConfig, maxout, type Tensor, tensor } from 'justright'
import type { Lesson } from 'justright/lessons'
import {
  applyModel,
  constant,
  elu,
  evaluate,
  gradientErrors,
  gradients,
  input,
  leakyRelu,
  mul,
  relu,
  sigmoid,
  sub,
  sum,
  tanh,
  type Value,
} from 'justright/ops'

const lesson: Lesson = {
  name: 'activation-identities',
  group: 'activations',
  claims: ['21', '43'],
  title: {
    en: 'Activations and their derivatives, by formula and by measurement',
    ko: '활성화 함수와 도함수: 수식과 측정',
  },
  story: {
    en: 'tanh is said to be a sigmoid moved to the centre, 2 sigmoid(2x) - 1, and Leaky ReLU, ELU and Maxout to go on from ReLU. An identity can be held against numbers, and a derivative against the slope between two points close by. Then the derivatives themselves: back-propagation multiplies one of them a layer, so what counts is how near to 1 they come.',
    ko: 'tanh는 시그모이드를 가운데로 옮긴 2 sigmoid(2x) - 1이라 하고, Leaky ReLU, ELU, Maxout은 ReLU에서 나아간 것이라 한다. 항등식은 숫자로, 도함수는 가까운 두 점 사이의 기울기로 확인할 수 있다. 그다음은 도함수 자체다. 역전파는 층마다 도함수를 하나씩 곱하므로, 그 값이 1에 얼마나 가까운지가 중요하다.',
  },
  seconds: { short: 1, full: 1 },
  isExact: true,
  async run({ show, text }) {
    // 1,201 points from -6 to 6, 0 among them, in double precision.
    const points = Array.from({ length: 1201 }, (_, i) => (i - 600) / 100)
    const x = input('x', [points.length], 'float64')
    const feeds = { x: tensor(points, 'float64') }

    const centred = sub(mul(2, sigmoid(mul(2, x))), 1)
    const [difference] = evaluate([sub(tanh(x), centred)], feeds)
    const identityError = largest(difference!)

    // A sum of outputs has the derivative of each output as its gradient.
    const functions = { sigmoid, tanh, ReLU: relu, 'Leaky ReLU': leakyRelu, ELU: elu }
    const slopes = Object.values(functions).map(f => gradients(sum(f(x)), [x])[0]!)
    const derivatives = evaluate(slopes, feeds)
    show({
      kind: 'lines',
      title: text({ en: 'Derivatives of activations', ko: '활성화 함수의 도함수' }),
      x: { label: 'x' },
      y: { label: text({ en: 'derivative', ko: '도함수' }) },
      series: Object.keys(functions).map((name, k) => ({
        name,
        points: points.map((at, i) => [at, derivatives[k]!.data[i]!] as const),
      })),
    })

    // Gradients of what follows ReLU; the points avoid the corners, where there are two slopes.
    const errors = {
      'Leaky ReLU': errorOf(x => leakyRelu(x)),
      ELU: errorOf(x => elu(x)),
      Maxout: errorOf(layerOf(maxout(3))),
    }
    const greatestError = Math.max(...Object.values(errors))
    const maximum = derivatives.map(largest) as [number, number, ...number[]]
    const [ofSigmoid, ofTanh] = maximum
    const at5 = derivatives.map(({ data }) => data[points.indexOf(5)]!)
    return [
      {
        claim: '21',
        verdict: identityError < 1e-12 && greatestError < 1e-6 ? 'holds' : 'fails',
        reason: {
          en: `tanh(x) and 2 sigmoid(2x) - 1 differ by ${identityError.toExponential(0)} at most between -6 and 6. The gradients of Leaky ReLU, ELU and Maxout equal the slopes measured between two points to ${greatestError.toExponential(0)}.`,
          ko: `-6과 6 사이에서 tanh(x)와 2 sigmoid(2x) - 1의 차이는 커도 ${identityError.toExponential(0)}에 그친다. Leaky ReLU, ELU, Maxout의 기울기는 두 점 사이에서 잰 기울기와 ${greatestError.toExponential(0)}까지 같다.`,
        },
        measures: [
          {
            name: { en: 'tanh(x) - (2 sigmoid(2x) - 1), greatest', ko: 'tanh(x) - (2 sigmoid(2x) - 1), 최대' }, // biome-ignore format: fits
            values: [identityError],
            expected: [0, 1e-12],
          },
          ...Object.entries(errors).map(([name, error]) => ({
            name: { en: `${name}: error of the gradient`, ko: `${name}: 기울기의 오차` },
            values: [error],
            expected: [0, 1e-6] as const,
          })),
        ],
      },
      {
        claim: '43',
        verdict: ofTanh < 1 ? 'holds' : ofSigmoid < 1 ? 'conditional' : 'fails',
        reason: {
          en: `The derivative of sigmoid is ${ofSigmoid} at most, so that ten layers multiply to ${(ofSigmoid ** 10).toExponential(1)} or less. That of tanh is ${ofTanh} at 0 and shrinks only away from there, to ${at5[1]!.toExponential(0)} at 5; those of ReLU and its kin are still 1 there. The claim is true of sigmoid everywhere, of tanh where it saturates, of ReLU for x > 0 nowhere.`,
          ko: `시그모이드의 도함수는 ${ofSigmoid}를 넘지 않으므로 열 층을 곱하면 ${(ofSigmoid ** 10).toExponential(1)} 이하가 된다. tanh의 도함수는 0에서 ${ofTanh}에 이르고 거기서 멀어질 때만 작아진다(5에서 ${at5[1]!.toExponential(0)}). ReLU 계열의 도함수는 그곳에서도 1이다. 시그모이드에는 어디서나, tanh에는 포화된 곳에서만 맞고, x > 0인 ReLU에는 맞지 않는 주장이다.`,
        },
        measures: Object.keys(functions).map((name, k) => ({
          name: { en: `${name}: greatest derivative`, ko: `${name}: 도함수의 최댓값` },
          values: [maximum[k]!],
          ...({
            sigmoid: { published: "sigmoid' .25", expected: [0.25, 0.25] as const },
            tanh: { published: "tanh' 1", expected: [1, 1] as const },
          }[name] ?? {}),
        })),
      },
    ]
  },
}

export default lesson

const largest = ({ data }: Tensor): number => Math.max(...data.map(Math.abs))

/** A layer as a function of its input. */
const layerOf = (layer: LayerConfig) => (x: Value) => applyModel(layer, x).output

/** How far the gradient of a function of [2, 6] is from its central differences, relative to its size. */
function errorOf(f: (x: Value) => Value): number {
  const rows = [0, 1].map(i => Array.from({ length: 6 }, (_, j) => 3 * Math.sin(1.1 * (12 * i + 2 * j + 1)))) // biome-ignore format: fits
  const y = f(input('x', [2, 6], 'float64'))
  // Weights that differ, so that no output hides behind another.
  const weights = Array.from({ length: y.shape[1]! }, (_, j) => 1 + j / 10)
  const loss = sum(mul(y, constant(tensor(weights, 'float64'))))
  return gradientErrors(loss, { x: tensor(rows, 'float64') }).x!.relative
}
