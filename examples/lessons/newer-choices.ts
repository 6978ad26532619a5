// LSUV and batch normalisation beside the formulas: ten layers on MNIST, from five starts.
import {
  batchNorm,
  crossEntropy,
  estimate,
  fitSeeds,
  heNormal,
  type InitConfig,
  type LayerConfig,
  linear,
  lsuv,
  normal,
  pairedDifference,
  type Run,
  relu,
  sampleRows,
  sequential,
  sgd,
  signals,
  xavierUniform,
} from 'justright'
import { isAbove, type Lesson, meanCurve, percent, points, words } from 'justright/lessons'
import { mnist } from 'justright/node'

const lesson: Lesson = {
  name: 'newer-choices',
  group: 'initialization',
  claims: ['20'],
  title: {
    en: 'Xavier, He, LSUV, batch normalisation: try several and keep the best',
    ko: 'Xavier, He, LSUV, 배치 정규화: 여러 가지를 해 보고 가장 좋은 것을 고른다',
  },
  story: {
    en: 'Xavier and He divide weights by a formula of the layer’s size. LSUV looks at data instead: it scales each layer until its outputs have variance 1. Batch normalisation does that again at every step, and trains the scale. The lecture names both as newer choices and says to try several. So a net of ten hidden layers of 128 ReLU units is started in five ways: first the variance of every layer’s pre-activations at the start, then how fast each learns MNIST by plain SGD, with a few seeds each that share their order of images.',
    ko: 'Xavier와 He는 층의 크기로 정한 수식으로 가중치를 나눈다. LSUV는 데이터를 본다. 층마다 출력의 분산이 1이 될 때까지 가중치를 조절한다. 배치 정규화는 그 일을 단계마다 되풀이하고, 크기도 학습한다. 강의는 둘을 더 새로운 방법으로 소개하며 여러 가지를 해 보라고 한다. 그래서 128 유닛 ReLU 은닉층 열 개인 신경망을 다섯 가지로 시작해 본다. 먼저 출발할 때 층마다 활성화 전 값의 분산을 재고, 다음으로 단순한 SGD로 MNIST를 얼마나 빨리 배우는지 본다. 시드 몇 개는 그림의 순서까지 서로 같다.',
  },
  reduced: { en: '3 epochs instead of 10.', ko: '10에폭 대신 3에폭.' },
  seconds: { short: 40, full: 140 },
  async run({ isFull, progress, say, show, signal, text }) {
    const seeds = [0, 1, 2, 3, 4]
    const epochs = isFull ? 10 : 3
    // LSUV looks at so many images.
    const looked = 1000
    const starts: Record<string, LayerConfig> = {
      'N(0, .01)': deepNet(normal(0, 0.01)),
      Xavier: deepNet(xavierUniform()),
      He: deepNet(heNormal()),
      LSUV: deepNet(lsuv({ batchSize: looked })),
      'He + BN': deepNet(heNormal(), [batchNorm()]),
    }

    const data = await mnist()
    const sample = await sampleRows(data, { train: looked })
    const variances: Record<string, number[]> = {}
    for (const [name, model] of Object.entries(starts)) {
      const { layers } = await signals({ model, data: sample, loss: crossEntropy(), examples: looked }) // biome-ignore format: fits
      variances[name] = layers.filter(({ kind }) => kind === 'linear').map(({ output }) => output.std ** 2) // biome-ignore format: fits
    }
    show({
      kind: 'lines',
      title: text({ en: 'Variance of what each linear layer gives, at the start', ko: '출발할 때 선형층 출력의 분산' }), // biome-ignore format: fits
      x: { label: text(words.layer) },
      y: { label: text({ en: 'variance', ko: '분산' }), scale: 'log' },
      series: Object.entries(variances).map(([name, byLayer]) => ({
        name,
        points: byLayer.map((variance, i) => [i + 1, variance] as const),
      })),
    })
    const farthest = Math.max(...variances.LSUV!.map(variance => Math.abs(variance - 1)))

    const runs: Record<string, readonly Run[]> = {}
    for (const [i, [name, model]] of Object.entries(starts).entries()) {
      signal.throwIfAborted()
      progress(i / 5, { en: name, ko: name })
      runs[name] = await fitSeeds({
        model,
        loss: crossEntropy(),
        optimizer: sgd({ learningRate: 0.1 }),
        data,
        epochs,
        batchSize: 100,
        seeds,
      })
    }
    const after = (name: string, epoch: number) => runs[name]!.map(({ history }) => history[epoch - 1]!.validation!.accuracy!) // biome-ignore format: fits
    const testOf = (name: string) => runs[name]!.map(({ test }) => test!.accuracy!)
    show({
      kind: 'lines',
      title: text({ en: 'Validation accuracy', ko: '검증 정확도' }),
      x: { label: text(words.epoch) },
      y: { label: text(words.accuracy) },
      series: Object.keys(starts).map(name => ({
        name,
        points: meanCurve(runs[name]!.map(({ history }) => history.map(({ validation }) => validation!.accuracy!))), // biome-ignore format: fits
      })),
    })
    const reachedAt = (name: string) => {
      const epoch = Array.from({ length: epochs }, (_, i) => i + 1).find(at => estimate(after(name, at)).mean >= 0.97) // biome-ignore format: fits
      return epoch === undefined ? `> ${epochs}` : `${epoch}`
    }
    const reached = Object.keys(starts).map(name => `${name} ${reachedAt(name)}`).join(', ') // biome-ignore format: fits
    say({
      en: `Epochs to 97 % of the validation images, in the mean of the seeds: ${reached}.`,
      ko: `검증 그림의 97 %에 이르기까지의 에폭(시드 평균): ${reached}.`,
    })

    const means = Object.keys(starts).map(name => ({ name, mean: estimate(testOf(name)).mean }))
    const [best] = means.toSorted((a, b) => b.mean - a.mean)
    const overHe = (name: string) => pairedDifference(testOf('He'), testOf(name), { resolution: 1e-4 }) // biome-ignore format: fits
    const [ofBn, ofLsuv] = [overHe('He + BN'), overHe('LSUV')]
    const bothWork = ['LSUV', 'He + BN'].every(name => estimate(testOf(name)).mean > 0.9)
    const failed = estimate(testOf('N(0, .01)')).mean
    return [
      {
        claim: '20',
        verdict: !(bothWork && farthest <= 0.011) ? 'fails' : isAbove(ofBn) && isAbove(ofLsuv) ? 'holds' : 'conditional', // biome-ignore format: fits
        reason: {
          en: `LSUV gives every layer a variance of 1 to ${farthest.toExponential(0)}. Weights of a fixed .01 end at ${percent(failed)}; all other starts train, and the best is ${best!.name} with ${percent(best!.mean)}. Against He alone batch normalisation changes the test accuracy by ${points(ofBn)} points and LSUV by ${points(ofLsuv)} after ${epochs} epochs. So trying several pays, against a bad start most of all; that newer is better is true of ${[isAbove(ofBn) && 'batch normalisation', isAbove(ofLsuv) && 'LSUV'].filter(Boolean).join(' and ') || 'neither'} here.`,
          ko: `LSUV를 쓰면 모든 층의 분산이 1에서 ${farthest.toExponential(0)} 안에 든다. 표준편차 .01로 고정한 가중치는 ${percent(failed)}에 머물고 나머지는 모두 배운다. 가장 좋은 것은 ${best!.name}(${percent(best!.mean)})이다. ${epochs}에폭 뒤 시험 정확도를 He만 쓸 때와 비교하면 배치 정규화는 ${points(ofBn)}점, LSUV는 ${points(ofLsuv)}점 차이다. 여러 가지를 해 볼 값어치는 있고, 나쁜 출발과 비교하면 더욱 그렇다. 새 방법이 더 낫다는 말은 여기서 ${[isAbove(ofBn) && '배치 정규화', isAbove(ofLsuv) && 'LSUV'].filter(Boolean).join('와 ') || '어느 쪽'}에${isAbove(ofBn) || isAbove(ofLsuv) ? '는 맞다' : '도 맞지 않는다'}.`,
        },
        measures: [
          {
            name: { en: 'LSUV: greatest |variance - 1| of a layer', ko: 'LSUV: 층별 |분산 - 1|의 최댓값' }, // biome-ignore format: fits
            values: [farthest],
            expected: [0, 0.011],
          },
          ...Object.keys(starts).flatMap(name => [
            {
              name: { en: `${name}: accuracy after one epoch`, ko: `${name}: 한 에폭 뒤 정확도` },
              values: after(name, 1),
              format: 'percent' as const,
              ...(name === 'LSUV' ? { published: '97.77 % (torch-lsuv, another net)' } : {}),
            },
            {
              name: { en: `${name}: test accuracy`, ko: `${name}: 시험 정확도` },
              values: testOf(name),
              format: 'percent' as const,
            },
          ]),
        ],
      },
    ]
  },
}

export default lesson

/** Ten hidden layers of 128 ReLU units, perhaps with something before each ReLU. */
function deepNet(weightInit: InitConfig, before: readonly LayerConfig[] = []): LayerConfig {
  const hidden = Array.from({ length: 10 }, () => [linear(128, { weightInit }), ...before, relu()])
  return sequential(...hidden.flat(), linear(10, { weightInit }))
}
