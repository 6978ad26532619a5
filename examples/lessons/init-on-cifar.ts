// Initialisations by activations on CIFAR-10: the table of the LSUV paper, on a small net or the published one.
import {
  type AugmentConfig,
  conv2d,
  crossEntropy,
  DataError,
  type DataSource,
  type Experiment,
  fit,
  fitNet4,
  flatten,
  heNormal,
  horizontalFlip,
  type InitConfig,
  type LayerConfig,
  l2,
  leakyRelu,
  linear,
  lsuv,
  maxout,
  maxPool2d,
  momentum,
  multiStepDecay,
  orthogonal,
  RunError,
  randomCrop,
  relu,
  sampleRows,
  sequential,
  sigmoid,
  tanh,
  xavierUniform,
} from 'justright'
import { type Lesson, words } from 'justright/lessons'
import { cifar10 } from 'justright/node'

/**
 * The table of Mishkin and Matas 2016 for FitNet-4, in per cent, as it is cited: the figures could not be
 * checked against the paper itself. `n/c` did not converge.
 */
const published: Record<string, Record<string, string>> = {
  LSUV: { maxout: '93.94', ReLU: '92.11', VLReLU: '92.97', tanh: '89.28', sigmoid: 'n/c' },
  Orthonormal: { maxout: '93.78', ReLU: '91.74', VLReLU: '92.40', tanh: '89.48', sigmoid: 'n/c' },
  Xavier: { maxout: '91.75', ReLU: '90.63', VLReLU: '92.27', tanh: '89.82', sigmoid: 'n/c' },
  He: { maxout: 'n/c', ReLU: '90.91', VLReLU: '92.43', tanh: '89.54', sigmoid: 'n/c' },
}

const activations: Record<string, LayerConfig | 'maxout'> = {
  maxout: 'maxout',
  VLReLU: leakyRelu({ negativeSlope: 1 / 3 }),
  ReLU: relu(),
  tanh: tanh(),
  sigmoid: sigmoid(),
}

