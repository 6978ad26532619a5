// One logistic unit draws one straight line, and no straight line parts the corners of XOR.
import { binaryCrossEntropy, dataOf, fitSeeds, linear, normal, sequential, sgd } from 'justright'
import { type Lesson, words } from 'justright/lessons'

const lesson: Lesson = {
  name: 'xor-one-unit',
  group: 'why-deep-nets-failed',
  claims: ['1'],
  title: {
    en: 'One logistic unit cannot learn XOR',
    ko: '로지스틱 유닛 하나는 XOR을 배우지 못한다',
  },
  story: {
    en: 'A single unit answers sigmoid(w1 x1 + w2 x2 + b), which is above one half on one side of a straight line only. The corners of XOR lie on two sides of no line. Cross-entropy has its one minimum at w = b = 0, where every answer is one half and the cost is ln 2.',
    ko: '유닛 하나의 답 sigmoid(w1 x1 + w2 x2 + b)은 직선의 한쪽에서만 1/2보다 크다. 그런데 XOR의 네 점을 나누는 직선은 없다. 교차 엔트로피의 최솟값은 w = b = 0 하나뿐이고, 거기서는 모든 답이 1/2, 비용은 ln 2다.',
  },
  seconds: { short: 2, full: 2 },
  isExact: true,
  async run({ progress, show, text }) {
    const corners = [[0, 0], [0, 1], [1, 0], [1, 1]] // biome-ignore format: one line a table
    const xor = corners.map(([a, b]) => [a! ^ b!])
    // The four corners a hundred times over: an epoch of a hundred steps, each on all four.
    const times = 100
    const train = { inputs: repeat(corners, times), targets: repeat(xor, times) }
    const seeds = Array.from({ length: 20 }, (_, seed) => seed)
    progress(0, { en: `${seeds.length} seeds at once`, ko: `시드 ${seeds.length}개를 한꺼번에` })
    const runs = await fitSeeds({
      model: sequential(linear(1, { weightInit: normal(), biasInit: normal() })),
      loss: binaryCrossEntropy(),
      optimizer: sgd({ learningRate: 0.1 }),
      data: await dataOf({ train, validation: { inputs: corners, targets: xor } }),
      epochs: 50,
      batchSize: 4,
      shuffle: false,
      seeds,
    })
    show({
      kind: 'lines',
      title: text({ en: 'XOR by one unit: cost by step', ko: '유닛 하나의 XOR: 단계별 비용' }),
      x: { label: text(words.step) },
      y: { label: text(words.cost) },
      series: runs.slice(0, 5).map(({ history }, seed) => ({
        name: `${text(words.seed)} ${seed}`,
        points: history.map(({ epoch, validation }) => [epoch * times, validation!.loss] as const),
      })),
    })
    const costs = runs.map(({ validation }) => validation!.loss)
    const accuracies = runs.map(({ validation }) => validation!.accuracy!)
    const farthest = Math.max(...costs.map(cost => Math.abs(cost - Math.LN2)))
    const best = Math.max(...accuracies)
    return [
      {
        claim: '1',
        verdict: farthest < 1e-4 && best < 1 ? 'holds' : 'fails',
        reason: {
          en: `After 5,000 steps every one of ${seeds.length} seeds has a cost within ${farthest.toExponential(0)} of ln 2 = .693147, and none answers all four corners (the best ${best}). Accuracy itself is left to rounding there: each answer is one half to the last bits.`,
          ko: `5,000단계 뒤 시드 ${seeds.length}개 모두 비용이 ln 2 = .693147에서 ${farthest.toExponential(0)} 안에 있고, 네 점을 모두 맞힌 시드는 없다(최고 ${best}). 모든 답이 거의 정확히 1/2이므로 정확도 자체는 반올림에 달려 있다.`,
        },
        measures: [
          {
            name: words.cost,
            values: costs,
            published: '.693 (lab 09-1)',
            expected: [Math.LN2 - 1e-4, Math.LN2 + 1e-4],
          },
          {
            name: words.accuracy,
            values: accuracies,
            published: '.5 (lab 09-1)',
          },
        ],
      },
    ]
  },
}

export default lesson

function repeat<T>(rows: readonly T[], times: number): T[] {
  return Array.from({ length: times }, () => rows).flat()
}
