// Nesterov's momentum takes the gradient where the velocity is about to lead.
import { minimise, momentum, nesterov, type OptimizerConfig } from 'justright'
import { type Lesson, words } from 'justright/lessons'
import { constant, mul, sum } from 'justright/ops'

/** The valley x^2 / 20 + y^2, twenty times as steep across as along. */
const valley = [1 / 20, 1]

const lesson: Lesson = {
  name: 'nesterov-ahead',
  group: 'optimizers',
  claims: ['60'],
  title: {
    en: 'Nesterov looks ahead, and swings less for it',
    ko: '네스테로프는 앞을 내다보고, 그래서 덜 흔들린다',
  },
  story: {
    en: 'A velocity that is about to overshoot notices too late, since momentum asks for the gradient where it stands. Nesterov asks where the velocity is about to lead, and brakes a step earlier. The published formula moves between two points; PyTorch and Justright carry the point ahead itself, which is the same walk in fewer operations. Both are walked here from (-7, 2) on x^2 / 20 + y^2.',
    ko: '모멘텀은 지금 서 있는 자리에서 기울기를 재므로, 목표를 지나치려는 속도를 너무 늦게 알아챈다. 네스테로프는 속도가 데려갈 자리에서 기울기를 재고 한 걸음 먼저 제동한다. 논문의 식은 두 점 사이를 오간다. PyTorch와 Justright는 앞쪽 점 자체를 들고 다니는데, 연산이 더 적을 뿐 같은 걸음이다. 여기서는 두 식 모두 x^2 / 20 + y^2 위의 (-7, 2)에서 걸어 본다.',
  },
  seconds: { short: 1, full: 1 },
  isExact: true,
  async run({ show, text }) {
    // 1. The published form beside the optimiser.
    const ahead = await path(nesterov({ learningRate: 0.1, momentum: 0.9 }), 30)
    const formsDiffer = Math.max(
      ...lookahead(0.1, 0.9, 30).flatMap((p, step) =>
        p.map((x, i) => Math.abs(x - ahead[step]![i]!)),
      ),
    )

    // 2. How high both are after each step, with two frictions.
    const heights = async (friction: number) => {
      const settings = { learningRate: 0.1, momentum: friction }
      return {
        momentum: (await path(momentum(settings), 100)).map(height),
        nesterov: (await path(nesterov(settings), 100)).map(height),
      }
    }
    const [loose, tight] = [await heights(0.9), await heights(0.99)]
    show({
      kind: 'lines',
      title: text({
        en: 'Height over the valley, friction .99',
        ko: '골짜기 바닥에서의 높이, 마찰 .99',
      }),
      x: { label: text(words.step) },
      y: { label: 'f', scale: 'log' },
      series: Object.entries(tight).map(([name, f]) => ({
        name,
        points: f.map((height, step) => [step, height] as const),
      })),
    })

    const last = (f: readonly number[]) => f.at(-1)!
    const isLower =
      last(loose.nesterov) <= last(loose.momentum) && last(tight.nesterov) <= last(tight.momentum)
    return [
      {
        claim: '60',
        verdict: formsDiffer >= 1e-6 ? 'fails' : isLower ? 'holds' : 'conditional',
        reason: {
          en: `The published form and the rewritten one give the same points to ${formsDiffer.toExponential(0)}. After 100 steps f is ${last(loose.nesterov).toExponential(1)} instead of ${last(loose.momentum).toExponential(1)} with friction .9, and ${last(tight.nesterov).toFixed(2)} instead of ${last(tight.momentum).toFixed(2)} with .99: looking ahead damps the swinging.`,
          ko: `논문의 식과 고쳐 쓴 식은 ${formsDiffer.toExponential(0)}까지 같은 점을 준다. 100걸음 뒤 f는 마찰 .9에서 모멘텀 ${last(loose.momentum).toExponential(1)}, 네스테로프 ${last(loose.nesterov).toExponential(1)}이고, 마찰 .99에서 ${last(tight.momentum).toFixed(2)}과 ${last(tight.nesterov).toFixed(2)}이다. 앞을 내다보면 흔들림이 잦아든다.`,
        },
        measures: [
          {
            name: { en: 'difference of the two forms', ko: '두 식의 차이' },
            values: [formsDiffer],
            expected: [0, 1e-6],
          },
          {
            name: { en: 'f after 100 steps, momentum .99', ko: '100걸음 뒤 f, 모멘텀 .99' },
            values: [last(tight.momentum)],
          },
          {
            name: { en: 'f after 100 steps, Nesterov .99', ko: '100걸음 뒤 f, 네스테로프 .99' },
            values: [last(tight.nesterov)],
          },
        ],
      },
    ]
  },
}

export default lesson

type Points = readonly (readonly number[])[]

async function path(optimizer: OptimizerConfig, steps: number): Promise<Points> {
  const points = await minimise(p => sum(mul(constant(valley, 'float64'), mul(p, p))), {
    optimizer,
    from: [-7, 2],
    steps,
  })
  return points.map(({ p }) => p)
}

/**
 * Nesterov as Sutskever et al. (2013) write it: `v = mu v - rate f'(w + mu v); w += v`. Given are the
 * points looked ahead to, w + mu v.
 */
function lookahead(rate: number, mu: number, steps: number): Points {
  let [w, v] = [
    [-7, 2],
    [0, 0],
  ]
  const points = [w]
  for (let step = 0; step < steps; step++) {
    const ahead = w.map((x, i) => x + mu * v[i]!)
    v = v.map((speed, i) => mu * speed - rate * 2 * valley[i]! * ahead[i]!)
    w = w.map((x, i) => x + v[i]!)
    points.push(w.map((x, i) => x + mu * v[i]!))
  }
  return points
}

const height = ([x, y]: readonly number[]): number => x! ** 2 / 20 + y! ** 2
