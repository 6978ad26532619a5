// What batch normalisation computes: by the batch in training, by what it kept in testing.
import { batchNorm, tensor } from 'justright'
import type { Lesson } from 'justright/lessons'
import {
  applyModel,
  constant,
  evaluate,
  gradientErrors,
  input,
  mul,
  type Named,
  sum,
  type Tensor,
} from 'justright/ops'

const layer = batchNorm()
const channels = 4
const batch = 64

const lesson: Lesson = {
  name: 'batch-norm-rules',
  group: 'normalization',
  claims: ['45'],
  title: {
    en: 'Batch normalisation: statistics of the batch in training, kept ones in testing',
    ko: '배치 정규화: 훈련에서는 배치의 통계, 시험에서는 보관한 통계',
  },
  story: {
    en: 'A layer gives each channel mean 0 and variance 1 over the mini-batch, and then a scale and a shift that are trained. Each example therefore depends on the others of its batch, and the gradient has to go through mean and variance too. In testing there may be one example only, so running means of both are kept on the way: each batch moves them by a tenth. Here four channels with means from -3 to 9 and deviations from .1 to 10 go through the layer.',
    ko: '이 층은 미니배치에서 채널마다 평균을 0, 분산을 1로 만든 다음, 훈련되는 크기와 이동을 적용한다. 그래서 한 예제의 값은 같은 배치의 다른 예제에 좌우되고, 기울기도 평균과 분산을 거쳐 흐른다. 시험에서는 예제가 하나뿐일 수 있으므로 훈련하는 동안 두 통계의 이동 평균을 보관한다. 배치 하나가 이동 평균을 10분의 1만큼 옮긴다. 여기서는 평균이 -3에서 9, 표준편차가 .1에서 10인 네 채널을 층에 통과시킨다.',
  },
  seconds: { short: 1, full: 1 },
  isExact: true,
  async run({ show, text }) {
    const start: Named<Tensor> = {
      weight: tensor([1, 1, 1, 1], 'float64'),
      bias: tensor([0, 0, 0, 0], 'float64'),
      running_mean: tensor([0, 0, 0, 0], 'float64'),
      running_var: tensor([1, 1, 1, 1], 'float64'),
    }

    // 1. Training: every channel of the output has mean 0 and variance 1.
    const x = examplesOf(0)
    const trained = inTraining(x, start)
    const [means, variances] = momentsOf(trained.output)
    const farFromStandard = Math.max(
      ...means.map(Math.abs),
      // epsilon = 1e-5 beside the variance makes it a little less than 1.
      ...variances.map((v, c) => Math.abs(v - varianceOf(x, c) / (varianceOf(x, c) + 1e-5))),
    )

    // 2. Statistics that are kept come close to those of all batches.
    let kept = start
    const way: [batch: number, distance: number][] = []
    for (let step = 1; step <= 100; step++) {
      kept = { ...kept, ...inTraining(examplesOf(step), kept).next }
      way.push([step, Math.abs(kept.running_mean!.data[3]! - 9)])
    }
    show({
      kind: 'lines',
      title: text({
        en: 'How far the mean that is kept is from 9, the true one',
        ko: '보관한 평균과 참값 9의 차이',
      }),
      x: { label: text({ en: 'batches', ko: '배치 수' }) },
      y: { label: text({ en: 'distance', ko: '차이' }), scale: 'log' },
      series: [{ name: text({ en: 'distance', ko: '차이' }), points: way }],
    })

    // 3. Testing: an example gets the same answer whatever stands beside it, and alone.
    const alone = inTesting(tensor([[...x.data.slice(0, channels)]], 'float64'), kept)
    const together = inTesting(x, kept)
    const other = inTraining(examplesOf(1, x.data.slice(0, channels)), start)
    const difference = (a: Tensor, b: Tensor) =>
      Math.max(...Array.from({ length: channels }, (_, c) => Math.abs(a.data[c]! - b.data[c]!)))
    const testingDiffers = difference(alone, together)
    const trainingDiffers = difference(trained.output, other.output)

    // 4. The gradient, against differences: it goes through mean and variance.
    const wrong = gradientError(x, start)

    const holds =
      farFromStandard < 1e-6 && testingDiffers === 0 && trainingDiffers > 0.01 && wrong < 1e-6
    return [
      {
        claim: '45',
        verdict: holds ? 'holds' : 'fails',
        reason: {
          en: `In training all four channels come out with mean 0 and variance 1 to ${farFromStandard.toExponential(0)}, and the same example differs by ${trainingDiffers.toFixed(2)} in another batch. In testing it is the same alone and in company. The gradient agrees with central differences to ${wrong.toExponential(0)}.`,
          ko: `훈련에서는 네 채널 모두 ${farFromStandard.toExponential(0)} 안에서 평균 0, 분산 1이 되고, 같은 예제라도 다른 배치에서는 값이 ${trainingDiffers.toFixed(2)}만큼 다르다. 시험에서는 혼자든 여럿이든 값이 같다. 기울기는 중심 차분과 ${wrong.toExponential(0)}까지 일치한다.`,
        },
        measures: [
          {
            name: { en: 'farthest from mean 0 and variance 1', ko: '평균 0, 분산 1과의 최대 차이' },
            values: [farFromStandard],
            expected: [0, 1e-6],
          },
          {
            name: {
              en: 'an example in testing, alone and in company',
              ko: '시험에서 혼자일 때와 여럿일 때의 차이',
            },
            values: [testingDiffers],
            expected: [0, 0],
          },
          {
            name: { en: 'gradient against differences', ko: '기울기와 차분의 차이' },
            values: [wrong],
            expected: [0, 1e-6],
          },
        ],
      },
    ]
  },
}

