// 784 pixels through a code of 30 numbers and back: principal components, a stack of machines, a deep net.
import {
  adam,
  autoencoder,
  binaryCrossEntropy,
  cosineDecay,
  fit,
  fitDbn,
  inputsAsTargets,
  type LossConfig,
  meanSquaredError,
  metrics,
  type Net,
  normal,
  pca,
  rbm,
  scoreModel,
  splitFirst,
  type Tensor,
  unlabelled,
} from 'justright'
import type { Lesson } from 'justright/lessons'
import { mnist } from 'justright/node'
import { applyModel, constant, evaluate, mul, sigmoid } from 'justright/ops'

const sizes = [784, 1000, 500, 250, 30]

const lesson: Lesson = {
  name: 'autoencoder',
  group: 'pre-training',
  claims: ['12'],
  title: {
    en: 'Stacked machines are an encoder and a decoder',
    ko: '쌓은 RBM은 인코더이자 디코더다',
  },
  story: {
    en: 'A restricted Boltzmann machine goes up through its weights and down through the same weights transposed. Four of them, each taught on what the one below gives, lead from 784 pixels to a code of 30 numbers; unrolled, the way up and the way down are the encoder and the decoder of an auto-encoder, which back-propagation then improves. In 2006 such a net beat principal components by far, and could not be trained from small random weights. The squared error of an image counts all 784 pixels, from 0 to 1.',
    ko: 'RBM은 가중치를 따라 올라가고, 같은 가중치의 전치를 따라 내려온다. 아래층의 출력을 다음 RBM이 배우게 하여 넷을 쌓으면 784개 화소에서 30개 숫자의 코드에 이른다. 이것을 펼치면 올라가는 길은 인코더, 내려오는 길은 디코더가 되고, 역전파로 더 다듬을 수 있다. 2006년에 이 신경망은 주성분 분석(PCA)을 크게 앞섰고, 작은 난수 가중치에서는 학습되지 않았다. 제곱 오차는 이미지 한 장의 784개 화소(0~1)에 대해 모두 더한 값이다.',
  },
  reduced: {
    en: '20,000 of 60,000 images, 3 epochs a machine and 5 of fine-tuning instead of 50 and 100; one seed.',
    ko: '이미지 60,000장 중 20,000장, RBM마다 3에폭과 미세 조정 5에폭(원래는 50과 100), 시드 하나.',
  },
  seconds: { short: 75, full: 5400 },
  async run({ isFull, progress, show, signal, text }) {
    const all = await mnist({ validation: 0 })
    const short = splitFirst(all.train, 20_000).validation
    const data = await inputsAsTargets(isFull ? all : { ...all, train: short })
    const errorOf = async ({ model, weights }: Net, loss: LossConfig = binaryCrossEntropy()) => {
      const scored = await scoreModel({ model, loss, data }, weights, {
        metrics: [metrics.squaredError()],
      })
      return scored.metrics!.squaredError!
    }

    progress(0, { en: 'principal components', ko: '주성분' })
    // Exact, and quick: of all 60,000 images in the short setting too.
    const components = await pca(unlabelled(all), { components: 30 })
    const linearError = await errorOf(components, meanSquaredError())
    const byMean = components.totalVariance

    progress(0.05, { en: 'four machines', ko: 'RBM 넷' })
    const code = rbm({ hidden: 30, hiddenUnits: 'gaussian' })
    const dbn = await fitDbn([...sizes.slice(1, -1).map(hidden => rbm({ hidden })), code], {
      data: unlabelled(data),
      epochs: isFull ? 50 : 3,
      signal,
    })
    signal.throwIfAborted()
    const stack = dbn.autoencoder()
    const stackError = await errorOf(stack)

    const curves: { name: string; points: [number, number][] }[] = []
    const train = async (name: string, net: Partial<Net> & Pick<Net, 'model'>, share: number) => {
      progress(share, { en: name, ko: name })
      const points: [number, number][] = []
      const run = await fit({
        ...net,
        loss: binaryCrossEntropy(),
        metrics: [metrics.squaredError()],
        optimizer: adam(),
        schedule: cosineDecay(),
        data: { ...data, validation: data.test! },
        epochs: isFull ? 100 : 5,
        batchSize: 100,
        recorders: [
          {
            epoch({ epoch, validation }) {
              points.push([epoch, validation!.metrics!.squaredError!])
              progress(share + (0.28 * epoch) / (isFull ? 100 : 5))
            },
          },
        ],
      })
      signal.throwIfAborted()
      curves.push({ name, points })
      return { model: net.model, weights: run.parameters, error: points.at(-1)![1] }
    }
    const tuned = await train(text(names.tuned), stack, 0.15)
    const small = autoencoder({ sizes, weightInit: normal(0, 0.01) })
    const fromSmall = await train(text(names.small), { model: small }, 0.43)
    const direct = await train(text(names.direct), { model: autoencoder({ sizes }) }, 0.71)

    show({
      kind: 'lines',
      title: text({ en: 'Squared error of test images', ko: '시험 이미지의 제곱 오차' }),
      x: { label: text({ en: 'epoch of fine-tuning', ko: '미세 조정 에폭' }) },
      y: { label: text({ en: 'squared error', ko: '제곱 오차' }) },
      series: [
        ...curves,
        {
          name: 'PCA',
          points: curves[0]!.points.map(([x]) => [x, linearError]),
          isReference: true,
        },
      ],
    })
    const some = rowsOf(data.test!.inputs, 8)
    const rows = {
      PCA: outputsOf(components, some),
      [text(names.tuned)]: outputsOf(tuned, some, true),
    }
    show({
      kind: 'images',
      title: text({
        en: 'Images, through 30 numbers and back',
        ko: '숫자 30개를 거쳐 복원한 이미지',
      }),
      shape: [1, 28, 28],
      range: [0, 1],
      images: [
        ...imagesOf(some).map(image => ({ data: image.map(x => x / 255) })),
        ...Object.values(rows).flatMap(row => imagesOf(row).map(data => ({ data }))),
      ],
    })

    const isBetter = stackError < byMean && tuned.error < linearError
    return [
      {
        claim: '12',
        verdict: isBetter ? 'holds' : 'fails',
        reason: {
          en: `The stack alone, before any back-propagation, rebuilds test images to a squared error of ${stackError.toFixed(2)}, where images lie ${byMean.toFixed(1)} from their mean: it is an encoder and a decoder. Fine-tuned it comes to ${tuned.error.toFixed(2)} against ${linearError.toFixed(2)} of PCA with as many numbers. From N(0, .01²) the same net comes to ${fromSmall.error.toFixed(2)}; from Xavier weights scaled for sigmoids, without any machine, to ${direct.error.toFixed(2)}.`,
          ko: `역전파 전에 쌓은 RBM만으로도 시험 이미지를 제곱 오차 ${stackError.toFixed(2)}로 복원한다(이미지들은 평균에서 ${byMean.toFixed(1)}만큼 떨어져 있다). 곧 인코더이자 디코더다. 미세 조정하면 ${tuned.error.toFixed(2)}로, 같은 개수의 숫자를 쓰는 PCA의 ${linearError.toFixed(2)}와 비교된다. 같은 신경망이 N(0, .01²)에서 출발하면 ${fromSmall.error.toFixed(2)}, RBM 없이 시그모이드에 맞춘 Xavier 가중치에서 출발하면 ${direct.error.toFixed(2)}이다.`,
        },
        measures: [
          { ...measure('PCA', 'PCA', linearError), published: '13.87', expected: [13.82, 13.92] },
          measure('the stack alone', '쌓은 RBM만', stackError),
          { ...measure(names.tuned.en, names.tuned.ko, tuned.error), published: '3.00' },
          measure(names.small.en, names.small.ko, fromSmall.error),
          measure(names.direct.en, names.direct.ko, direct.error),
        ],
      },
    ]
  },
}

export default lesson

const names = {
  tuned: { en: 'fine-tuned stack', ko: '미세 조정한 RBM' },
  small: { en: 'from N(0, .01²)', ko: 'N(0, .01²)에서 출발' },
  direct: { en: 'from 4 x Xavier', ko: '4 x Xavier에서 출발' },
}

const measure = (en: string, ko: string, value: number) => ({ name: { en, ko }, values: [value] })

function rowsOf({ dtype, shape, data }: Tensor, count: number): Tensor {
  return { dtype, shape: [count, shape[1]], data: data.slice(0, count * shape[1]!) } as Tensor
}

function outputsOf({ model, weights }: Net, rows: Tensor, areLogits = false): Tensor {
  const pixels = constant({ ...rows, dtype: 'float32', data: Float32Array.from(rows.data) })
  const leaf = (name: string) => constant(weights[name]!)
  const { output } = applyModel(model, mul(pixels, 1 / 255), { leaf })
  return evaluate([areLogits ? sigmoid(output) : output])[0]!
}

function imagesOf({ shape, data }: Tensor): number[][] {
  const [count = 0, size = 0] = shape
  return Array.from({ length: count }, (_, i) => [...data.slice(i * size, (i + 1) * size)])
}
