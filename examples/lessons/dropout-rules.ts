// The rules of dropout, exactly: what it leaves alone in training, and why testing uses every unit.
import {
  adam,
  crossEntropy,
  dropout,
  estimate,
  fit,
  type LayerConfig,
  linear,
  pairedDifference,
  relu,
  sequential,
  splitFirst,
  tensor,
} from 'justright'
import { isAbove, type Lesson, points, words } from 'justright/lessons'
import { mnist } from 'justright/node'
import { applyModel, div, evaluate, input, type Named, type Tensor } from 'justright/ops'

const lesson: Lesson = {
  name: 'dropout-rules',
  group: 'overfitting',
  claims: ['26'],
  title: {
    en: 'Dropout: some of the units in training, all of them in testing',
    ko: '드롭아웃: 훈련에서는 일부, 시험에서는 모든 유닛',
  },
  story: {
    en: 'In training dropout keeps each unit with a probability of .5 to .7 and divides what it keeps by it. Over all the ways to keep units the mean is then the same as if all were kept, so that in testing nothing has to be scaled: all units are simply there. Ten units can be kept in 1,024 ways, few enough to take the mean over every one of them instead of drawing some. Then a trained net is asked for the same test images with all its units, and with 70 % of them as if it were still in training.',
    ko: '훈련에서 드롭아웃은 유닛마다 .5–.7의 확률로 남기고, 남긴 값을 그 확률로 나눈다. 그러면 유닛을 남기는 모든 경우에 대한 평균이 모두 남겼을 때와 같아지므로, 시험에서는 아무것도 조정하지 않고 유닛을 모두 쓰면 된다. 유닛 열 개를 남기는 방법은 1,024가지뿐이라, 몇 개를 뽑는 대신 모든 경우의 평균을 낼 수 있다. 그런 다음 훈련된 신경망에 같은 시험 그림을 두 번 묻는다. 한 번은 모든 유닛으로, 한 번은 훈련 때처럼 70 %만으로.',
  },
  seconds: { short: 3, full: 3 },
  isExact: true,
  async run({ progress, show, signal, text }) {
    progress(0, { en: 'all 1,024 masks', ko: '마스크 1,024가지 모두' })
    const errors = [0.5, 0.7].map(errorOfMean)

    progress(0.2, { en: 'a net on MNIST', ko: 'MNIST 신경망' })
    const { validation: _, ...all } = await mnist()
    const hidden = [linear(64), relu(), dropout(0.3)]
    const model = sequential(...hidden, ...hidden, linear(10))
    const run = await fit({
      model,
      loss: crossEntropy(),
      optimizer: adam({ learningRate: 0.003 }),
      // The first 10,000 images for training; they come back as the "validation" half of the cut.
      data: { ...all, train: splitFirst(all.train, 10_000).validation },
      epochs: 2,
      batchSize: 100,
    })
    signal.throwIfAborted()

    progress(0.7, { en: 'the same net with 70 % of its units', ko: '같은 신경망, 유닛의 70 %만' })
    const images = 1000
    const x = firstImages(all.test!.inputs, images)
    const labels = all.test!.targets.data
    const whole = [0, 1].map(() => accuracyOf(model, run.parameters, x, labels))
    const dropped = [1, 2, 3, 4, 5].map(seed => accuracyOf(model, run.parameters, x, labels, seed))
    const isSame = whole[0]!.answers.join() === whole[1]!.answers.join()
    const accuracies = dropped.map(({ accuracy }) => accuracy)
    const cost = pairedDifference(accuracies, accuracies.map(() => whole[0]!.accuracy), { resolution: 1 / images }) // biome-ignore format: fits

    show({
      kind: 'bars',
      title: text({ en: 'The same net, tested with', ko: '같은 신경망을 시험할 때 쓴 유닛' }),
      value: { label: text(words.testAccuracy) },
      format: 'percent',
      bars: [
        { name: text({ en: 'all units', ko: '모든 유닛' }), value: whole[0]!.accuracy },
        ...accuracies.map((value, i) => ({
          name: text({ en: `70 %, draw ${i + 1}`, ko: `70 %, ${i + 1}번째 추첨` }),
          value,
        })),
      ],
    })
    const worst = Math.max(...errors)
    const isPaidFor = isAbove(cost)
    const lost = points(cost, { digits: 1 })
    return [
      {
        claim: '26',
        verdict: worst < 1e-5 && isSame && isPaidFor ? 'holds' : 'fails',
        reason: {
          en: `The mean over all 1,024 masks is the input to ${worst.toExponential(0)}, for keep .5 and .7. With all units the net asks for no mask and answers the same twice. With 70 % of them every draw answers differently and is right less often: all units gain ${lost} points.`,
          ko: `마스크 1,024가지 모두의 평균은 keep .5와 .7에서 ${worst.toExponential(0)}까지 입력과 같다. 모든 유닛을 쓰면 신경망은 마스크가 필요 없고 두 번 모두 똑같이 답한다. 70 %만 쓰면 추첨마다 답이 다르고 덜 맞는다. 모든 유닛을 쓰는 쪽이 ${lost}포인트 높다.`,
        },
        measures: [
          {
            name: {
              en: 'mean over all masks less the input',
              ko: '모든 마스크의 평균과 입력의 차이',
            },
            values: errors,
            expected: [0, 1e-5],
          },
          {
            name: { en: 'test accuracy, all units', ko: '시험 정확도, 모든 유닛' },
            values: [whole[0]!.accuracy],
            format: 'percent',
            expected: [0.85, 1],
          },
          {
            name: { en: 'test accuracy, 70 % of the units', ko: '시험 정확도, 유닛의 70 %' },
            values: accuracies,
            format: 'percent',
          },
          {
            name: { en: 'what all units gain', ko: '모든 유닛을 쓸 때의 이득' },
            values: accuracies.map(accuracy => whole[0]!.accuracy - accuracy),
            format: 'percent',
            expected: [0.002, 0.2],
          },
        ],
      },
    ]
  },
}

