// First weights of deep ReLU nets: .01, Xavier and He, four hidden layers and thirty.
import {
  crossEntropy,
  fitSeeds,
  type InitConfig,
  lectureHe,
  lectureXavier,
  linear,
  normal,
  type Run,
  relu,
  sequential,
  sgd,
  signalsOfSeeds,
} from 'justright'
import { type Lesson, meanCurve, words } from 'justright/lessons'
import { mnist } from 'justright/node'

const lesson: Lesson = {
  name: 'deep-mlp-init',
  group: 'initialization',
  claims: ['9', '55'],
  title: {
    en: 'Four hidden layers and thirty: what learns with which first weights',
    ko: '은닉층 네 개와 서른 개: 어떤 첫 가중치로 배우는가',
  },
  story: {
    en: 'The textbook trains a net with four hidden layers of 100 ReLUs on MNIST from weights of deviation .01, by Xavier and by He. He et al. did the like with thirty layers on ImageNet: theirs converged, Xavier stalled. Thirty layers of 100 on MNIST are small enough to repeat here. Before training, signals are measured: how much of the activations is left at the top, and how much of the gradient at the bottom.',
    ko: '책은 ReLU 100개짜리 은닉층이 네 개인 신경망을 표준편차 .01, Xavier, He의 가중치에서 출발해 MNIST로 훈련한다. He 등은 ImageNet에서 서른 층으로 비슷한 실험을 했다. 그들의 방법은 수렴했고 Xavier는 멈춰 섰다. 너비 100의 서른 층은 여기서 다시 해 볼 만큼 작다. 훈련에 앞서 신호를 잰다. 맨 위에 활성값이 얼마나, 맨 아래에 기울기가 얼마나 남는지다.',
  },
  reduced: {
    en: '3 seeds instead of 10, and 2 passes over the data instead of 5 for thirty layers',
    ko: '시드 10개 대신 3개, 서른 층은 데이터를 다섯 번 대신 두 번만 봄',
  },
  seconds: { short: 45, full: 360 },
  async run({ isFull, progress, say, show, signal, text }) {
    const data = await mnist({ validation: 0 })
    const seeds = Array.from({ length: isFull ? 10 : 3 }, (_, seed) => seed)
    const inits = { '.01': normal(0, 0.01), Xavier: lectureXavier(), He: lectureHe() }

    // Of the signals of thirty layers, what is left: of activations at the top, of gradients at the bottom.
    const kept: Record<string, { up: number[]; down: number[] }> = {}
    for (const [name, init] of Object.entries(inits)) {
      const model = net(30, init)
      const reports = await signalsOfSeeds({ model, data, seeds, upstream: 'normal', detail: 'thrifty' }) // biome-ignore format: fits
      const layers = reports.map(report => report.layers.filter(({ kind }) => kind === 'relu'))
      kept[name] = {
        up: layers.map(relus => relus[29]!.output.rms / relus[0]!.output.rms),
        down: layers.map(relus => relus[0]!.gradient!.rms / relus[29]!.gradient!.rms),
      }
    }
    const factor = mean(kept.Xavier!.up.map(up => up ** (1 / 29)))
    say({
      en: `Thirty layers keep ${e(mean(kept.He!.up))} of the activations and ${e(mean(kept.He!.down))} of the gradient with He, ${e(mean(kept.Xavier!.up))} and ${e(mean(kept.Xavier!.down))} with Xavier, ${e(mean(kept['.01']!.up))} and ${e(mean(kept['.01']!.down))} with .01.`,
      ko: `서른 층을 지나며 남는 활성값과 기울기는 He에서 ${e(mean(kept.He!.up))}배와 ${e(mean(kept.He!.down))}배, Xavier에서 ${e(mean(kept.Xavier!.up))}배와 ${e(mean(kept.Xavier!.down))}배, .01에서 ${e(mean(kept['.01']!.up))}배와 ${e(mean(kept['.01']!.down))}배다.`,
    })

    const trained: Record<string, Run[]> = {}
    const plan = [[4, '.01'], [4, 'Xavier'], [4, 'He'], [30, 'Xavier'], [30, 'He']] as const // biome-ignore format: one line a table
    for (const [depth, name] of plan) {
      progress(Object.keys(trained).length / plan.length, {
        en: `${depth} layers, ${name}`,
        ko: `${depth}개 층, ${name}`,
      })
      trained[`${depth}, ${name}`] = await fitSeeds({
        model: net(depth, inits[name]),
        loss: crossEntropy(),
        optimizer: sgd({ learningRate: 0.01 }),
        data,
        // The textbook makes 2,000 steps: four passes are 1,876.
        epochs: depth === 4 ? 4 : isFull ? 5 : 2,
        batchSize: 128,
        seeds,
      })
      signal.throwIfAborted()
    }
    show({
      kind: 'lines',
      title: text({ en: 'Training loss by depth and first weights', ko: '깊이와 첫 가중치별 훈련 손실' }), // biome-ignore format: fits
      x: { label: text(words.epoch) },
      y: { label: text(words.trainLoss) },
      series: Object.entries(trained).map(([name, runs]) => ({
        name,
        points: meanCurve(runs.map(({ history }) => history.map(({ train }) => train.loss))),
      })),
    })

    const accuracies = (name: string) => trained[name]!.map(({ test }) => test!.accuracy!)
    const losses = (name: string) => trained[name]!.map(({ train }) => train.loss)
    const stalls = (name: string) => Math.max(...accuracies(name)) < 0.2
    const learns = (name: string) => Math.min(...accuracies(name)) > 0.8
    const isCollapsing = factor < 0.8
    const percent = (name: string) => `${(100 * mean(accuracies(name))).toFixed(2)} %`
    return [
      {
        claim: '9',
        verdict: stalls('4, .01') && learns('4, He') ? 'holds' : 'fails',
        reason: {
          en: `From .01 the loss of four hidden layers is ${mean(losses('4, .01')).toFixed(4)} after four passes, ln 10 = 2.3026 is what guessing costs, and ${percent('4, .01')} of the test images are right. From Xavier it is ${percent('4, Xavier')}, from He ${percent('4, He')}.`,
          ko: `.01에서 출발하면 은닉층 네 개의 손실은 네 에폭 뒤에도 ${mean(losses('4, .01')).toFixed(4)}로, 찍을 때의 ln 10 = 2.3026과 거의 같고 시험 그림의 ${percent('4, .01')}를 맞힌다. Xavier에서는 ${percent('4, Xavier')}, He에서는 ${percent('4, He')}다.`,
        },
        measures: [
          { name: { en: '.01: training loss', ko: '.01: 훈련 손실' }, values: losses('4, .01'), published: '2.30 (textbook)', expected: [2.29, 2.31] }, // biome-ignore format: fits
          { name: { en: '.01: test accuracy', ko: '.01: 시험 정확도' }, values: accuracies('4, .01'), format: 'percent', expected: [0.113, 0.114] }, // biome-ignore format: fits
          { name: { en: 'Xavier: test accuracy', ko: 'Xavier: 시험 정확도' }, values: accuracies('4, Xavier'), format: 'percent', expected: [0.9, 0.925] }, // biome-ignore format: fits
          { name: { en: 'He: test accuracy', ko: 'He: 시험 정확도' }, values: accuracies('4, He'), format: 'percent', expected: [0.925, 0.945] }, // biome-ignore format: fits
        ],
      },
      {
        claim: '55',
        verdict: !isCollapsing || !learns('30, He') || !stalls('30, Xavier') ? 'fails' : learns('4, Xavier') ? 'conditional' : 'holds', // biome-ignore format: fits
        reason: {
          en: `Activations do collapse: a layer keeps ${factor.toFixed(2)} of their size, 1 / sqrt(2) in theory. Whether the net learns depends on how many such factors there are. With four hidden layers it does, ${percent('4, Xavier')} beside ${percent('4, He')} with He; with thirty it stalls at ${percent('30, Xavier')} where He gets to ${percent('30, He')}, as in the paper.`,
          ko: `활성값은 실제로 줄어든다. 한 층을 지나면 크기의 ${factor.toFixed(2)}배가 남는다(이론은 1 / sqrt(2)). 배우는지는 이 배율이 몇 번 곱해지느냐에 달렸다. 은닉층이 네 개면 배운다(${percent('4, Xavier')}, He는 ${percent('4, He')}). 서른 개면 논문처럼 ${percent('30, Xavier')}에 멈춰 서고, He는 ${percent('30, He')}에 이른다.`,
        },
        measures: [
          { name: { en: 'Xavier: factor of a layer', ko: 'Xavier: 한 층의 배율' }, values: kept.Xavier!.up.map(up => up ** (1 / 29)), expected: [0.66, 0.74] }, // biome-ignore format: fits
          { name: { en: 'Xavier, 30 layers: test accuracy', ko: 'Xavier, 30개 층: 시험 정확도' }, values: accuracies('30, Xavier'), format: 'percent', published: 'stalls (He et al. 2015)', expected: [0.11, 0.12] }, // biome-ignore format: fits
          { name: { en: 'He, 30 layers: test accuracy', ko: 'He, 30개 층: 시험 정확도' }, values: accuracies('30, He'), format: 'percent', published: 'converges (He et al. 2015)', expected: [0.85, 0.96] }, // biome-ignore format: fits
        ],
      },
    ]
  },
}

export default lesson

/** Hidden layers of 100 ReLUs; the textbook's biases are 0. */
function net(depth: number, weightInit: InitConfig) {
  const hidden = Array.from({ length: depth }, () => [linear(100, { weightInit }), relu()])
  return sequential(...hidden.flat(), linear(10, { weightInit }))
}

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b) / values.length

const e = (value: number): string => value.toExponential(0)
