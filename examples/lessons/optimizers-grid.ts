// Which optimiser? Zeiler's table of rates, the defaults beside each other, and momentum against Adam.
import {
  adagrad,
  adam,
  compare,
  cosineDecay,
  crossEntropy,
  type Experiment,
  heNormal,
  linear,
  momentum,
  pairedDifference,
  relu,
  sequential,
  sgd,
} from 'justright'
import {
  barOf,
  isAbove,
  isBelow,
  type Lesson,
  percent,
  pointsRange,
  words,
} from 'justright/lessons'
import { mnist } from 'justright/node'

const init = { weightInit: heNormal() }
const net = (...hidden: readonly number[]) =>
  sequential(...hidden.flatMap(features => [linear(features, init), relu()]), linear(10, init))

const optimizers = { SGD: sgd, momentum, AdaGrad: adagrad, Adam: adam } as const
type Name = keyof typeof optimizers

/** The rates of the grid, the best ones for the short setting, and what Zeiler printed for those. */
const rates: Readonly<
  Record<Name, { readonly full: readonly number[]; readonly short: readonly number[] }>
> = {
  SGD: { full: [1, 0.1, 0.01, 0.001, 0.0001], short: [0.1, 0.01, 0.001] },
  momentum: { full: [1, 0.1, 0.01, 0.001, 0.0001], short: [0.1, 0.01, 0.001] },
  AdaGrad: { full: [1, 0.1, 0.01, 0.001, 0.0001], short: [0.1, 0.01, 0.001] },
  Adam: { full: [0.1, 0.01, 0.001, 0.0001], short: [0.01, 0.001, 0.0001] },
}
const zeiler: Readonly<Record<string, string>> = {
  'SGD 0.1': '2.51 % (Zeiler 2012)',
  'momentum 0.1': '2.03 % (Zeiler 2012)',
  'AdaGrad 0.01': '1.79 % (Zeiler 2012)',
}