const lesson: Lesson = {
  name: 'init-on-cifar',
  group: 'initialization',
  claims: ['19'],
  title: {
    en: 'Initialisations by activations on CIFAR-10',
    ko: 'CIFAR-10에서 초기화와 활성화 함수의 조합',
  },
  story: {
    en: 'A slide of the lecture shows the table of the LSUV paper: a net of 17 convolutions on the photographs of CIFAR-10, trained from several initialisations with several activations, and concludes that the differences are small and that Xavier and He do well everywhere. Here the same grid is trained again: maxout, very leaky ReLU (slope 1/3), ReLU, tanh and sigmoid, by momentum at the rate of the paper. A run whose loss leaves the finite numbers has diverged.',
    ko: '강의 슬라이드에는 LSUV 논문의 표가 나온다. 합성곱 17층 신경망을 CIFAR-10 사진으로, 여러 초기화와 활성화 함수의 조합으로 훈련한 결과다. 강의의 결론은 차이가 작고 Xavier와 He는 어디서나 좋다는 것이다. 같은 조합을 다시 훈련해 본다. maxout, 기울기 1/3의 매우 새는 ReLU(VLReLU), ReLU, tanh, 시그모이드를 논문의 학습률과 모멘텀으로 훈련한다. 손실이 유한한 수를 벗어나면 발산한 것이다.',
  },
  reduced: {
    en: 'A net of six small convolutions and two linear layers on 3,000 photographs for 4 epochs, 2 seeds, three initialisations. The published FitNet-4, 230 epochs of 45,000 photographs, takes more than a week on two cores.',
    ko: '작은 합성곱 6층과 선형 2층의 신경망으로 사진 3,000장을 4에폭, 시드 2개, 초기화 세 가지. 논문의 FitNet-4를 사진 45,000장으로 230에폭 훈련하려면 코어 두 개로 일주일이 넘게 걸린다.',
  },
  seconds: { short: 180, full: 800_000 },
  async lacks() {
    if (await photographs()) return undefined
    return {
      en: 'CIFAR-10 is not here. "npx justright data cifar10?download" fetches the original, 170 MB; or set CIFAR10 to the path of cifar-10-binary.tar.gz, its folder, or folders of JPEG images.',
      ko: 'CIFAR-10이 없습니다. "npx justright data cifar10?download"로 원본(170 MB)을 받거나, 환경 변수 CIFAR10에 cifar-10-binary.tar.gz나 그 폴더, 또는 JPEG 폴더의 경로를 넣으세요.',
    }
  },
  async run({ isFull, progress, show, signal, text }) {
    const all = (await photographs())!
    const data = isFull ? all : await sampleRows(all, { train: 3000, validation: 500, test: 2000 })
    const inits: Record<string, InitConfig> = {
      LSUV: lsuv(),
      ...(isFull ? { Orthonormal: orthogonal() } : {}),
      Xavier: xavierUniform(),
      He: heNormal(),
    }
    const seeds = isFull ? [0] : [0, 1]

    const cells = Object.entries(activations).flatMap(([activation, layer]) =>
      Object.entries(inits).map(([init, weightInit]) => ({ activation, init, layer, weightInit })),
    )
    const grid: { activation: string; init: string; accuracies: number[]; diverged: number }[] = []
    for (const [i, { activation, init, layer, weightInit }] of cells.entries()) {
      const accuracies: number[] = []
      for (const seed of seeds) {
        signal.throwIfAborted()
        const now = `${activation}, ${init}`
        progress((i + seed / seeds.length) / cells.length, { en: now, ko: now })
        const settings = isFull ? asPublished(layer, weightInit) : small(layer, weightInit)
        accuracies.push(await accuracyOf({ ...settings, data, seed }))
      }
      const diverged = accuracies.filter(Number.isNaN).length
      // A net that diverged answers nothing: it is as good as guessing.
      grid.push({ activation, init, accuracies: accuracies.map(a => (Number.isNaN(a) ? 0.1 : a)), diverged }) // biome-ignore format: fits
    }
    const rows = grid.map(cell => ({ ...cell, mean: meanOf(cell.accuracies) }))
    show({
      kind: 'bars',
      title: text({ en: `Test accuracy on ${data.description.source}`, ko: `${data.description.source}의 시험 정확도` }), // biome-ignore format: fits
      value: { label: text(words.testAccuracy) },
      format: 'percent',
      bars: rows.map(({ activation, init, mean, accuracies }) => ({
        name: `${activation}, ${init}`,
        value: mean,
        low: Math.min(...accuracies),
        high: Math.max(...accuracies),
      })),
    })

    // Twice as good as guessing is learning.
    const learns = (activation: string, init?: string) =>
      rows
        .filter(row => row.activation === activation && (init === undefined || row.init === init))
        .every(({ mean }) => mean > 0.2)
    const range = (activation: string) => {
      const means = rows.filter(row => row.activation === activation && row.mean > 0.2).map(({ mean }) => mean) // biome-ignore format: fits
      return means.length > 0 ? Math.max(...means) - Math.min(...means) : 0
    }
    const names = Object.keys(activations)
    const isSmall = names.every(name => range(name) < 0.05)
    const isGood = names.every(name => learns(name, 'Xavier') && learns(name, 'He'))
    const failing = rows.filter(({ mean }) => mean <= 0.2)
    const failingText = (diverged: string) =>
      failing.map(cell => `${cell.activation} + ${cell.init}${cell.diverged > 0 ? ` (${diverged})` : ''}`).join(', ') // biome-ignore format: fits
    const ranges = names.filter(name => range(name) > 0).map(name => `${name} ${(100 * range(name)).toFixed(1)}`) // biome-ignore format: fits
    const best = names.map(name => ({ name, mean: Math.max(...rows.filter(row => row.activation === name).map(({ mean }) => mean)) })) // biome-ignore format: fits
    const order = best.toSorted((a, b) => b.mean - a.mean).map(({ name, mean }) => `${name} ${(100 * mean).toFixed(1)} %`) // biome-ignore format: fits
    return [
      {
        claim: '19',
        verdict: isSmall && isGood ? 'holds' : isSmall || names.some(name => learns(name)) ? 'conditional' : 'fails', // biome-ignore format: fits
        reason: {
          en: `Best of each activation: ${order.join(', ')}. Between initialisations the accuracy differs by ${ranges.join(', ')} points, counting nets that learn. These did not learn: ${failingText('diverged') || 'none'}. The paper, as it is cited, has sigmoid fail from every start and maxout from He too, so "good for every activation" is not what its table says. ${isFull ? '' : 'After so few steps a difference is one of speed; the paper compares ends.'}`,
          ko: `활성화 함수마다 가장 좋은 것: ${order.join(', ')}. 배운 신경망만 보면 초기화에 따른 정확도 차이는 ${ranges.join(', ')}점이다. 배우지 못한 조합: ${failingText('발산') || '없음'}. 인용된 논문의 표에서도 시그모이드는 모든 초기화에서, maxout은 He에서 실패하므로 "어느 활성화에나 좋다"는 것은 표와 다르다. ${isFull ? '' : '이렇게 적은 단계 뒤의 차이는 속도의 차이이며, 논문은 끝까지 훈련한 결과를 비교한다.'}`,
        },
        measures: rows.map(({ activation, init, accuracies }) => ({
          name: { en: `${activation}, ${init}`, ko: `${activation}, ${init}` },
          values: accuracies,
          format: 'percent' as const,
          published: `${published[init]![activation]} (FitNet-4; Mishkin & Matas 2016, as cited)`,
        })),
      },
    ]
  },
}

