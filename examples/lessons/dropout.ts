// Does dropout help? On the deep net of the lab, and on the textbook's 300 images.
import {
  adam,
  crossEntropy,
  dropout,
  estimate,
  fitSeeds,
  heNormal,
  type InitConfig,
  linear,
  normal,
  pairedDifference,
  relu,
  scoreModel,
  sequential,
  sgd,
  splitFirst,
} from 'justright'
import {
  barOf,
  type Estimated,
  isAbove,
  isBelow,
  type Lesson,
  percent,
  points,
  words,
} from 'justright/lessons'
import { mnist } from 'justright/node'

const lesson: Lesson = {
  name: 'dropout',
  group: 'overfitting',
  claims: ['25', '27'],
  title: {
    en: 'Dropout on the deep net of the lab, and on 300 images',
    ko: '드롭아웃: 실습의 깊은 신경망과 그림 300장',
  },
  story: {
    en: 'A net of four hidden layers of 512 is trained as in labs 10-4 and 10-5, without dropout and with 30 % of the units switched off. Then the experiment of the textbook: only 300 images, six layers of 100, plain SGD, 300 epochs, dropout 20 %. Its figure shows that the gap between training and test gets smaller, and that is taken as help. Here is shown what the gap is made of. The same seeds on both sides start from the same weights and see the same batches.',
    ko: '512유닛 은닉층 네 개의 신경망을 실습 10-4와 10-5처럼, 드롭아웃 없이 그리고 유닛의 30 %를 끄면서 훈련한다. 다음은 교과서의 실험이다. 그림은 300장뿐이고, 100유닛 여섯 층, 단순한 SGD, 300에폭, 드롭아웃 20 %다. 교과서의 그림은 훈련과 시험의 차이가 줄어드는 것을 보여 주고, 이를 도움이 된다고 읽는다. 여기서는 그 차이가 무엇으로 이루어졌는지 본다. 양쪽은 같은 시드를 쓰므로 출발 가중치와 배치 순서가 같다.',
  },
  reduced: {
    en: 'the deep net on the first 5,000 images for 40 epochs, instead of 55,000 for 15',
    ko: '깊은 신경망은 그림 55,000장 15에폭 대신 처음 5,000장 40에폭',
  },
  seconds: { short: 110, full: 700 },
  async run({ isFull, progress, show, signal, text }) {
    const { validation: _, ...all } = await mnist()
    // The first rows come back as the "validation" half of the cut.
    const first = (count: number) => ({ ...all, train: splitFirst(all.train, count).validation })

    // Labs 10-4 and 10-5.
    const wide = { biasInit: normal() }
    const deepNet = (rate: number) => {
      const hidden = [linear(512, wide), relu(), dropout(rate)]
      return sequential(...hidden, ...hidden, ...hidden, ...hidden, linear(10, wide))
    }
    const deep = []
    for (const [i, rate] of [0, 0.3].entries()) {
      progress(i * 0.48, {
        en: `four layers of 512, dropout ${rate}`,
        ko: `512유닛 네 층, 드롭아웃 ${rate}`,
      })
      const runs = await fitSeeds({
        model: deepNet(rate),
        loss: crossEntropy(),
        optimizer: adam({ learningRate: 0.001 }),
        data: isFull ? all : first(5000),
        epochs: isFull ? 15 : 40,
        batchSize: 100,
        seeds: [0, 1, 2, 3, 4],
      })
      signal.throwIfAborted()
      deep.push(runs.map(({ test }) => test.accuracy!))
    }

    // The textbook, section 6.4.3. Its dropout multiplies by .8 in testing; today's divides by .8 in training.
    // Theirs is ours times .8, in both, which is the same as weights of .8 times the size, and .64 times the
    // learning rate, in every layer after a dropout.
    const bookNet = (rate: number, factor: number) => {
      const later = { weightInit: normal(0, factor * Math.sqrt(2 / 100)) }
      const hidden = (inits: { weightInit: InitConfig }) => [
        linear(100, inits),
        relu(),
        dropout(rate),
      ]
      const five = Array.from({ length: 5 }, () => hidden(later)).flat()
      return sequential(...hidden({ weightInit: heNormal() }), ...five, linear(10, later))
    }
    const afterDropout = [3, 6, 9, 12, 15, 18]
    const tiny: Tiny[] = []
    // And twice as long, to see whether dropout only needs more time.
    for (const { rate, factor, epochs } of [
      { rate: 0, factor: 1, epochs: 301 },
      { rate: 0.2, factor: 0.8, epochs: 301 },
      { rate: 0.2, factor: 1, epochs: 301 },
      { rate: 0, factor: 1, epochs: 602 },
      { rate: 0.2, factor: 1, epochs: 602 },
    ]) {
      progress(0.9, { en: `300 images, dropout ${rate}`, ko: `그림 300장, 드롭아웃 ${rate}` })
      const experiment = {
        model: bookNet(rate, factor),
        loss: crossEntropy(),
        optimizer: sgd({
          learningRate: 0.01,
          groups: afterDropout.map(i => ({ match: `^${i}.weight`, rateFactor: factor ** 2 })),
        }),
        data: first(300),
        epochs,
        batchSize: 100,
      }
      const runs = await fitSeeds({ ...experiment, seeds: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9] })
      const trained = { split: 'train', metrics: [] } as const
      const own = runs.map(run => scoreModel(experiment, run.parameters, trained))
      tiny.push({
        train: (await Promise.all(own)).map(({ accuracy }) => accuracy!),
        test: runs.map(({ test }) => test.accuracy!),
      })
      signal.throwIfAborted()
    }

    const bar = (name: string, values: readonly number[]) => barOf(name, estimate(values))
    const without = text({ en: 'without dropout', ko: '드롭아웃 없음' })
    const [plain, dropped] = deep as [number[], number[]]
    show({
      kind: 'bars',
      title: text({ en: 'Four layers of 512: test error', ko: '512유닛 네 층: 시험 오류' }),
      value: { label: text(words.testError) },
      format: 'percent',
      bars: [
        bar(
          without,
          plain.map(share => 1 - share),
        ),
        bar(
          text({ en: 'dropout .3', ko: '드롭아웃 .3' }),
          dropped.map(share => 1 - share),
        ),
      ],
    })
    const [bare, book, thin, bareLonger, longer] = tiny as [Tiny, Tiny, Tiny, Tiny, Tiny]
    const dropout2 = text({ en: 'dropout .2', ko: '드롭아웃 .2' })
    show({
      kind: 'bars',
      title: text({ en: '300 images: accuracy', ko: '그림 300장: 정확도' }),
      value: { label: text(words.accuracy) },
      format: 'percent',
      bars: [
        bar(`${without}, ${text(words.trainAccuracy)}`, bare.train),
        bar(`${dropout2}, ${text(words.trainAccuracy)}`, book.train),
        bar(`${without}, ${text(words.testAccuracy)}`, bare.test),
        bar(`${dropout2}, ${text(words.testAccuracy)}`, book.test),
      ],
    })

    const gain = pairedDifference(plain, dropped, { resolution: 1e-4 })
    const isSure = isAbove(gain)
    const gapsOf = ({ train, test }: Tiny) => train.map((share, i) => share - test[i]!)
    const gap = pairedDifference(gapsOf(bare), gapsOf(book), { resolution: 1e-4 })
    const tinyTest = pairedDifference(bare.test, book.test, { resolution: 1e-4 })
    const closes = isBelow(gap)
    const helps = isAbove(tinyTest)
    const inTheEnd = pairedDifference(bareLonger.test, longer.test, { resolution: 1e-4 })
    const helpsInTheEnd = isAbove(inTheEnd)
    const change = (difference: Estimated) => points(difference, { hasPlus: true })
    const meanOf = (values: readonly number[]) => percent(estimate(values).mean, 1)
    const accuracies = (en: string, ko: string, values: readonly number[], published?: string) => ({
      name: { en, ko },
      values,
      format: 'percent' as const,
      ...(published ? { published } : {}),
    })
    return [
      {
        claim: '25',
        verdict: isSure ? 'holds' : gain.mean > 0 ? 'conditional' : 'fails',
        reason: {
          en: `Dropout changes the test accuracy of the deep net by ${change(gain)} points, from ${meanOf(plain)} to ${meanOf(dropped)}${isSure ? '' : gain.mean > 0 ? '; the seeds alone could make that difference, so it takes more of them, or longer training, to be sure' : '; here it does not help'}.`,
          ko: `드롭아웃은 깊은 신경망의 시험 정확도를 ${change(gain)}포인트 바꾼다. ${meanOf(plain)}에서 ${meanOf(dropped)}가 된다${isSure ? '' : gain.mean > 0 ? '. 다만 시드만으로도 생길 수 있는 차이이므로, 확신하려면 시드를 늘리거나 더 오래 훈련해야 한다' : '. 여기서는 도움이 되지 않는다'}.`,
        },
        measures: [
          accuracies(
            'four layers of 512, without',
            '512유닛 네 층, 없음',
            plain,
            '97.42 % (lab 10-4)',
          ),
          accuracies(
            'four layers of 512, dropout .3',
            '512유닛 네 층, 드롭아웃 .3',
            dropped,
            '98.04 % (lab 10-5)',
          ),
        ],
      },
      {
        claim: '27',
        verdict: helps ? 'holds' : closes || helpsInTheEnd ? 'conditional' : 'fails',
        reason: {
          en: `After the 301 epochs of the textbook the gap changes by ${change(gap)} points and the test accuracy by ${change(tinyTest)}: the net with dropout is only at ${meanOf(book.train)} of its 300 training images instead of ${meanOf(bare.train)}, so that a smaller gap is less learning. The textbook's form of dropout leaves signals smaller in training; in today's form, which scales them up, the net gets to ${meanOf(thin.train)} and ${meanOf(thin.test)}. Twice as long, that form changes the test accuracy by ${change(inTheEnd)} points, from ${meanOf(bareLonger.test)} to ${meanOf(longer.test)}: ${helpsInTheEnd ? 'it helps once it is given the time' : 'no help that the seeds could not explain'}.`,
          ko: `교과서의 301에폭 뒤 격차는 ${change(gap)}포인트, 시험 정확도는 ${change(tinyTest)}포인트 변한다. 드롭아웃을 쓴 신경망은 훈련 그림 300장의 ${meanOf(bare.train)}가 아니라 ${meanOf(book.train)}만 맞히므로, 격차가 준 것은 덜 배운 탓이다. 교과서의 드롭아웃은 훈련할 때 신호를 작은 채로 두는데, 훈련에서 신호를 키우는 요즘 방식이면 훈련 ${meanOf(thin.train)}, 시험 ${meanOf(thin.test)}까지 간다. 두 배 오래 훈련하면 이 방식은 시험 정확도를 ${change(inTheEnd)}포인트 바꾼다. ${meanOf(bareLonger.test)}에서 ${meanOf(longer.test)}가 되므로 ${helpsInTheEnd ? '시간을 충분히 주면 도움이 된다' : '시드만으로 설명할 수 없는 도움은 없다'}.`,
        },
        measures: [
          accuracies('without: training', '없음: 훈련', bare.train),
          accuracies('without: test', '없음: 시험', bare.test, '76 % (re-run of the textbook)'),
          accuracies('dropout .2: training', '드롭아웃 .2: 훈련', book.train, '65 % (re-run)'),
          accuracies('dropout .2: test', '드롭아웃 .2: 시험', book.test, '52 % (re-run)'),
          accuracies("today's form: test", '요즘 방식: 시험', thin.test),
          accuracies('without, twice as long: test', '없음, 두 배 오래: 시험', bareLonger.test),
          accuracies(
            "today's form, twice as long: test",
            '요즘 방식, 두 배 오래: 시험',
            longer.test,
          ),
        ],
      },
    ]
  },
}

export default lesson

/** Accuracies by seed. */
interface Tiny {
  readonly train: readonly number[]
  readonly test: readonly number[]
}