export default lesson

/** How far the mean of dropout's output over every way to keep ten units is from its input. */
function errorOfMean(keep: number): number {
  const units = 10
  const masks = Array.from({ length: 2 ** units }, (_, n) =>
    Array.from({ length: units }, (_, unit) => (n >> unit) & 1),
  )
  const row = Array.from({ length: units }, (_, i) => Math.cos(i))
  const x = tensor(
    masks.map(() => row),
    'float64',
  )
  const { output } = applyModel(dropout(1 - keep), input('x', x.shape, 'float64'), {
    isTraining: true,
  })
  const [kept] = evaluate([output], { x, mask: tensor(masks, 'uint8') })
  // How likely each way is: keep for a unit that stays, 1 - keep for one that goes.
  const chances = masks.map(mask => mask.reduce((p, bit) => p * (bit ? keep : 1 - keep), 1))
  const means = row.map((_, unit) =>
    chances.reduce((sum, p, n) => sum + p * kept!.data[n * units + unit]!, 0),
  )
  return Math.max(...means.map((mean, i) => Math.abs(mean - row[i]!)))
}

/** The answers of a trained net: with all units, or as in training with masks drawn from a seed. */
function accuracyOf(
  model: LayerConfig,
  parameters: Named<Tensor>,
  x: Tensor,
  labels: ArrayLike<number>,
  seed?: number,
): { answers: number[]; accuracy: number } {
  const isTraining = seed !== undefined
  const pixels = div(input('x', x.shape, 'float32'), 255)
  const { output, masks } = applyModel(model, pixels, { isTraining })
  const random = seed === undefined ? Math.random : lottery(seed)
  const drawn = [...masks].map(([name, { value, keepProbability }]) => {
    const [rows = 1, units = 1] = value.shape
    const bits = Array.from({ length: rows }, () =>
      Array.from({ length: units }, () => Number(random() < keepProbability)),
    )
    return [name, tensor(bits, 'uint8')] as const
  })
  const [scores] = evaluate([output], { ...parameters, ...Object.fromEntries(drawn), x })
  const [rows = 1, classes = 1] = scores!.shape
  const answers = Array.from({ length: rows }, (_, i) => {
    const row = [...scores!.data.subarray(i * classes, (i + 1) * classes)]
    return row.indexOf(Math.max(...row))
  })
  return { answers, accuracy: estimate(answers.map((k, i) => Number(k === labels[i]))).mean }
}

/** Numbers from 0 to 1, the same for the same seed. Source: Steele et al. (2014), mulberry32 after it. */
function lottery(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

function firstImages({ shape, data }: Tensor, count: number): Tensor {
  const pixels = shape[1]!
  const chosen = Float32Array.from(data.subarray(0, count * pixels))
  return { dtype: 'float32', shape: [count, pixels], data: chosen }
}
