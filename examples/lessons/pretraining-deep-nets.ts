// A deep sigmoid net from five starts: what pre-training was for, and what the right scale does without it.
import {
  crossEntropy,
  type DataSource,
  type Dbn,
  difference,
  estimate,
  fit,
  fitDbn,
  heNormal,
  type InitConfig,
  type LayerConfig,
  lecunNormal,
  mlp,
  type Net,
  normal,
  rbm,
  relu,
  sgd,
  sigmoid,
  splitParts,
  unlabelled,
  xavierUniform,
} from 'justright'
import { barOf, isAbove, type Lesson, meanCurve, points, words } from 'justright/lessons'
import { mnist } from 'justright/node'

const hidden = [500, 500, 500, 500]
const net = (weightInit: InitConfig, activation: LayerConfig = sigmoid()) => ({
  model: mlp({ hidden, outputs: 10, activation, weightInit }),
})

const lesson: Lesson = {
  name: 'pretraining-deep-nets',
  group: 'pre-training',
  claims: ['14', '15'],
  title: {
    en: 'A deep sigmoid net needs a good start: machines, or the right scale',
    ko: '깊은 시그모이드 신경망에는 좋은 출발점이 필요하다: RBM, 또는 알맞은 크기',
  },
  story: {
    en: 'Four hidden layers of 500 sigmoids, plain SGD with rate .1 in batches of 100: what could not be trained before 2006. The same net starts from small random weights, from weights whose variance keeps the size of signals, from Xavier weights, from four times those (a sigmoid is four times flatter than tanh), and from machines that saw the images without their labels, three epochs each. Then with labels of 1,000 images alone. At last the net with ReLU and He weights, which has no machine at all.',
    ko: '시그모이드 500개짜리 은닉층 넷, 학습률 .1의 단순한 SGD, 배치 100. 2006년 이전에는 학습시키지 못하던 신경망이다. 같은 신경망이 작은 난수, 신호의 크기를 지키는 분산, Xavier, Xavier의 네 배(시그모이드는 tanh보다 네 배 완만하다), 그리고 레이블 없이 이미지만 3에폭씩 본 RBM에서 출발한다. 다음에는 레이블이 이미지 1,000장에만 있는 경우를 본다. 끝으로 RBM 없이 ReLU와 He 초기화를 쓴 신경망과 비교한다.',
  },
  reduced: {
    en: '3 epochs instead of 6, one seed instead of 3.',
    ko: '6에폭 대신 3에폭, 시드 3개 대신 하나.',
  },
  seconds: { short: 95, full: 400 },
  async run({ isFull, progress, show, signal, text }) {
    const all = await mnist({ validation: 0 })
    // Test accuracy is followed from epoch to epoch; nothing is chosen by it.
    const followed = { ...all, validation: all.test! }
    const epochs = isFull ? 6 : 3
    const seeds = isFull ? [0, 1, 2] : [0]
    const train = async (
      start: Partial<Net> & Pick<Net, 'model'>,
      data: DataSource,
      seed: number,
      epochs: number,
    ) => {
      const run = await fit({
        ...start,
        loss: crossEntropy(),
        optimizer: sgd({ learningRate: 0.1 }),
        data,
        epochs,
        batchSize: 100,
        seed,
      })
      signal.throwIfAborted()
      return run
    }

    progress(0, { en: 'machines, without labels', ko: 'RBM, 레이블 없이' })
    const stacks: Dbn[] = []
    for (const seed of seeds) {
      const machines = hidden.map(units => rbm({ hidden: units }))
      stacks.push(await fitDbn(machines, { data: unlabelled(all), epochs: 3, seed, signal }))
      signal.throwIfAborted()
    }
    const pretrained = (seed: number) =>
      stacks[seed % stacks.length]!.classifier({ classes: 10, seed })

    const starts: Record<string, (seed: number) => Partial<Net> & Pick<Net, 'model'>> = {
      'N(0, .01²)': () => net(normal(0, 0.01)),
      'N(0, 1/n)': () => net(lecunNormal()),
      Xavier: () => net(xavierUniform()),
      '4 x Xavier': () => net(xavierUniform({ gain: 4 })),
      RBM: pretrained,
      'ReLU, He': () => net(heNormal(), relu()),
    }
    /** Test accuracies by start: of each seed, after each epoch. */
    const accuracies: Record<string, number[][]> = {}
    for (const [i, [name, start]] of Object.entries(starts).entries()) {
      progress(0.25 + i / 10, { en: name, ko: name })
      accuracies[name] = []
      for (const seed of seeds) {
        const { history } = await train(start(seed), followed, seed, epochs)
        accuracies[name].push(history.map(({ validation }) => validation!.accuracy!))
      }
    }
    show({
      kind: 'lines',
      title: text({ en: '784-500x4-10 by its start', ko: '출발점에 따른 784-500x4-10' }),
      x: { label: text(words.epoch) },
      y: { label: text(words.testAccuracy), range: [0, 1] },
      series: Object.entries(accuracies).map(([name, runs]) => ({
        name,
        points: meanCurve(runs),
      })),
    })

    const few: Record<string, number[]> = { '4 x Xavier': [], RBM: [] }
    for (const seed of [0, 1, 2]) {
      progress(0.85 + seed / 20, { en: '1,000 labels', ko: '레이블 1,000개' })
      const labelled = splitParts(all.train, { validation: 1000, stratified: true, seed })
        .validation!
      const data = { ...all, train: labelled }
      for (const name of Object.keys(few)) {
        const { test } = await train(starts[name]!(seed), data, seed, 60)
        few[name]!.push(test!.accuracy!)
      }
    }
    show({
      kind: 'bars',
      title: text({ en: 'With 1,000 labels', ko: '레이블이 1,000개일 때' }),
      value: { label: text(words.testAccuracy) },
      format: 'percent',
      bars: Object.entries(few).map(([name, values]) => barOf(name, estimate(values))),
    })

    const after = (name: string, epoch: number) => accuracies[name]!.map(run => run[epoch - 1]!)
    const mean = (name: string, epoch: number) => estimate(after(name, epoch)).mean
    const percent = (share: number) => `${(100 * share).toFixed(1)} %`
    const gain = difference(estimate(few['4 x Xavier']!), estimate(few.RBM!))
    const isQuick = mean('RBM', 1) >= 0.92 && mean('RBM', 1) > mean('4 x Xavier', 1)
    const isFrugal = isAbove(gain)
    // As good as machines: no more than two points behind, after so few epochs.
    const isEnough = (name: string) => mean(name, epochs) > mean('RBM', epochs) - 0.02
    const rightScales = ['4 x Xavier', 'ReLU, He'].filter(isEnough)
    return [
      {
        claim: '14',
        verdict: isQuick && isFrugal ? 'holds' : isQuick || isFrugal ? 'conditional' : 'fails',
        reason: {
          en: `After one epoch the pre-trained net has ${percent(mean('RBM', 1))}, from N(0, .01²) ${percent(mean('N(0, .01²)', 1))}, from the best random start for sigmoids ${percent(mean('4 x Xavier', 1))}. With 1,000 labels it has ${percent(estimate(few.RBM!).mean)}, ${points(gain, { digits: 1 })} points more than from that random start: the other images were used without labels.`,
          ko: `1에폭 뒤 사전 학습한 신경망은 ${percent(mean('RBM', 1))}, N(0, .01²)에서 출발하면 ${percent(mean('N(0, .01²)', 1))}, 시그모이드에 가장 좋은 난수에서 출발하면 ${percent(mean('4 x Xavier', 1))}다. 레이블이 1,000개면 ${percent(estimate(few.RBM!).mean)}로, 그 난수에서 출발할 때보다 ${points(gain, { digits: 1 })}점 높다. 나머지 이미지는 레이블 없이 쓰였다.`,
        },
        measures: [
          {
            name: { en: 'RBM, 1 epoch', ko: 'RBM, 1에폭' },
            values: after('RBM', 1),
            format: 'percent',
            expected: [0.92, 0.95],
          },
          {
            name: { en: 'N(0, .01²), 1 epoch', ko: 'N(0, .01²), 1에폭' },
            values: after('N(0, .01²)', 1),
            format: 'percent',
            expected: [0.09, 0.12],
          },
          {
            name: { en: 'RBM, 1,000 labels', ko: 'RBM, 레이블 1,000개' },
            values: few.RBM!,
            format: 'percent',
          },
          {
            name: { en: '4 x Xavier, 1,000 labels', ko: '4 x Xavier, 레이블 1,000개' },
            values: few['4 x Xavier']!,
            format: 'percent',
          },
        ],
      },
      {
        claim: '15',
        verdict: rightScales.length === 0 ? 'fails' : isEnough('Xavier') ? 'holds' : 'conditional',
        reason: {
          en: `After ${epochs} epochs: RBM ${percent(mean('RBM', epochs))}, four times Xavier ${percent(mean('4 x Xavier', epochs))}, ReLU with He ${percent(mean('ReLU, He', epochs))}, all without a change of the rate. Within two points of RBM: ${rightScales.join(' and ') || 'none'}. Plain Xavier has ${percent(mean('Xavier', epochs))} with sigmoids, for which it was not made: the scale has to fit the activation.`,
          ko: `${epochs}에폭 뒤 RBM ${percent(mean('RBM', epochs))}, Xavier의 네 배 ${percent(mean('4 x Xavier', epochs))}, ReLU와 He ${percent(mean('ReLU, He', epochs))}이며 학습률은 모두 같다. RBM에 2점 이내로 따라온 것: ${rightScales.join(', ') || '없음'}. 시그모이드에 그냥 Xavier를 쓰면 ${percent(mean('Xavier', epochs))}인데, 시그모이드를 위해 만든 것이 아니기 때문이다. 크기가 활성화 함수에 맞아야 한다.`,
        },
        measures: ['RBM', '4 x Xavier', 'Xavier', 'N(0, 1/n)', 'ReLU, He'].map(name => ({
          name: { en: `${name}, ${epochs} epochs`, ko: `${name}, ${epochs}에폭` },
          values: after(name, epochs),
          format: 'percent',
        })),
      },
    ]
  },
}

export default lesson