const lesson: Lesson = {
  name: 'optimizers-grid',
  group: 'optimizers',
  claims: ['36', '37'],
  title: {
    en: 'Which optimiser: a grid of rates, and momentum against Adam',
    ko: '어떤 옵티마이저인가: 학습률 격자, 그리고 모멘텀 대 Adam',
  },
  story: {
    en: 'The notes say: start with Adam; SGD with momentum can beat it, but then the rate needs a schedule. Zeiler (2012) trained 784-500-300-10 for six epochs with every optimiser at every rate. The grid is run again, with Adam added, to see what each does when its rate is wrong. Then 784-256-256-10 is trained with several seeds: with the rates that people start from, and with momentum at a rate of its own, held constant or lowered by a cosine.',
    ko: '강의 노트는 Adam으로 시작하라고 한다. 모멘텀 SGD가 Adam을 이길 수 있지만 그러려면 학습률 스케줄이 필요하다고 한다. Zeiler(2012)는 784-500-300-10을 모든 옵티마이저와 모든 학습률로 여섯 에폭씩 훈련했다. 그 격자를 Adam까지 넣어 다시 돌리며, 학습률이 맞지 않을 때 각각 어떻게 되는지 본다. 그다음 784-256-256-10을 여러 시드로 훈련한다. 흔히 시작하는 학습률로, 그리고 모멘텀은 자기에게 맞는 학습률을 그대로 두거나 코사인으로 낮추며 훈련한다.',
  },
  reduced: {
    en: 'Three rates of each optimiser for 3 epochs instead of five for 6, with one seed; then 3 seeds and 5 epochs instead of 5 seeds and 15 epochs.',
    ko: '옵티마이저마다 학습률 다섯 개로 6에폭 대신 세 개로 3에폭만, 시드 하나로 훈련한다. 그다음은 시드 5개와 15에폭 대신 시드 3개와 5에폭이다.',
  },
  seconds: { short: 90, full: 620 },
  async run({ isFull, progress, show, signal, text }) {
    const data = await mnist()
    const base = { loss: crossEntropy(), data, batchSize: 100 }
    const settings = { split: 'test', race: false, signal } as const

    // The grid: every optimiser at rates that are right and wrong for it.
    const names = Object.keys(optimizers) as Name[]
    const ratesOf = (name: Name) => rates[name][isFull ? 'full' : 'short']
    const gridded = names.flatMap(name =>
      ratesOf(name).map((learningRate): [string, Experiment] => [
        `${name} ${learningRate}`,
        {
          ...base,
          model: net(500, 300),
          optimizer: optimizers[name]({ learningRate }),
          epochs: isFull ? 6 : 3,
        },
      ]),
    )
    let runs = 0
    const grid = await compare({
      ...settings,
      variants: Object.fromEntries(gridded),
      seeds: isFull ? 3 : 1,
      onRun: ({ variant }) =>
        progress((++runs / gridded.length / (isFull ? 3 : 1)) * 0.45, both(variant)),
    })
    signal.throwIfAborted()
    // A run that left the finite numbers is as wrong as one can be: it answers one digit.
    const errorOf = (variant: string): number => {
      const { standing } = grid.variants.find(({ name }) => name === variant)!
      return standing ? 1 - standing.mean : 0.9
    }
    show({
      kind: 'lines',
      title: text({
        en: 'Test error of 784-500-300-10 by learning rate',
        ko: '학습률에 따른 784-500-300-10의 시험 오류',
      }),
      x: { label: text(words.learningRate), scale: 'log' },
      y: { label: text(words.testError), scale: 'log' },
      series: names.map(name => ({
        name,
        points: ratesOf(name)
          .toReversed()
          .map(rate => [rate, errorOf(`${name} ${rate}`)] as const),
      })),
    })

    // Several seeds: the rates that people start from, then momentum against Adam.
    const experiment = { ...base, model: net(256, 256), epochs: isFull ? 15 : 5 }
    const schedule = cosineDecay()
    const variants: Record<string, Experiment> = {
      'Adam 0.001': { ...experiment, optimizer: adam() },
      'SGD 0.01': { ...experiment, optimizer: sgd({ learningRate: 0.01 }) },
      'momentum 0.01': { ...experiment, optimizer: momentum({ learningRate: 0.01 }) },
      'AdaGrad 0.01': { ...experiment, optimizer: adagrad({ learningRate: 0.01 }) },
      'momentum 0.05': { ...experiment, optimizer: momentum({ learningRate: 0.05 }) },
      'momentum 0.05, cosine': {
        ...experiment,
        optimizer: momentum({ learningRate: 0.05 }),
        schedule,
      },
      'Adam 0.001, cosine': { ...experiment, optimizer: adam(), schedule },
    }
    const seeds = isFull ? 5 : 3
    let done = 0
    const duel = await compare({
      ...settings,
      variants,
      seeds,
      onRun: ({ variant }) =>
        progress(0.45 + (++done / seeds / Object.keys(variants).length) * 0.55, both(variant)),
    })
    signal.throwIfAborted()
    const accuracies = Object.fromEntries(
      duel.variants.map(({ name, runs }) => [name, runs.map(({ test }) => test?.accuracy ?? 0.1)]),
    )
    show({
      kind: 'bars',
      title: text({
        en: 'Test accuracy of 784-256-256-10, with its 95 % interval',
        ko: '784-256-256-10의 시험 정확도와 95 % 구간',
      }),
      value: { label: text(words.testAccuracy) },
      format: 'percent',
      bars: duel.verdict!.standings.map(standing => barOf(standing.name, standing)),
    })

    /** What a variant is ahead of Adam at its default, seed by seed. */
    const lead = (name: string) =>
      pairedDifference(accuracies['Adam 0.001']!, accuracies[name]!, { resolution: 1e-4 })
    const defaults = ['SGD 0.01', 'momentum 0.01', 'AdaGrad 0.01'].map(name => ({
      name,
      ...lead(name),
    }))
    const better = defaults.filter(gap => isAbove(gap)).map(({ name }) => name)
    const equal = defaults.filter(gap => !isAbove(gap) && !isBelow(gap)).map(({ name }) => name)
    const [bestName] = gridded.map(([name]) => name).sort((a, b) => errorOf(a) - errorOf(b))
    const worst = (name: Name) => Math.max(...ratesOf(name).map(rate => errorOf(`${name} ${rate}`)))
    const constant = lead('momentum 0.05')
    const cosine = lead('momentum 0.05, cosine')
    const beats = isAbove(constant) || isAbove(cosine)
    const isWorse = !beats && (isBelow(constant) || isBelow(cosine))
    const measure = (name: string) => ({
      name: both(name),
      values: accuracies[name]!,
      format: 'percent' as const,
    })
    return [
      {
        claim: '36',
        verdict: better.length > 0 ? 'fails' : equal.length > 0 ? 'conditional' : 'holds',
        reason: {
          en: `At the rates that people start from, Adam is ahead of ${defaults.map(({ name, mean, halfWidth }) => `${name} by ${pointsRange({ mean: -mean, ...(halfWidth === undefined ? {} : { halfWidth }) })}`).join(', ')} points. In the grid Adam at 0.001 leaves ${percent(errorOf('Adam 0.001'))} wrong, the best entry, ${bestName}, ${percent(errorOf(bestName!))}; at the worst of its rates there Adam leaves ${percent(worst('Adam'))}, SGD ${percent(worst('SGD'))}. ${better.length > 0 ? `So ${better.join(' and ')} did better without tuning.` : equal.length > 0 ? `So it is as good a start as any, though not told from ${equal.join(' and ')}; a rate chosen for the task does as well with others.` : 'So it is the best to start with.'}`,
          ko: `흔히 시작하는 학습률에서 Adam이 앞선 정도는 ${defaults.map(({ name, mean, halfWidth }) => `${name}보다 ${pointsRange({ mean: -mean, ...(halfWidth === undefined ? {} : { halfWidth }) })}`).join(', ')} 퍼센트포인트다. 격자에서 Adam 0.001은 ${percent(errorOf('Adam 0.001'))}를 틀리고, 가장 좋은 ${bestName}은 ${percent(errorOf(bestName!))}를 틀린다. 가장 나쁜 학습률에서는 Adam이 ${percent(worst('Adam'))}, SGD가 ${percent(worst('SGD'))}를 틀린다. ${better.length > 0 ? `조정하지 않고도 ${better.join(', ')}이 더 나았다.` : equal.length > 0 ? `그러므로 출발점으로는 어느 것에도 뒤지지 않지만 ${equal.join(', ')}과는 구별되지 않는다. 과제에 맞춰 고른 학습률이라면 다른 옵티마이저도 그만큼 한다.` : '그러므로 시작하기에 가장 좋다.'}`,
        },
        measures: [
          ...Object.keys(zeiler)
            .concat('Adam 0.001')
            .map(name => ({
              name: { en: `test error, ${name}`, ko: `시험 오류, ${name}` },
              values: [errorOf(name)],
              format: 'percent' as const,
              ...(zeiler[name] ? { published: zeiler[name] } : {}),
            })),
          ...['Adam 0.001', ...defaults.map(({ name }) => name)].map(measure),
        ],
      },
      {
        claim: '37',
        // As good as Adam, but not told from it, is a condition too: of seeds and epochs.
        verdict: beats && !isAbove(constant) ? 'holds' : isWorse ? 'fails' : 'conditional',
        reason: {
          en: `Momentum at 0.05 is ahead of Adam at 0.001 by ${pointsRange(constant)} points with a constant rate and by ${pointsRange(cosine)} with a cosine. ${!beats ? (isWorse ? 'So it does not beat Adam here.' : 'So many seeds and epochs do not tell that from noise: it does as well as Adam, and with a rate of its own no worse for having no schedule.') : isAbove(constant) ? 'So it does beat Adam, and needs no schedule for it: a rate of its own is enough.' : 'So it beats Adam, once its rate is lowered.'} Adam itself gains ${pointsRange(lead('Adam 0.001, cosine'))} points from a cosine.`,
          ko: `학습률 0.05의 모멘텀은 Adam 0.001보다 학습률을 그대로 두면 ${pointsRange(constant)}, 코사인으로 낮추면 ${pointsRange(cosine)} 퍼센트포인트 앞선다. ${!beats ? (isWorse ? '여기서는 Adam을 이기지 못한다.' : '이만한 시드와 에폭으로는 잡음과 구별되지 않는다. Adam만큼은 하며, 자기에게 맞는 학습률이면 스케줄이 없어도 못하지 않다.') : isAbove(constant) ? '그러므로 Adam을 이기며, 그러는 데 스케줄은 필요 없다. 자기에게 맞는 학습률이면 된다.' : '그러므로 학습률을 낮추면 Adam을 이긴다.'} Adam도 코사인으로 ${pointsRange(lead('Adam 0.001, cosine'))} 퍼센트포인트를 얻는다.`,
        },
        measures: [
          'Adam 0.001',
          'Adam 0.001, cosine',
          'momentum 0.05',
          'momentum 0.05, cosine',
        ].map(measure),
      },
    ]
  },
}

export default lesson

const both = (name: string) => ({
  en: name,
  ko: name.replace('momentum', '모멘텀').replace('cosine', '코사인'),
})