export default lesson

/** A batch with channel means -3, 1, 5, 9 and deviations .1 to 10, not random: a Weyl sequence. */
function examplesOf(step: number, first: ArrayLike<number> = []): Tensor {
  const rows = Array.from({ length: batch }, (_, i) =>
    Array.from({ length: channels }, (_, c) => {
      const uniform =
        ((step * batch + i + 1) * [0.754877666, 0.569840291, 0.437, 0.618033989][c]!) % 1
      return [-3, 1, 5, 9][c]! + [0.1, 1, 4, 10][c]! * (uniform - 0.5) * Math.sqrt(12)
    }),
  )
  if (first.length > 0) rows[0] = Array.from(first)
  return tensor(rows, 'float64')
}

/** The layer's output in training, and the statistics that it keeps. */
function inTraining(x: Tensor, tensors: Named<Tensor>) {
  const { output, buffers } = applyModel(layer, input('x', x.shape, 'float64'), {
    isTraining: true,
  })
  const names = [...buffers.keys()]
  const [y, ...kept] = evaluate([output, ...names.map(name => buffers.get(name)!.next!)], {
    x,
    ...tensors,
  })
  return { output: y!, next: Object.fromEntries(names.map((name, i) => [name, kept[i]!])) }
}

function inTesting(x: Tensor, tensors: Named<Tensor>): Tensor {
  const { output } = applyModel(layer, input('x', x.shape, 'float64'))
  return evaluate([output], { x, ...tensors })[0]!
}

/** Mean and variance of each channel of a batch. */
function momentsOf(x: Tensor): readonly [means: number[], variances: number[]] {
  const all = Array.from({ length: channels }, (_, c) => c)
  return [all.map(c => meanOf(x, c)), all.map(c => varianceOf(x, c))]
}

const channelOf = ({ data }: Tensor, c: number): number[] =>
  Array.from(data).filter((_, i) => i % channels === c)

function meanOf(x: Tensor, c: number): number {
  return channelOf(x, c).reduce((sum, value) => sum + value, 0) / batch
}

function varianceOf(x: Tensor, c: number): number {
  const mean = meanOf(x, c)
  return channelOf(x, c).reduce((sum, value) => sum + (value - mean) ** 2, 0) / batch
}

/** The relative error of the gradients of inputs, scale and shift, at the element where it is greatest. */
function gradientError(x: Tensor, { weight, bias }: Named<Tensor>): number {
  const { output } = applyModel(layer, input('x', x.shape, 'float64'), { isTraining: true })
  const factors = tensor(
    Array.from({ length: batch }, (_, i) =>
      Array.from({ length: channels }, (_, c) => Math.cos(i + c)),
    ),
    'float64',
  )
  const loss = sum(mul(output, constant(factors)))
  const errors = gradientErrors(loss, { x, weight: weight!, bias: bias! })
  return Math.max(...Object.values(errors).map(({ relative }) => relative))
}
