// Without its correction Adam's first steps are too long, not too short.
import { adam, minimise, rmsprop } from 'justright'
import { type Lesson, words } from 'justright/lessons'
import { mul, sum } from 'justright/ops'

const rate = 0.001

const lesson: Lesson = {
  name: 'adam-first-step',
  group: 'optimizers',
  claims: ['63'],
  title: {
    en: "Adam's first step, with and without bias correction",
    ko: '편향 보정이 있을 때와 없을 때, Adam의 첫 걸음',
  },
  story: {
    en: 'Adam divides a running mean of the gradients, which is momentum, by the root of a running mean of their squares, which is RMSProp. Both means start at 0. The slides ask what happens at the first step. The mean is then (1 - .9) g and the root sqrt(1 - .999) |g|: both too small, but the root more so, and their quotient is .1 / .0316 = 3.1623. Here Adam walks down a straight slope, so that the gradient is the same at every step.',
    ko: 'Adam은 기울기의 이동 평균(모멘텀)을 기울기 제곱의 이동 평균의 제곱근(RMSProp)으로 나눈다. 두 평균은 0에서 시작한다. 강의 슬라이드는 첫 걸음에 무슨 일이 생기는지 묻는다. 그때 평균은 (1 - .9) g, 제곱근은 sqrt(1 - .999) |g|다. 둘 다 너무 작지만 제곱근이 더 작아서, 몫은 .1 / .0316 = 3.1623이 된다. 여기서 Adam은 곧은 비탈을 내려가므로 기울기는 걸음마다 같다.',
  },
  seconds: { short: 1, full: 1 },
  isExact: true,
  async run({ show, text }) {
    // How long each step is, counted in learning rates, down a slope of constant steepness.
    const stepsOn = async (slope: number, biasCorrection: boolean, steps: number) => {
      const points = await minimise(p => sum(mul(slope, p)), {
        optimizer: adam({ learningRate: rate, epsilon: 0, biasCorrection }),
        from: [1],
        steps,
      })
      return points.slice(1).map(({ p }, i) => (points[i]!.p[0]! - p[0]!) / rate)
    }
    const slopes = [1e-3, 1, 1e3]
    const firsts = async (biasCorrection: boolean) =>
      Promise.all(slopes.map(async slope => (await stepsOn(slope, biasCorrection, 1))[0]!))
    const [corrected, uncorrected] = [await firsts(true), await firsts(false)]

    const many = {
      corrected: await stepsOn(1, true, 3000),
      uncorrected: await stepsOn(1, false, 3000),
    }
    const longest = Math.max(...many.uncorrected)
    const longestAt = many.uncorrected.indexOf(longest) + 1
    const settledAt = many.uncorrected.findLastIndex(length => length > 1.1) + 2
    show({
      kind: 'lines',
      title: text({
        en: 'Length of a step in learning rates, constant gradient',
        ko: '학습률을 단위로 한 보폭, 일정한 기울기',
      }),
      x: { label: text(words.step), scale: 'log' },
      y: { label: text({ en: 'learning rates', ko: '학습률의 배수' }), range: [0, 7] },
      series: [
        { name: text({ en: 'corrected', ko: '보정함' }), points: curve(many.corrected) },
        {
          name: text({ en: 'not corrected', ko: '보정하지 않음' }),
          points: curve(many.uncorrected),
        },
      ],
    })

    // Adam without the momentum and the correction is RMSProp.
    const bowl = { from: [1, -2], steps: 20 }
    const ways = await Promise.all(
      [
        adam({ learningRate: 0.1, beta1: 0, beta2: 0.99, biasCorrection: false }),
        rmsprop({ learningRate: 0.1, decay: 0.99 }),
      ].map(optimizer => minimise(p => sum(mul(p, p)), { optimizer, ...bowl })),
    )
    const apart = Math.max(
      ...ways[0]!.flatMap(({ p }, i) => p.map((x, j) => Math.abs(x - ways[1]![i]!.p[j]!))),
    )

    const farFrom = (lengths: readonly number[], expected: number) =>
      Math.max(...lengths.map(length => Math.abs(length - expected)))
    const isAsDerived =
      farFrom(corrected, 1) < 1e-9 && farFrom(uncorrected, Math.sqrt(10)) < 1e-9 && apart < 1e-12
    return [
      {
        claim: '63',
        verdict: isAsDerived ? 'holds' : 'fails',
        reason: {
          en: `The first step is ${corrected[0]!.toFixed(4)} learning rates with correction and ${uncorrected[0]!.toFixed(4)} = .1 / sqrt(.001) without, whatever the slope. Without it steps even grow, to ${longest.toFixed(2)} at step ${longestAt}, and stay more than a tenth too long until step ${settledAt}. With beta1 = 0 and no correction Adam walks as RMSProp does, to ${apart.toExponential(0)}.`,
          ko: `첫 걸음은 기울기의 크기와 상관없이 보정하면 학습률의 ${corrected[0]!.toFixed(4)}배, 보정하지 않으면 .1 / sqrt(.001) = ${uncorrected[0]!.toFixed(4)}배다. 보정하지 않으면 걸음이 ${longestAt}번째에 ${longest.toFixed(2)}배까지 더 길어지고, ${settledAt}번째가 되어서야 1.1배 아래로 내려온다. beta1 = 0이고 보정이 없는 Adam은 RMSProp과 ${apart.toExponential(0)}까지 똑같이 걷는다.`,
        },
        measures: [
          {
            name: {
              en: 'first step in learning rates, corrected',
              ko: '보정한 첫 걸음 (학습률의 배수)',
            },
            values: [corrected[0]!],
            expected: [1 - 1e-9, 1 + 1e-9],
          },
          {
            name: { en: 'first step, not corrected', ko: '보정하지 않은 첫 걸음' },
            values: [uncorrected[0]!],
            expected: [3.1622, 3.1623],
          },
          {
            name: { en: 'longest step, not corrected', ko: '보정하지 않은 가장 긴 걸음' },
            values: [longest],
          },
        ],
      },
    ]
  },
}

export default lesson

const curve = (lengths: readonly number[]) => lengths.map((length, i) => [i + 1, length] as const)
