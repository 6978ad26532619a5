// Weights that are all 0: what the gradient is then, and what a net can still learn.
import {
  crossEntropy,
  fit,
  type LayerConfig,
  linear,
  type Run,
  relu,
  sequential,
  sgd,
  sigmoid,
  type Tensor,
  tanh,
  zeros,
} from 'justright'
import { type Lesson, percent, words } from 'justright/lessons'
import { mnist } from 'justright/node'

const lesson: Lesson = {
  name: 'zero-weights',
  group: 'initialization',
  claims: ['8', '8b'],
  title: {
    en: 'Weights of 0: no gradient, or no difference between units',
    ko: '가중치가 모두 0이면: 기울기가 없거나, 유닛들이 똑같다',
  },
  story: {
    en: 'A gradient reaches a layer through the weights above it, and a weight is changed by the activation below it. With all weights 0 the first factor is 0; and with ReLU or tanh, which map 0 to 0, so is the second. With sigmoid it is not: sigmoid(0) is one half. Two nets of either kind are trained on MNIST from weights of 0, and their weights looked at afterwards: under plain SGD a weight that is still exactly 0 had gradients of exactly 0 at every step.',
    ko: '기울기는 위층의 가중치를 거쳐 내려오고, 가중치는 아래층의 활성값에 비례해 바뀐다. 가중치가 모두 0이면 앞의 것이 0이고, 0을 0으로 보내는 ReLU와 tanh에서는 뒤의 것도 0이다. 시그모이드는 다르다. sigmoid(0)은 1/2이기 때문이다. 가중치 0에서 출발해 MNIST를 훈련한 뒤 가중치를 살펴본다. 단순한 SGD에서 가중치가 여전히 정확히 0이라면 모든 단계의 기울기가 정확히 0이었다는 뜻이다.',
  },
  seconds: { short: 1, full: 1 },
  isExact: true,
  async run({ progress, show, signal, text }) {
    const data = await mnist()
    const train = async (activation: LayerConfig, learningRate: number, epochs: number) => {
      const zero = { weightInit: zeros() }
      const hidden = [linear(32, zero), activation]
      const run = await fit({
        model: sequential(...hidden, ...hidden, linear(10, zero)),
        loss: crossEntropy(),
        optimizer: sgd({ learningRate }),
        data,
        epochs,
        batchSize: 100,
      })
      signal.throwIfAborted()
      return run
    }

    progress(0, { en: 'ReLU and tanh', ko: 'ReLU와 tanh' })
    const silent = { ReLU: await train(relu(), 0.1, 1), tanh: await train(tanh(), 0.1, 1) }
    progress(0.5, { en: 'sigmoid', ko: '시그모이드' })
    // The rate is high, since sigmoids at 0 pass on a quarter of a gradient at most.
    const sigmoids = await train(sigmoid(), 1, 2)

    // Nobody can do worse than who always answers the most frequent digit.
    const majority = share(data.test!.targets, 1)
    const scores = { ...silent, sigmoid: sigmoids }
    show({
      kind: 'bars',
      title: text({
        en: 'From weights of 0: test accuracy, and the share of the digit 1',
        ko: '가중치 0에서 출발한 시험 정확도와 숫자 1의 비율',
      }),
      value: { label: text(words.testAccuracy) },
      format: 'percent',
      bars: Object.entries(scores).map(([name, { test }]) => ({
        name,
        value: test!.accuracy!,
        reference: majority,
      })),
    })

    const moved = Object.values(silent).map(
      ({ parameters }) => Object.keys(parameters).filter(name => largest(parameters[name]!) > 0), // biome-ignore format: fits
    )
    const isSilent = moved.every(names => names.join() === '4.bias')
    const accuracies = Object.values(silent).map(({ test }) => test!.accuracy!)
    const isConstant = accuracies.every(accuracy => accuracy === majority)
    const spread = Math.max(...['0.weight', '0.bias', '2.weight', '2.bias'].map(apart(sigmoids)))
    const size = largest(sigmoids.parameters['0.weight']!)
    const reached = sigmoids.test!.accuracy!
    return [
      {
        claim: '8',
        verdict: isSilent && isConstant ? 'holds' : 'fails',
        reason: {
          en: `With ReLU and with tanh every weight is still exactly 0 after 550 steps. What moved: ${moved[0]!.join(', ')}. That last bias learns how frequent each digit is, so that the net answers 1 to every image and is right in ${percent(accuracies[0]!)} of the test images, the share of the digit 1.`,
          ko: `ReLU와 tanh에서는 550단계 뒤에도 모든 가중치가 정확히 0이다. 움직인 것은 ${moved[0]!.join(', ')}뿐이다. 이 마지막 편향은 숫자마다 얼마나 자주 나오는지를 배우므로, 신경망은 모든 그림에 1이라고 답하고 시험 그림의 ${percent(accuracies[0]!)}를 맞힌다. 바로 숫자 1의 비율이다.`,
        },
        measures: Object.entries(silent).flatMap(([name, run]) => [
          {
            name: { en: `${name}: largest weight`, ko: `${name}: 가장 큰 가중치` },
            values: [weightOf(run)],
            expected: [0, 0] as const,
          },
          {
            name: { en: `${name}: test accuracy`, ko: `${name}: 시험 정확도` },
            values: [run.test!.accuracy!],
            format: 'percent' as const,
            expected: [0.1135, 0.1135] as const,
          },
        ]),
      },
      {
        claim: '8b',
        verdict: size === 0 ? 'holds' : 'fails',
        reason: {
          en: `With sigmoid the gradients are not 0: weights of the first layer grow to ${size.toFixed(2)}, and ${percent(reached)} of the test images are right. What holds the net back is symmetry: all 32 units of a layer stay the same unit, their weights differ by ${spread} at most. It is a net of one unit a layer.`,
          ko: `시그모이드에서는 기울기가 0이 아니다. 첫 층의 가중치는 ${size.toFixed(2)}까지 커지고 시험 그림의 ${percent(reached)}를 맞힌다. 발목을 잡는 것은 대칭이다. 한 층의 유닛 32개가 끝까지 같은 유닛으로 남아 가중치의 차이가 최대 ${spread}다. 층마다 유닛이 하나인 신경망과 같다.`,
        },
        measures: [
          { name: words.testAccuracy, values: [reached], format: 'percent', expected: [0.2, 0.45] },
          {
            name: {
              en: 'largest difference between units of a layer',
              ko: '한 층 유닛들 사이의 가장 큰 차이',
            },
            values: [spread],
            expected: [0, 1e-5],
          },
        ],
      },
    ]
  },
}

export default lesson

const largest = ({ data }: Tensor): number => Math.max(...data.map(Math.abs))

const weightOf = ({ parameters }: Run): number =>
  Math.max(...['0.weight', '2.weight', '4.weight'].map(name => largest(parameters[name]!)))

const share = ({ data }: Tensor, label: number): number =>
  data.filter((one: number) => one === label).length / data.length

/** How far any unit's weights are from those of the first unit: row i of a weight is unit i. */
const apart =
  ({ parameters }: Run) =>
  (name: string): number => {
    const { shape, data } = parameters[name]!
    const inputs = data.length / shape[0]!
    return Math.max(...data.map((x, i) => Math.abs(x - data[i % inputs]!)))
  }
