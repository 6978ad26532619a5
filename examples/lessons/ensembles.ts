// Five nets that differ in their seed alone: what their mean is right about that each of them is not.
import {
  adam,
  crossEntropy,
  ensemble,
  estimate,
  fitSeeds,
  type InitConfig,
  linear,
  membersOf,
  normal,
  relu,
  sequential,
  xavierUniform,
} from 'justright'
import { type Lesson, words } from 'justright/lessons'
import { mnist } from 'justright/node'

const lesson: Lesson = {
  name: 'ensembles',
  group: 'ensembles',
  claims: ['28'],
  title: {
    en: 'Five nets together: what weak ones gain, and what good ones do',
    ko: '신경망 다섯 개의 앙상블: 약한 신경망의 이득과 좋은 신경망의 이득',
  },
  story: {
    en: 'Nets trained from different random weights make different mistakes, so the mean of their probabilities is right more often than any of them. The notes promise 2 to 4 or 5 %. The mean can only take away what is random in a net, though: a good net has little of that left. Here the two nets of labs 10-2 and 10-3, equal but for the weights they start from, are trained with five seeds each; then one, two, … five of them answer together.',
    ko: '서로 다른 무작위 가중치에서 출발한 신경망은 서로 다른 곳에서 틀린다. 그래서 확률의 평균은 하나하나보다 더 자주 맞는다. 노트는 2–4, 5 %의 이득을 말한다. 그러나 평균은 신경망의 무작위적인 오류만 없앨 수 있고, 좋은 신경망에는 그런 오류가 얼마 남아 있지 않다. 여기서는 출발 가중치만 다른 실습 10-2와 10-3의 신경망을 시드 다섯 개씩 훈련한 뒤, 한 개부터 다섯 개까지 함께 답하게 한다.',
  },
  reduced: {
    en: '3 epochs instead of the 15 of the labs',
    ko: '실습의 15에폭 대신 3에폭',
  },
  seconds: { short: 20, full: 120 },
  async run({ isFull, progress, show, signal, text }) {
    const data = await mnist()
    const seeds = [0, 1, 2, 3, 4]
    const nets: Record<string, { weightInit: InitConfig; published: string }> = {
      'N(0, 1)': { weightInit: normal(), published: '94.55 % (lab 10-2)' },
      Xavier: { weightInit: xavierUniform(), published: '97.83 % (lab 10-3)' },
    }

    const results = []
    for (const [i, [name, { weightInit, published }]] of Object.entries(nets).entries()) {
      progress(i / 2, { en: `five nets, ${name} weights`, ko: `신경망 다섯 개, ${name} 가중치` })
      const inits = { weightInit, biasInit: normal() }
      const experiment = {
        model: sequential(
          linear(256, inits),
          relu(),
          linear(256, inits),
          relu(),
          linear(10, inits),
        ),
        loss: crossEntropy(),
        optimizer: adam({ learningRate: 0.001 }),
        data,
        epochs: isFull ? 15 : 3,
        batchSize: 100,
      }
      const members = membersOf(experiment, await fitSeeds({ ...experiment, seeds }))
      signal.throwIfAborted()
      const scores = await ensemble(members).score({ metrics: [] })
      const alone = scores.members.map(({ accuracy }) => accuracy!)

      // Two, three, four of the five: each a neighbour of the next, round in a circle.
      const bySize = [estimate(alone).mean]
      for (const size of [2, 3, 4]) {
        const teams = seeds.map(first => seeds.slice(0, size).map(k => members[(first + k) % 5]!))
        const accuracies = []
        for (const team of teams)
          accuracies.push((await ensemble(team).score({ metrics: [] })).ensemble.accuracy!)
        bySize.push(estimate(accuracies).mean)
      }
      const together = scores.ensemble.accuracy!
      bySize.push(together)
      const gains = alone.map(accuracy => together - accuracy)
      const gain = estimate(gains)
      const fewerErrors = gain.mean / (1 - estimate(alone).mean)
      const { disagreement } = scores
      results.push({
        name,
        published,
        alone,
        together,
        bySize,
        gains,
        gain,
        fewerErrors,
        disagreement,
      })
    }

    show({
      kind: 'lines',
      title: text({
        en: 'Test accuracy by the number of nets',
        ko: '신경망 수에 따른 시험 정확도',
      }),
      x: { label: text({ en: 'nets in the ensemble', ko: '앙상블의 신경망 수' }) },
      y: { label: text(words.testAccuracy) },
      series: results.map(({ name, bySize }) => ({
        name,
        points: bySize.map((accuracy, i) => [i + 1, accuracy] as const),
      })),
    })

    const [weak, good] = results as [(typeof results)[0], (typeof results)[0]]
    const points = (share: number) => `${(100 * share).toFixed(2)}`
    const percent = (share: number) => `${(100 * share).toFixed(1)} %`
    const enough = results.map(({ gain }) => gain.mean >= 0.02)
    const verdict = enough.every(is => is)
      ? 'holds'
      : enough.some(is => is)
        ? 'conditional'
        : 'fails'
    return [
      {
        claim: '28',
        verdict,
        reason: {
          en: `Five nets with N(0, 1) weights gain ${points(weak.gain.mean)} points over their mean member, five with Xavier weights ${points(good.gain.mean)}: in points the gain depends on how weak the members are. Their errors fall by ${percent(weak.fewerErrors)} and ${percent(good.fewerErrors)}. Two of the weak nets differ in ${percent(weak.disagreement!)} of their answers, two of the good ones in ${percent(good.disagreement!)}; where members agree, a mean changes nothing.`,
          ko: `N(0, 1) 가중치의 신경망 다섯 개는 하나하나의 평균보다 ${points(weak.gain.mean)}포인트, Xavier 가중치의 다섯 개는 ${points(good.gain.mean)}포인트를 더 얻는다. 포인트로 본 이득은 구성원이 얼마나 약한지에 달려 있다. 오류는 각각 ${percent(weak.fewerErrors)}, ${percent(good.fewerErrors)} 줄어든다. 약한 신경망 둘은 답의 ${percent(weak.disagreement!)}가, 좋은 신경망 둘은 ${percent(good.disagreement!)}가 서로 다르다. 답이 같으면 평균을 내도 달라지는 것이 없다.`,
        },
        measures: results.flatMap(({ name, published, alone, together, gains }) => [
          {
            name: { en: `${name}: one net`, ko: `${name}: 신경망 하나` },
            values: alone,
            format: 'percent' as const,
            published,
          },
          {
            name: { en: `${name}: five nets`, ko: `${name}: 신경망 다섯 개` },
            values: [together],
            format: 'percent' as const,
          },
          {
            name: { en: `${name}: gain over one net`, ko: `${name}: 하나에 대한 이득` },
            values: gains,
            format: 'percent' as const,
            published: '2 to 4 or 5 %',
          },
        ]),
      },
    ]
  },
}

export default lesson
