// With batch normalisation neither the first weights nor the rate have to be just right.
import {
  batchNorm,
  crossEntropy,
  fit,
  heNormal,
  type InitConfig,
  JustrightError,
  linear,
  normal,
  relu,
  sequential,
  sgd,
  splitFirst,
} from 'justright'
import { type Lesson, type LessonContext, words } from 'justright/lessons'
import { mnist } from 'justright/node'

/** From 1 down to .0001, each the same part of the one before. */
const scales = Array.from({ length: 16 }, (_, i) => 10 ** ((-4 * i) / 15))
const rates = [0.1, 0.3, 1, 3, 10, 30]

const lesson: Lesson = {
  name: 'batch-norm-scales',
  group: 'normalization',
  claims: ['47', '48'],
  title: {
    en: 'Sixteen scales of weights and six rates, with and without batch normalisation',
    ko: '가중치 크기 열여섯 가지와 학습률 여섯 가지, 배치 정규화가 있을 때와 없을 때',
  },
  story: {
    en: 'A normalised layer gives the same whatever the scale of its weights: both mean and deviation scale with them. A gradient step on weights that have grown large turns them less, so that large rates calm themselves. The textbook trains 784-100-100-100-100-100-10 with ReLU on 1,000 images, SGD .01, batches of 100, for 20 epochs, with weights of sixteen deviations from 1 to .0001. Then the rate is raised, from weights of He.',
    ko: '정규화된 층의 출력은 가중치의 크기와 상관없다. 평균과 표준편차가 함께 커지고 작아지기 때문이다. 커진 가중치는 같은 걸음에 덜 돌아가므로 큰 학습률도 스스로 가라앉는다. 교재는 그림 1,000장으로 784-100-100-100-100-100-10(ReLU)을 SGD .01, 배치 100으로 20에폭 훈련하며, 가중치의 표준편차를 1에서 .0001까지 열여섯 가지로 둔다. 그다음에는 He 초기화에서 학습률을 올려 본다.',
  },
  reduced: {
    en: 'one seed instead of three; rates on 10,000 images',
    ko: '시드 셋 대신 하나, 학습률 비교는 그림 10,000장으로',
  },
  seconds: { short: 25, full: 120 },
  async run(context) {
    const { isFull, progress, show, text } = context
    const { train, validation: held, test } = await mnist()
    const seeds = isFull ? [0, 1, 2] : [0]
    const withSeeds = async (train: (seed: number) => Promise<number>) => {
      const accuracies: number[] = []
      for (const seed of seeds) accuracies.push(await train(seed))
      return accuracies
    }

    // 1. Sixteen scales: accuracy on the 1,000 images that were trained on, as in the book.
    const first = splitFirst(held!, 1000).validation
    const small = { ...(await mnist()), train: first, validation: first }
    const byScale = { plain: [] as number[][], normalised: [] as number[][] }
    for (const [i, scale] of scales.entries()) {
      progress((0.7 * i) / scales.length, {
        en: `scale ${scale.toPrecision(2)}`,
        ko: `크기 ${scale.toPrecision(2)}`,
      })
      for (const way of ['plain', 'normalised'] as const)
        byScale[way].push(
          await withSeeds(seed =>
            accuracyOf(context, {
              model: net(5, way === 'normalised', normal(0, scale)),
              optimizer: sgd({ learningRate: 0.01 }),
              data: small,
              epochs: 20,
              seed,
            }),
          ),
        )
    }

    // 2. Rates that grow: test accuracy after two epochs.
    const some = { train: isFull ? train : splitFirst(train, 10_000).validation, validation: test, description: small.description, scale: 1 / 255 } // biome-ignore format: fits
    const byRate = { plain: [] as number[][], normalised: [] as number[][] }
    for (const [i, rate] of rates.entries()) {
      progress(0.7 + (0.3 * i) / rates.length, { en: `rate ${rate}`, ko: `학습률 ${rate}` })
      for (const way of ['plain', 'normalised'] as const)
        byRate[way].push(
          await withSeeds(seed =>
            accuracyOf(context, {
              model: net(4, way === 'normalised', heNormal()),
              optimizer: sgd({ learningRate: rate }),
              data: some,
              epochs: 2,
              seed,
            }),
          ),
        )
    }

    const names = {
      plain: text({ en: 'without', ko: '없음' }),
      normalised: text({ en: 'batch normalisation', ko: '배치 정규화' }),
    }
    const chart = (
      title: string,
      label: string,
      y: string,
      x: readonly number[],
      found: typeof byScale,
    ) =>
      show({
        kind: 'lines',
        title,
        x: { label, scale: 'log' },
        y: { label: y, range: [0, 1] },
        series: (['plain', 'normalised'] as const).map(way => ({
          name: names[way],
          points: x.map((value, i) => [value, mean(found[way][i]!)] as const),
        })),
      })
    chart(
      text({
        en: 'Accuracy after 20 epochs by scale of the weights',
        ko: '가중치 크기별 20에폭 뒤의 정확도',
      }),
      text(words.weightScale),
      text(words.trainAccuracy),
      scales,
      byScale,
    )
    chart(
      text({ en: 'Accuracy after 2 epochs by rate', ko: '학습률별 2에폭 뒤의 정확도' }),
      text(words.learningRate),
      text(words.testAccuracy),
      rates,
      byRate,
    )

    const learns = (accuracies: readonly (readonly number[])[]) => seeds.map((_, seed) => accuracies.filter(found => found[seed]! > 0.5).length) // biome-ignore format: fits
    const [few, many] = [learns(byScale.plain), learns(byScale.normalised)]
    const better = scales.filter((_, i) => mean(byScale.plain[i]!) > mean(byScale.normalised[i]!) && mean(byScale.plain[i]!) > 0.5) // biome-ignore format: fits
    const largest = (accuracies: readonly (readonly number[])[]) => seeds.map((_, seed) => Math.max(...rates.filter((_, i) => accuracies[i]![seed]! > 0.8))) // biome-ignore format: fits
    const [low, high] = [largest(byRate.plain), largest(byRate.normalised)]
    const factor = Math.min(...high.map((rate, seed) => rate / low[seed]!))
    const betterText = better.map(scale => scale.toPrecision(2)).join(', ')
    return [
      {
        claim: '47',
        verdict: factor >= 5 ? 'holds' : factor > 1 ? 'conditional' : 'fails',
        reason: {
          en: `The largest rate that still trains (more than 80 % of the test images after two epochs) is ${high.join(', ')} with batch normalisation and ${low.join(', ')} without, ${factor.toFixed(0)} times as large. Beyond it the plain net learns next to nothing, or leaves the finite numbers within a few steps.`,
          ko: `아직 훈련되는(2에폭 뒤 시험 그림의 80 % 이상을 맞히는) 가장 큰 학습률은 배치 정규화가 있으면 ${high.join(', ')}, 없으면 ${low.join(', ')}로 ${factor.toFixed(0)}배 크다. 그보다 크면 정규화 없는 신경망은 거의 배우지 못하거나 몇 단계 만에 유한한 수를 벗어난다.`,
        },
        measures: [
          {
            name: {
              en: 'largest rate that trains, batch normalisation',
              ko: '훈련되는 가장 큰 학습률, 배치 정규화',
            },
            values: high,
            published: 'rates 5 and 30 times higher (Ioffe & Szegedy 2015)',
          },
          {
            name: { en: 'largest rate that trains, without', ko: '훈련되는 가장 큰 학습률, 없음' },
            values: low,
          },
        ],
      },
      {
        claim: '48',
        verdict:
          mean(many) >= 12 && mean(many) >= 3 * mean(few)
            ? 'holds'
            : mean(many) > mean(few)
              ? 'conditional'
              : 'fails',
        reason: {
          en: `Of 16 scales ${mean(many).toFixed(0)} learn with batch normalisation (more than half of the images right) and ${mean(few).toFixed(0)} without.${better.length > 0 ? ` It is not always faster: where the plain net does learn, at ${betterText}, it is ahead after 20 epochs.` : ''}`,
          ko: `열여섯 가지 크기 가운데 배치 정규화가 있으면 ${mean(many).toFixed(0)}가지, 없으면 ${mean(few).toFixed(0)}가지에서 배운다(절반 넘게 맞힌다).${better.length > 0 ? ` 언제나 더 빠른 것은 아니다. 정규화 없는 신경망도 배우는 ${betterText}에서는 20에폭 뒤에 오히려 앞선다.` : ''}`,
        },
        measures: [
          {
            name: {
              en: 'scales that learn, batch normalisation',
              ko: '배우는 크기의 수, 배치 정규화',
            },
            values: many,
            published: 'most of 16 (textbook, 6.3)',
            expected: [12, 16],
          },
          {
            name: { en: 'scales that learn, without', ko: '배우는 크기의 수, 없음' },
            values: few,
            expected: [1, 4],
          },
        ],
      },
    ]
  },
}

export default lesson

/** Hidden layers of 100 ReLU units, normalised before the activation or not. */
function net(depth: number, isNormalised: boolean, weightInit: InitConfig) {
  const hidden = [linear(100, { weightInit }), ...(isNormalised ? [batchNorm()] : []), relu()]
  return sequential(
    ...Array.from({ length: depth }, () => hidden).flat(),
    linear(10, { weightInit }),
  )
}

/** The accuracy after training, on the validation part; 0 where the loss left the finite numbers. */
async function accuracyOf(
  { signal }: LessonContext,
  options: Pick<Parameters<typeof fit>[0], 'model' | 'optimizer' | 'data' | 'epochs'> & {
    readonly seed: number
  },
): Promise<number> {
  signal.throwIfAborted()
  try {
    const { validation } = await fit({ ...options, loss: crossEntropy(), batchSize: 100 })
    return validation!.accuracy!
  } catch (error) {
    if (error instanceof JustrightError && /finite/.test(error.message)) return 0
    throw error
  }
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, x) => sum + x, 0) / values.length
