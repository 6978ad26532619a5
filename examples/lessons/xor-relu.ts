// ReLU in the deep XOR net: the gradient arrives everywhere, and still half of the nets die.
import {
  binaryCrossEntropy,
  dataOf,
  fitSeeds,
  heNormal,
  type InitConfig,
  type LayerConfig,
  leakyRelu,
  linear,
  proportion,
  relu,
  sequential,
  sgd,
  sigmoid,
  tensor,
  uniform,
} from 'justright'
import { type Lesson, seedsText, words } from 'justright/lessons'
import {
  applyModel,
  constant,
  evaluate,
  gradients,
  initialParameters,
  input,
  mean,
  mul,
  softplus,
  sub,
} from 'justright/ops'

const corners = [[0, 0], [0, 1], [1, 0], [1, 1]] // biome-ignore format: one line a table
const xor = corners.map(([a, b]) => [a! ^ b!])

const lesson: Lesson = {
  name: 'xor-relu',
  group: 'activations',
  claims: ['6'],
  title: {
    en: 'ReLU carries the gradient through ten layers; five units a layer often die',
    ko: 'ReLU는 열 층까지 기울기를 나르지만, 층마다 다섯 유닛이면 자주 죽는다',
  },
  story: {
    en: 'The lecture puts ReLU in the place of every sigmoid but the last, and the deep XOR net learns at once. The derivative of ReLU is 1 where its input is positive, so nothing shrinks on the way down: the gradient of every layer is measured. But it is 0 where the input is negative, and a layer whose five units are all negative for all four corners lets nothing through, for good. So many seeds are trained, at two learning rates, and then what should help: a slope for negative inputs (Leaky ReLU), He weights, and wider layers.',
    ko: '강의에서는 마지막만 빼고 시그모이드를 모두 ReLU로 바꾸자 깊은 XOR 신경망이 곧바로 배웠다. 입력이 양수이면 ReLU의 도함수는 1이므로 내려오는 동안 줄지 않는다. 층마다 기울기를 재어 확인한다. 그러나 입력이 음수이면 0이고, 네 점 모두에서 다섯 유닛이 전부 음수인 층은 다시는 아무것도 통과시키지 않는다. 그래서 학습률 두 가지로 많은 시드를 훈련하고, 도움이 될 만한 것도 시험한다. 음수 쪽 기울기(Leaky ReLU), He 가중치, 더 넓은 층이다.',
  },
  reduced: {
    en: '40 seeds instead of 200, and 5,000 steps (10,000 at the lower rate) instead of 20,000.',
    ko: '시드 200개 대신 40개, 20,000단계 대신 5,000단계(낮은 학습률에서는 10,000단계).',
  },
  seconds: { short: 15, full: 200 },
  async run({ isFull, progress, show, signal, text }) {
    const seeds = Array.from({ length: isFull ? 200 : 40 }, (_, seed) => seed)
    const lecture = uniform(-1, 1)

    // First gradients cost little, and differ much from seed to seed.
    const reluNorms = gradientNorms(deepNet(5, relu(), lecture), 500)
    const flat = medians(reluNorms)
    const vanishing = medians(gradientNorms(deepNet(5, sigmoid(), lecture), 500))
    const dead = proportion(reluNorms.filter(norms => norms[0] === 0).length, reluNorms.length)
    show({
      kind: 'lines',
      title: text({
        en: 'First gradients by layer, median of 500 seeds',
        ko: '층별 첫 기울기, 시드 500개의 중앙값',
      }),
      x: { label: text(words.layer) },
      y: { label: text(words.gradientNorm), scale: 'log' },
      series: Object.entries({ ReLU: flat, sigmoid: vanishing }).map(([name, norms]) => ({
        name,
        points: norms.map((norm, i) => [i + 1, norm] as const),
      })),
    })

    // The net of the lecture at two rates, then one change at a time.
    const leaky = leakyRelu({ negativeSlope: 0.1 })
    const trials = [
      { name: 'ReLU .1', model: deepNet(5, relu(), lecture), rate: 0.1, steps: 5000, expected: [0.25, 0.65] },
      { name: 'ReLU .01', model: deepNet(5, relu(), lecture), rate: 0.01, steps: 10_000, expected: [0.5, 0.95] },
      { name: 'He', model: deepNet(5, relu(), heNormal()), rate: 0.1, steps: 5000, expected: [0.1, 0.6] },
      { name: 'Leaky ReLU', model: deepNet(5, leaky, lecture), rate: 0.1, steps: 5000, expected: [0.85, 1] },
      { name: 'He, 16 wide', model: deepNet(16, relu(), heNormal()), rate: 0.1, steps: 5000, expected: [0.9, 1] },
    ] as const // biome-ignore format: a table
    const rates = []
    for (const [i, { name, model, rate, steps }] of trials.entries()) {
      signal.throwIfAborted()
      progress(i / trials.length, { en: name, ko: name })
      rates.push(await solvedShare(model, rate, isFull ? 20_000 : steps, seeds))
    }
    show({
      kind: 'bars',
      title: text({ en: 'Seeds that answer all four corners', ko: '네 점을 모두 맞힌 시드' }),
      value: { label: text({ en: 'share of seeds', ko: '시드의 비율' }) },
      format: 'percent',
      bars: rates.map(({ share, low, high }, i) => ({ name: trials[i]!.name, value: share, low, high })), // biome-ignore format: fits
    })

    const ratio = (norms: readonly number[]) => Math.max(...norms) / Math.min(...norms)
    const [fast, slow, he, leakyRate, wide] = rates as [Rate, Rate, Rate, Rate, Rate]
    const isFlat = ratio(flat) < 3 && ratio(vanishing) > 1e5
    const isSure = fast.low > 0.9
    const isHelped = leakyRate.low > fast.high || wide.low > fast.high
    return [
      {
        claim: '6',
        verdict: isFlat && isSure ? 'holds' : isFlat && isHelped ? 'conditional' : 'fails',
        reason: {
          en: `The gradient does not vanish with depth: its median norms differ by a factor of ${ratio(flat).toFixed(1)} over eleven layers, with sigmoids by ${ratio(vanishing).toExponential(0)}. But ${(100 * dead.share).toFixed(0)} % of the starts have a layer that is off for all corners, and no gradient at all, before the first step; more come to a stop in training. At the rate of the lecture ${seedsText(fast).en} learn XOR, at a tenth of it ${seedsText(slow).en}. He weights alone do not mend that (${seedsText(he).en}); a slope of .1 for negative inputs does (${seedsText(leakyRate).en}), and so do layers of 16 (${seedsText(wide).en}).`,
          ko: `기울기는 깊이에 따라 사라지지 않는다. 열한 층에서 노름의 중앙값은 ${ratio(flat).toFixed(1)}배까지만 차이 나고, 시그모이드라면 ${ratio(vanishing).toExponential(0)}배다. 그러나 출발점의 ${(100 * dead.share).toFixed(0)} %는 첫 단계 전부터 네 점 모두에서 꺼진 층이 있어 기울기가 전혀 없고, 훈련 도중에 멈추는 것도 더 있다. 강의의 학습률에서 XOR을 배운 것은 ${seedsText(fast).ko}, 그 10분의 1에서는 ${seedsText(slow).ko}다. He 가중치만으로는 나아지지 않고(${seedsText(he).ko}), 음수 쪽에 기울기 .1을 주거나(${seedsText(leakyRate).ko}) 층을 16으로 넓히면(${seedsText(wide).ko}) 해결된다.`,
        },
        measures: [
          {
            name: { en: 'ReLU: largest gradient norm / smallest', ko: 'ReLU: 기울기 노름의 최대 / 최소' }, // biome-ignore format: fits
            values: [ratio(flat)],
            expected: [1, 3],
          },
          {
            name: { en: 'ReLU: share of starts without any gradient', ko: 'ReLU: 기울기가 전혀 없는 출발점의 비율' }, // biome-ignore format: fits
            values: reluNorms.map(norms => Number(norms[0] === 0)),
            format: 'percent',
          },
          ...rates.map(({ successes, n }, i) => ({
            name: {
              en: `${trials[i]!.name}: share of seeds that solve XOR`,
              ko: `${trials[i]!.name}: XOR을 푼 시드의 비율`,
            },
            values: seeds.map(seed => Number(seed < successes)).slice(0, n),
            format: 'percent' as const,
            ...(i === 0 ? { published: '1 of 1 (lecture 10-1)' } : {}),
            expected: trials[i]!.expected,
          })),
        ],
      },
    ]
  },
}

