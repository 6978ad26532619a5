// The same net and the same number of steps, on ever more images: what becomes of the gap?
import {
  adam,
  crossEntropy,
  estimate,
  fitSeeds,
  linear,
  relu,
  scoreModel,
  sequential,
  splitFirst,
} from 'justright'
import { type Lesson, words } from 'justright/lessons'
import { mnist } from 'justright/node'

const lesson: Lesson = {
  name: 'more-data',
  group: 'overfitting',
  claims: ['23'],
  title: {
    en: 'More data: the gap between training and test closes',
    ko: '데이터가 많을수록: 훈련과 시험의 차이가 줄어든다',
  },
  story: {
    en: 'A net that has seen a hundred images can learn them by heart and still know little about digits; one that has seen tens of thousands finds it easier to learn digits. The same net is trained with the same number of steps on ever more images, and answers for the images it was trained on and for the 10,000 it never saw. What it does worse on the latter is the gap.',
    ko: '그림을 백 장만 본 신경망은 그것을 외워 버리고도 숫자에 대해서는 거의 모를 수 있다. 수만 장을 보면 숫자를 배우는 편이 더 쉽다. 같은 신경망을 같은 단계 수만큼, 점점 더 많은 그림으로 훈련한 뒤 훈련한 그림과 한 번도 보지 못한 10,000장에 답하게 한다. 둘의 차이가 여기서 말하는 격차다.',
  },
  reduced: {
    en: '1,000 steps and up to 30,000 images with 3 seeds, instead of 8,250 steps and all 55,000 with 5',
    ko: '8,250단계, 55,000장, 시드 5개 대신 1,000단계, 30,000장까지, 시드 3개',
  },
  seconds: { short: 25, full: 400 },
  async run({ isFull, progress, show, signal, text }) {
    const { validation: _, ...all } = await mnist()
    const sizes = [100, 300, 1000, 3000, 10_000, isFull ? 54_900 : 30_000]
    const steps = isFull ? 8250 : 1000
    const seeds = isFull ? [0, 1, 2, 3, 4] : [0, 1, 2]

    const rows: { size: number; train: number[]; test: number[] }[] = []
    for (const [i, size] of sizes.entries()) {
      progress(i / sizes.length, { en: `${size} images`, ko: `그림 ${size}장` })
      // The first `size` rows come back as the "validation" half of the cut.
      const train = splitFirst(all.train, size).validation
      const experiment = {
        model: sequential(linear(256), relu(), linear(256), relu(), linear(10)),
        loss: crossEntropy(),
        optimizer: adam({ learningRate: 0.001 }),
        data: { ...all, train },
        epochs: Math.round((steps * 100) / size),
        batchSize: 100,
      }
      const runs = await fitSeeds({ ...experiment, seeds })
      signal.throwIfAborted()
      const own = await Promise.all(
        runs.map(run => scoreModel(experiment, run.parameters, { split: 'train', metrics: [] })),
      )
      rows.push({
        size,
        train: own.map(({ accuracy }) => accuracy!),
        test: runs.map(({ test }) => test!.accuracy!),
      })
    }

    const gaps = rows.map(({ train, test }) => train.map((accuracy, i) => accuracy - test[i]!))
    const means = gaps.map(values => estimate(values).mean)
    const curve = (of: (row: (typeof rows)[0]) => readonly number[]) =>
      rows.map(row => [row.size, estimate(of(row)).mean] as const)
    show({
      kind: 'lines',
      title: text({
        en: 'Accuracy by the number of training images',
        ko: '훈련 그림 수에 따른 정확도',
      }),
      x: { label: text({ en: 'training images', ko: '훈련 그림 수' }), scale: 'log' },
      y: { label: text(words.accuracy) },
      series: [
        { name: text(words.trainAccuracy), points: curve(({ train }) => train) },
        { name: text(words.testAccuracy), points: curve(({ test }) => test) },
      ],
    })
    const falls = means.every((gap, i) => i === 0 || gap < means[i - 1]!)
    const isSmaller = means.at(-1)! < means[0]!
    const percent = (share: number) => (100 * share).toFixed(1)
    const list = rows.map(({ size }, i) => `${size}: ${percent(means[i]!)}`).join(', ')
    return [
      {
        claim: '23',
        verdict: falls ? 'holds' : isSmaller ? 'conditional' : 'fails',
        reason: {
          en: `The gap in points by the number of images: ${list}. It ${falls ? 'gets smaller with every step up' : 'does not get smaller with every step up'}, and the net itself gets better. From ${sizes[0]} to ${sizes.at(-1)} images, ${(sizes.at(-1)! / sizes[0]!).toFixed(0)} times as many, it shrinks by a factor of ${(means[0]! / means.at(-1)!).toFixed(0)}.`,
          ko: `그림 수에 따른 격차(포인트): ${list}. 데이터가 늘 때마다 ${falls ? '줄어들고' : '항상 줄어들지는 않지만'}, 신경망 자체도 좋아진다. 그림이 ${sizes[0]}장에서 ${sizes.at(-1)}장으로 ${(sizes.at(-1)! / sizes[0]!).toFixed(0)}배가 되면 격차는 ${(means[0]! / means.at(-1)!).toFixed(0)}분의 1이 된다.`,
        },
        measures: rows.flatMap(({ size, test }, i) => [
          {
            name: { en: `${size} images: gap`, ko: `그림 ${size}장: 격차` },
            values: gaps[i]!,
            format: 'percent' as const,
          },
          {
            name: { en: `${size} images: test accuracy`, ko: `그림 ${size}장: 시험 정확도` },
            values: test,
            format: 'percent' as const,
          },
        ]),
      },
    ]
  },
}

export default lesson
