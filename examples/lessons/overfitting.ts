// A net that is trained on: the training loss goes to 0, the test loss turns, and the accuracy?
import {
  adam,
  crossEntropy,
  estimate,
  fitSeeds,
  linear,
  pairedDifference,
  relu,
  sequential,
  splitFirst,
} from 'justright'
import { isAbove, isBelow, type Lesson, meanCurve, points, words } from 'justright/lessons'
import { mnist } from 'justright/node'

const lesson: Lesson = {
  name: 'overfitting',
  group: 'overfitting',
  claims: ['22'],
  title: {
    en: 'Trained on and on: what rises again, the loss or the share of errors?',
    ko: '계속 훈련하면 다시 커지는 것은 손실인가, 오류의 비율인가',
  },
  story: {
    en: 'The picture of over-fitting in every textbook has two curves: the training error goes on falling, the test error turns and rises. The error can be the loss or the share of wrong answers, and the picture does not say which. A net of two hidden layers and a deeper one of five are trained far beyond what they need, and after every epoch both are measured on the test images. (Nothing is chosen by them, so that they stay a fair test.)',
    ko: '교과서마다 나오는 과적합 그림에는 두 곡선이 있다. 훈련 오류는 계속 줄고, 시험 오류는 줄다가 다시 커진다. 오류는 손실일 수도 있고 틀린 답의 비율일 수도 있는데, 그림은 어느 쪽인지 말하지 않는다. 은닉층이 두 개인 신경망과 다섯 개인 더 깊은 신경망을 필요한 것보다 훨씬 오래 훈련하면서 에폭마다 시험 그림으로 두 가지를 모두 잰다. (시험 그림으로 무엇을 고르지는 않으므로 공정한 시험으로 남는다.)',
  },
  reduced: {
    en: '40 epochs of the first 5,000 images and 3 seeds, instead of 15 epochs of 55,000 and 5 seeds',
    ko: '그림 55,000장 15에폭, 시드 5개 대신 처음 5,000장 40에폭, 시드 3개',
  },
  seconds: { short: 20, full: 180 },
  async run({ isFull, progress, show, signal, text }) {
    const all = await mnist()
    // The first 5,000 rows come back as the "validation" half of the cut.
    const train = isFull ? all.train : splitFirst(all.train, 5000).validation
    const data = { ...all, train, validation: all.test }
    const seeds = isFull ? [0, 1, 2, 3, 4] : [0, 1, 2]
    const depths = [2, 5]

    const nets = []
    for (const [i, depth] of depths.entries()) {
      progress(i / 2, { en: `${depth} hidden layers`, ko: `은닉층 ${depth}개` })
      const hidden = Array.from({ length: depth }, () => [linear(256), relu()]).flat()
      const runs = await fitSeeds({
        model: sequential(...hidden, linear(10)),
        loss: crossEntropy(),
        optimizer: adam({ learningRate: 0.001 }),
        data,
        epochs: isFull ? 15 : 40,
        batchSize: 100,
        seeds,
      })
      signal.throwIfAborted()
      const histories = runs.map(({ history }) => history)
      const last = histories.map(history => history.at(-1)!)
      // The epoch at which the test loss was least.
      const turn = histories.map(history =>
        history.reduce((a, b) => (b.validation!.loss < a.validation!.loss ? b : a)),
      )
      nets.push({ depth, histories, last, turn })
    }

    const [shallow, deep] = nets as [(typeof nets)[0], (typeof nets)[0]]
    const curve = (of: (record: (typeof shallow.last)[0]) => number) =>
      meanCurve(shallow.histories.map(history => history.map(of)))
    show({
      kind: 'lines',
      title: text({ en: 'Two hidden layers: loss by epoch', ko: '은닉층 2개: 에폭별 손실' }),
      x: { label: text(words.epoch) },
      y: { label: text(words.loss), scale: 'log' },
      series: [
        { name: text(words.trainLoss), points: curve(({ train }) => train.loss) },
        { name: text(words.testLoss), points: curve(({ validation }) => validation!.loss) },
      ],
    })
    show({
      kind: 'lines',
      title: text({
        en: 'Two hidden layers: test accuracy by epoch',
        ko: '은닉층 2개: 에폭별 시험 정확도',
      }),
      x: { label: text(words.epoch) },
      y: { label: text(words.testAccuracy) },
      series: [
        {
          name: text(words.testAccuracy),
          points: curve(({ validation }) => validation!.accuracy!),
        },
      ],
    })

    const factorsOf = ({ last, turn }: typeof shallow) =>
      last.map(({ validation }, i) => validation!.loss / turn[i]!.validation!.loss)
    const [factors, deepFactors] = [factorsOf(shallow), factorsOf(deep)]
    const growth = estimate(factors)
    const rises = isAbove(growth, 1)
    const change = pairedDifference(
      shallow.turn.map(({ validation }) => validation!.accuracy!),
      shallow.last.map(({ validation }) => validation!.accuracy!),
      { resolution: 1e-4 },
    )
    const falls = isBelow(change)
    const deeper = pairedDifference(factors, deepFactors)
    const isWorseDeep = isAbove(deeper)
    const turnAt = estimate(shallow.turn.map(({ epoch }) => epoch)).mean
    const changed = points(change, { hasPlus: true })
    const [times, deepTimes] = [factors, deepFactors].map(of => estimate(of).mean.toFixed(2))
    return [
      {
        claim: '22',
        verdict: rises && falls && isWorseDeep ? 'holds' : rises ? 'conditional' : 'fails',
        reason: {
          en: `The test loss is least after epoch ${turnAt.toFixed(1)} in the mean and ends at ${times} times that, while the training loss goes to ${lossOf(shallow)}. The accuracy ${falls ? 'falls' : 'does not fall'} meanwhile: ${changed} points. The net becomes ever surer, of its mistakes too, and the loss counts how sure, the accuracy only which. With five hidden layers the loss ends at ${deepTimes} times its least, ${isWorseDeep ? 'more than' : 'which is not reliably more than'} with two.`,
          ko: `시험 손실은 평균 ${turnAt.toFixed(1)}에폭에서 가장 작고 마지막에는 그 ${times}배가 되며, 훈련 손실은 ${lossOf(shallow)}까지 줄어든다. 그동안 정확도는 ${falls ? '떨어진다' : '떨어지지 않는다'}. 변화는 ${changed}포인트다. 신경망은 틀린 답까지 포함해 점점 더 확신하게 되는데, 손실은 얼마나 확신하는지를, 정확도는 무엇을 골랐는지만을 세기 때문이다. 은닉층이 다섯 개면 손실은 최소의 ${deepTimes}배로 끝나며, 두 개일 때보다 ${isWorseDeep ? '크다' : '확실히 크다고는 할 수 없다'}.`,
        },
        measures: [shallow, deep].flatMap(({ depth, last, turn }) => {
          const name = (en: string, ko: string) => ({
            en: `${depth} hidden layers: ${en}`,
            ko: `은닉층 ${depth}개: ${ko}`,
          })
          return [
            {
              name: name('least test loss', '가장 작은 시험 손실'),
              values: turn.map(({ validation }) => validation!.loss),
            },
            {
              name: name('test loss at the end', '마지막 시험 손실'),
              values: last.map(({ validation }) => validation!.loss),
            },
            {
              name: name(
                'test accuracy where the loss is least',
                '손실이 가장 작을 때의 시험 정확도',
              ),
              values: turn.map(({ validation }) => validation!.accuracy!),
              format: 'percent' as const,
            },
            {
              name: name('test accuracy at the end', '마지막 시험 정확도'),
              values: last.map(({ validation }) => validation!.accuracy!),
              format: 'percent' as const,
            },
          ]
        }),
      },
    ]
  },
}

export default lesson

const lossOf = ({ last }: { last: readonly { train: { loss: number } }[] }): string =>
  estimate(last.map(({ train }) => train.loss)).mean.toPrecision(2)
