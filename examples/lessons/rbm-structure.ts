// A restricted Boltzmann machine, taken apart: every state of 4 hidden and 5 visible units is looked at.
import { linear, rbm, sequential, sigmoid, type Tensor, tensor, trainedRbm } from 'justright'
import type { Lesson } from 'justright/lessons'
import { applyModel, evaluate, input } from 'justright/ops'

const lesson: Lesson = {
  name: 'rbm-structure',
  group: 'pre-training',
  claims: ['10'],
  title: {
    en: 'Two layers, no links inside, one W for both ways',
    ko: '두 층, 층 안의 연결은 없고, 앞뒤로 같은 W',
  },
  story: {
    en: 'A restricted Boltzmann machine gives every joint state of visible units v and hidden units h the energy E(v, h) = -a v - b h - h W v and the probability e^-E / Z. Since no unit is linked to one of its own layer, each layer should fall apart into independent units once the other is known: forward P(h = 1 | v) = sigmoid(W v + b), backward P(v = 1 | h) = sigmoid(W\' h + a), with the same W. With 4 and 5 units all 512 joint states can be counted, so nothing has to be believed. At the end one link inside the hidden layer is added, to see what "restricted" is worth.',
    ko: '제한 볼츠만 머신은 보이는 유닛 v와 숨은 유닛 h의 모든 상태에 에너지 E(v, h) = -a v - b h - h W v와 확률 e^-E / Z를 준다. 같은 층의 유닛끼리는 연결이 없으므로, 한 층을 알면 다른 층의 유닛들은 서로 독립이어야 한다. 앞으로는 P(h = 1 | v) = sigmoid(W v + b), 뒤로는 같은 W를 써서 P(v = 1 | h) = sigmoid(W\' h + a)다. 유닛이 4개와 5개면 512가지 상태를 모두 셀 수 있으니 믿을 필요 없이 확인하면 된다. 끝으로 숨은 층 안에 연결 하나를 더해 "제한"이 왜 필요한지 본다.',
  },
  seconds: { short: 1, full: 1 },
  isExact: true,
  async run({ show, text }) {
    const [hidden, visible] = [4, 5]
    const W = Array.from({ length: hidden }, (_, j) =>
      Array.from({ length: visible }, (_, i) => 1.5 * Math.sin(3 * j + 7 * i + 1)),
    )
    const b = [0.3, -0.6, 0.1, 0.5]
    const a = [-0.4, 0.2, 0.7, -0.1, 0.3]
    const machine = trainedRbm(rbm({ hidden }), {
      weight: tensor(W),
      hiddenBias: tensor(b),
      visibleBias: tensor(a),
    })

    // Every state of both layers, and its energy straight from the definition.
    const vs = allStates(visible)
    const hs = allStates(hidden)
    const energy = (v: number[], h: number[]) => -dot(a, v) - dot(b, h) - dot(h, times(W, v))
    const share = (v: number[], h: number[]) => Math.exp(-energy(v, h))
    const z = sum(vs.flatMap(v => hs.map(h => share(v, h))))

    // Forward and backward as the machine computes them, against conditional probabilities by counting.
    const forward = await machine.hiddenMeans(vs)
    const backward = await machine.visibleMeans(hs)
    const forwardGap = apart(vs, hs, (v, h) => share(v, h), forward)
    const backwardGap = apart(hs, vs, (h, v) => share(v, h), backward)

    // One W: the way back is an ordinary linear layer that is given W', the transposed matrix.
    const turned = W[0]!.map((_, i) => W.map(row => row[i]!))
    const layer = sequential(linear(visible), sigmoid())
    const [decoded] = evaluate([applyModel(layer, input('h', [hs.length, hidden])).output], {
      h: tensor(hs),
      '0.weight': tensor(turned),
      '0.bias': tensor(a),
    })
    const transposedGap = farthest(backward.data, decoded!.data)

    // Free energy and Z, which training needs, in closed form against sums over all states.
    const free = await machine.freeEnergy(vs)
    const freeByCounting = vs.map(v => -Math.log(sum(hs.map(h => share(v, h)))))
    const freeGap = farthest(free.data, freeByCounting)
    const zGap = Math.abs((await machine.logPartition()) - Math.log(z))

    // A Boltzmann machine that is not restricted: hidden units 0 and 1 see each other.
    const linked = (v: number[], h: number[]) => share(v, h) * Math.exp(2 * h[0]! * h[1]!)
    const on = vs.map(v => {
      const total = sum(hs.map(h => linked(v, h)))
      return b.map((_, j) => sum(hs.map(h => h[j]! * linked(v, h))) / total)
    })
    const linkedGap = apart(vs, hs, linked, tensor(on))

    show({
      kind: 'bars',
      title: text({
        en: 'How far P(h | v) is from a product over units: greatest difference',
        ko: 'P(h | v)와 유닛별 곱의 최대 차이',
      }),
      value: { label: text({ en: 'probability', ko: '확률' }) },
      bars: [
        { name: text({ en: 'restricted', ko: '제한된 것' }), value: forwardGap },
        { name: text({ en: 'one link inside', ko: '층 안에 연결 하나' }), value: linkedGap },
      ],
    })

    const most = Math.max(forwardGap, backwardGap, transposedGap, freeGap, zGap)
    return [
      {
        claim: '10',
        verdict: most < 1e-5 && linkedGap > 0.01 ? 'holds' : 'fails',
        reason: {
          en: `Over all 512 joint states P(h | v) and P(v | h) are products over their units to ${Math.max(forwardGap, backwardGap).toExponential(0)}, and the way back is a linear layer with W transposed to ${transposedGap.toExponential(0)}: rounding of float32. One link inside the hidden layer breaks the product by ${linkedGap.toFixed(2)}.`,
          ko: `512가지 상태 전체에서 P(h | v)와 P(v | h)는 ${Math.max(forwardGap, backwardGap).toExponential(0)} 이내로 유닛별 곱과 같고, 뒤로 가는 길은 ${transposedGap.toExponential(0)} 이내로 전치한 W의 선형 층과 같다. 모두 float32의 반올림이다. 숨은 층 안에 연결을 하나 넣으면 곱과 ${linkedGap.toFixed(2)}만큼 어긋난다.`,
        },
        measures: [
          { name: { en: 'P(h | v) from a product', ko: 'P(h | v)와 곱의 차이' }, values: [forwardGap], expected: [0, 1e-5] }, // biome-ignore format: a row each
          { name: { en: 'P(v | h) from a product', ko: 'P(v | h)와 곱의 차이' }, values: [backwardGap], expected: [0, 1e-5] }, // biome-ignore format: a row each
          { name: { en: 'backward from a layer with W transposed', ko: '뒤로 가는 길과 전치한 W의 층의 차이' }, values: [transposedGap], expected: [0, 1e-5] }, // biome-ignore format: a row each
          { name: { en: 'free energy from counting', ko: '자유 에너지와 세어 본 값의 차이' }, values: [freeGap], expected: [0, 1e-5] }, // biome-ignore format: a row each
          { name: { en: 'ln Z from counting', ko: 'ln Z와 세어 본 값의 차이' }, values: [zGap], expected: [0, 1e-5] }, // biome-ignore format: a row each
          { name: { en: 'P(h | v) from a product, one link inside', ko: '층 안에 연결이 하나 있을 때 P(h | v)와 곱의 차이' }, values: [linkedGap] }, // biome-ignore format: a row each
        ],
      },
    ]
  },
}

export default lesson

/** The greatest difference of P(there | here) by counting and the product of the units' own probabilities. */
function apart(
  here: number[][],
  there: number[][],
  share: (here: number[], there: number[]) => number,
  { data }: Tensor,
): number {
  const units = there[0]!.length
  return Math.max(
    ...here.flatMap((state, n) => {
      const total = sum(there.map(other => share(state, other)))
      return there.map(other => {
        const own = other.map((s, i) => (s ? data[n * units + i]! : 1 - data[n * units + i]!))
        return Math.abs(share(state, other) / total - own.reduce((p, q) => p * q))
      })
    }),
  )
}

const allStates = (n: number) =>
  Array.from({ length: 2 ** n }, (_, s) => Array.from({ length: n }, (_, i) => (s >> i) & 1))
const sum = (xs: readonly number[]) => xs.reduce((total, x) => total + x, 0)
const dot = (x: number[], y: number[]) => sum(x.map((xi, i) => xi * y[i]!))
const times = (matrix: number[][], v: number[]) => matrix.map(row => dot(row, v))
const farthest = (x: ArrayLike<number>, y: ArrayLike<number>) =>
  Math.max(...Array.from(x, (xi, i) => Math.abs(xi - y[i]!)))
