// Two hidden layers of 32 units with and without batch normalisation; and what dropout adds to either.
import {
  adam,
  batchNorm,
  crossEntropy,
  dropout,
  estimate,
  fitSeeds,
  heNormal,
  linear,
  pairedDifference,
  relu,
  sequential,
  xavierUniform,
} from 'justright'
import { barOf, isAbove, type Lesson, points, words } from 'justright/lessons'
import { mnist } from 'justright/node'

const lesson: Lesson = {
  name: 'batch-norm-mnist',
  group: 'normalization',
  claims: ['39', '49'],
  title: {
    en: 'Batch normalisation on MNIST, and dropout beside it',
    ko: 'MNIST에서의 배치 정규화, 그리고 드롭아웃과 함께',
  },
  story: {
    en: 'Lab 10-6 trains 784-32-32-10 with ReLU, Xavier weights and Adam .01 in batches of 32, once with batch normalisation before each ReLU and once without, and prints 97.37 and 95.13 %. The paper adds that dropout can then be left out: the statistics of a batch are noise, as dropout is. So 784-256-256-10 is trained in four ways, with and without each, and what dropout gains is compared.',
    ko: '실습 10-6은 784-32-32-10(ReLU, Xavier 초기화)을 Adam .01, 배치 32로 훈련한다. 한 번은 ReLU마다 그 앞에 배치 정규화를 두고 한 번은 두지 않으며, 결과로 97.37 %와 95.13 %를 출력한다. 논문은 배치 정규화가 있으면 드롭아웃을 빼도 된다고 덧붙인다. 배치의 통계도 드롭아웃처럼 잡음이기 때문이다. 그래서 784-256-256-10을 둘의 유무에 따라 네 가지로 훈련하고, 드롭아웃의 이득을 비교한다.',
  },
  reduced: {
    en: '3 epochs instead of 10 for the lab, 8 instead of 30 for the comparison with dropout',
    ko: '실습은 10에폭 대신 3에폭, 드롭아웃 비교는 30에폭 대신 8에폭',
  },
  seconds: { short: 70, full: 280 },
  async run({ isFull, progress, signal, show, text }) {
    const data = await mnist()
    const seeds = [0, 1, 2]

    // 1. Lab 10-6. TensorFlow's momentum of .99 is the share that is kept; here it is what is replaced.
    const lab = async (isNormalised: boolean) => {
      const layer = linear(32, { weightInit: xavierUniform() })
      const hidden = [layer, ...(isNormalised ? [batchNorm({ momentum: 0.01, epsilon: 1e-3 })] : []), relu()] // biome-ignore format: fits
      const runs = await fitSeeds({
        model: sequential(...hidden, ...hidden, linear(10, { weightInit: xavierUniform() })),
        loss: crossEntropy(),
        optimizer: adam({ learningRate: 0.01 }),
        data,
        epochs: isFull ? 10 : 3,
        batchSize: 32,
        seeds,
      })
      return runs.map(({ test }) => test.accuracy!)
    }
    progress(0, { en: 'lab 10-6', ko: '실습 10-6' })
    const [labPlain, labNormalised] = [await lab(false), await lab(true)]

    // 2. Four nets: batch normalisation or not, dropout or not.
    const four = async (isNormalised: boolean, isDropped: boolean) => {
      signal.throwIfAborted()
      const hidden = [
        linear(256, { weightInit: heNormal() }),
        ...(isNormalised ? [batchNorm()] : []),
        relu(),
        ...(isDropped ? [dropout(0.3)] : []),
      ]
      const runs = await fitSeeds({
        model: sequential(...hidden, ...hidden, linear(10)),
        loss: crossEntropy(),
        optimizer: adam({ learningRate: 0.001 }),
        data,
        epochs: isFull ? 30 : 8,
        batchSize: 100,
        seeds,
      })
      return runs.map(({ test }) => test.accuracy!)
    }
    progress(0.2, { en: 'without either', ko: '둘 다 없음' })
    const plain = await four(false, false)
    progress(0.4, { en: 'dropout', ko: '드롭아웃' })
    const dropped = await four(false, true)
    progress(0.6, { en: 'batch normalisation', ko: '배치 정규화' })
    const normalised = await four(true, false)
    progress(0.8, { en: 'both', ko: '둘 다' })
    const both = await four(true, true)

    const names = {
      plain: text({ en: 'without either', ko: '둘 다 없음' }),
      dropped: text({ en: 'dropout', ko: '드롭아웃' }),
      normalised: text({ en: 'batch normalisation', ko: '배치 정규화' }),
      both: text({ en: 'both', ko: '둘 다' }),
    }
    show({
      kind: 'bars',
      title: text({ en: 'Lab 10-6: 784-32-32-10', ko: '실습 10-6: 784-32-32-10' }),
      value: { label: text(words.testAccuracy), range: [0.92, 0.98] },
      format: 'percent',
      referenceLabel: text({ en: 'printed in the lab', ko: '실습의 출력' }),
      bars: [
        barOf(text({ en: 'without', ko: '없음' }), estimate(labPlain), 0.9513),
        barOf(names.normalised, estimate(labNormalised), 0.9737),
      ],
    })
    show({
      kind: 'bars',
      title: '784-256-256-10',
      value: { label: text(words.testAccuracy), range: [0.97, 0.99] },
      format: 'percent',
      bars: [
        barOf(names.plain, estimate(plain)),
        barOf(names.dropped, estimate(dropped)),
        barOf(names.normalised, estimate(normalised)),
        barOf(names.both, estimate(both)),
      ],
    })

    const labGain = pairedDifference(labPlain, labNormalised)
    const gains = [plain, normalised].map((values, i) => pairedDifference(values, [dropped, both][i]!)) // biome-ignore format: fits
    const lessened = pairedDifference(differences(normalised, both), differences(plain, dropped))
    const helpsPlain = isAbove(gains[0]!)
    return [
      {
        claim: '39',
        verdict: isAbove(labGain) ? 'holds' : labGain.mean > 0 ? 'conditional' : 'fails',
        reason: {
          en: `In the setting of lab 10-6 batch normalisation gains ${points(labGain)} points of test accuracy for the same seeds.`,
          ko: `실습 10-6의 설정에서 배치 정규화는 같은 시드끼리 시험 정확도를 ${points(labGain)}포인트 높인다.`,
        },
        measures: [
          {
            name: { en: 'test accuracy, batch normalisation', ko: '시험 정확도, 배치 정규화' },
            values: labNormalised,
            format: 'percent',
            published: '97.37 % after 10 epochs (lab 10-6)',
            ...(isFull && { expected: [0.969, 0.974] as const }),
          },
          {
            name: { en: 'test accuracy, without', ko: '시험 정확도, 없음' },
            values: labPlain,
            format: 'percent',
            published: '95.13 % after 10 epochs (lab 10-6)',
            ...(isFull && { expected: [0.937, 0.961] as const }),
          },
        ],
      },
      {
        claim: '49',
        // Dropout has to be worth something before there is anything to lessen.
        verdict:
          helpsPlain && isAbove(lessened) ? 'holds' : lessened.mean > 0 ? 'conditional' : 'fails',
        reason: {
          en: `Dropout changes the test accuracy by ${points(gains[0]!)} points without batch normalisation and by ${points(gains[1]!)} with it; the difference of the two is ${points(lessened)}.${helpsPlain ? '' : ' In a net of this size dropout itself is not worth anything that three seeds show, so that little is left to lessen.'}`,
          ko: `드롭아웃은 시험 정확도를 배치 정규화가 없을 때 ${points(gains[0]!)}포인트, 있을 때 ${points(gains[1]!)}포인트 바꾼다. 둘의 차이는 ${points(lessened)}이다.${helpsPlain ? '' : ' 이 크기의 신경망에서는 드롭아웃 자체의 이득이 시드 셋으로 드러날 만큼 크지 않아, 줄일 필요도 거의 없다.'}`,
        },
        measures: [
          {
            name: {
              en: 'what dropout gains, without batch normalisation',
              ko: '드롭아웃의 이득, 배치 정규화 없음',
            },
            values: differences(plain, dropped),
            format: 'percent',
          },
          {
            name: {
              en: 'what dropout gains, with batch normalisation',
              ko: '드롭아웃의 이득, 배치 정규화',
            },
            values: differences(normalised, both),
            format: 'percent',
          },
        ],
      },
    ]
  },
}

export default lesson

/** What each seed gains. */
function differences(a: readonly number[], b: readonly number[]): number[] {
  return a.map((value, i) => b[i]! - value)
}