export default lesson

type Rate = ReturnType<typeof proportion>

/** Ten hidden layers of one width, and one logistic unit on top; biases start at 0. */
function deepNet(width: number, activation: LayerConfig, weightInit: InitConfig): LayerConfig {
  const hidden = Array.from({ length: 10 }, () => [linear(width, { weightInit }), activation])
  return sequential(...hidden.flat(), linear(1, { weightInit }))
}

/** For each seed, the norms of the first gradients of all layers' weights on the four corners. */
function gradientNorms(model: LayerConfig, seeds: number): number[][] {
  const x = tensor(corners, 'float64')
  const applied = applyModel(model, input('x', x.shape, 'float64'))
  // Cross-entropy of a logistic unit: ln(1 + e^z) - y z.
  const y = constant(tensor(xor, 'float64'))
  const loss = mean(sub(softplus(applied.output), mul(y, applied.output)))
  const weights = [...applied.params].filter(([name]) => name.endsWith('weight'))
  const slopes = gradients(loss, weights.map(([, { value }]) => value)) // biome-ignore format: fits
  return Array.from({ length: seeds }, (_, seed) => {
    const feeds = { ...initialParameters(applied, seed, 'float64'), x }
    return evaluate(slopes, feeds).map(({ data }) => Math.hypot(...data))
  })
}

/** By layer, over seeds. */
function medians(norms: readonly number[][]): number[] {
  return norms[0]!.map((_, layer) => {
    const sorted = norms.map(of => of[layer]!).sort((a, b) => a - b)
    return sorted[Math.floor(sorted.length / 2)]!
  })
}

/** How many seeds end with all four corners right. */
async function solvedShare(
  model: LayerConfig,
  learningRate: number,
  steps: number,
  seeds: readonly number[],
): Promise<Rate> {
  const perEpoch = 500
  const runs = await fitSeeds({
    model,
    loss: binaryCrossEntropy(),
    optimizer: sgd({ learningRate }),
    data: await dataOf({
      train: { inputs: repeat(corners, perEpoch), targets: repeat(xor, perEpoch) },
      validation: { inputs: corners, targets: xor },
    }),
    epochs: steps / perEpoch,
    batchSize: 4,
    shuffle: false,
    seeds,
  })
  return proportion(runs.filter(({ validation }) => validation!.accuracy === 1).length, runs.length)
}

function repeat<T>(rows: readonly T[], times: number): T[] {
  return Array.from({ length: times }, () => rows).flat()
}