export default lesson

/** CIFAR-10 from where CIFAR10 says or else from the cache; undefined where it is not. */
async function photographs(): Promise<DataSource | undefined> {
  const path = process.env.CIFAR10
  try {
    return await cifar10(path === undefined ? {} : { path })
  } catch (error) {
    if (error instanceof DataError) return undefined
    throw error
  }
}

type Settings = Omit<Experiment, 'data' | 'seed'>

const optimizer = momentum({ learningRate: 0.01, momentum: 0.9 })

/** Six convolutions and two linear layers, for four epochs. */
function small(activation: LayerConfig | 'maxout', weightInit: InitConfig): Settings {
  // Maxout is the greater of two, so that it needs twice the channels.
  const pieces = activation === 'maxout' ? 2 : 1
  const bend = activation === 'maxout' ? maxout(2) : activation
  const conv = (channels: number) => [
    conv2d(channels * pieces, 3, { padding: 1, weightInit }),
    bend,
  ]
  const model = sequential(
    ...conv(12),
    ...conv(12),
    maxPool2d(2),
    ...conv(24),
    ...conv(24),
    maxPool2d(2),
    ...conv(36),
    ...conv(36),
    maxPool2d(8),
    flatten(),
    linear(64 * pieces, { weightInit }),
    bend,
    linear(10, { weightInit }),
  )
  return { model, loss: crossEntropy(), optimizer, epochs: 4, batchSize: 50 }
}

/** FitNet-4 as its authors' configuration has it: 230 epochs, the rate falls at 4, 6 and 8 ninths. */
function asPublished(activation: LayerConfig | 'maxout', weightInit: InitConfig): Settings {
  const augment: AugmentConfig[] = [randomCrop({ padding: 4 }), horizontalFlip()]
  return {
    model: fitNet4({ activation, weightInit }),
    loss: crossEntropy(),
    optimizer,
    schedule: multiStepDecay({ milestones: [102, 153, 204] }),
    // Caffe's weight decay of 5e-4 is half of that times the sum of squares.
    penalty: l2(2.5e-4),
    augment,
    epochs: 230,
    batchSize: 128,
  }
}

/** Of the trained net on the test images; NaN where it diverged. */
async function accuracyOf(experiment: Experiment): Promise<number> {
  try {
    const { test } = await fit(experiment)
    return test!.accuracy!
  } catch (error) {
    if (error instanceof RunError) return Number.NaN
    throw error
  }
}

function meanOf(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0) / values.length
}
