// Five optimisers walk down the same long valley, and leave the same saddle.
import { adagrad, adam, minimise, momentum, type OptimizerConfig, sgd } from 'justright'
import { type Lesson, words } from 'justright/lessons'
import { constant, mul, sum, type Value } from 'justright/ops'

/** A valley that is twenty times as steep across as along: x^2 / 20 + y^2. */
const valley = [1 / 20, 1] as const
/** Down along x, down to both sides along y as well: x^2 - y^2. */
const saddle = [1, -1] as const

const lesson: Lesson = {
  name: 'optimizer-paths',
  group: 'optimizers',
  claims: ['58'],
  title: {
    en: 'Zig-zags and velocity, on functions of two numbers',
    ko: '두 수의 함수에서 보는 지그재그와 속도',
  },
  story: {
    en: 'The gradient of x^2 / 20 + y^2 points across the valley, not along it, so plain gradient descent with a large rate jumps from side to side. Momentum adds a velocity: steps across cancel, steps along add up. AdaGrad and Adam scale the step of each coordinate. All start at (-7, 2) and make 30 steps, as in the textbook; then all start a thousandth beside the middle of the saddle x^2 - y^2.',
    ko: 'x^2 / 20 + y^2의 기울기는 골짜기를 따라가지 않고 가로지르는 방향을 가리킨다. 그래서 학습률이 큰 경사 하강법은 양쪽 벽을 오가며 튄다. 모멘텀은 속도를 더한다. 가로지르는 걸음은 서로 상쇄되고, 골짜기를 따라가는 걸음은 쌓인다. AdaGrad와 Adam은 좌표마다 보폭을 맞춘다. 모두 교재처럼 (-7, 2)에서 출발해 30걸음을 걷는다. 그다음에는 안장 x^2 - y^2의 한가운데에서 천분의 일만큼 비켜난 점에서 출발한다.',
  },
  seconds: { short: 1, full: 1 },
  isExact: true,
  async run({ say, show, text }) {
    const down = (optimizer: OptimizerConfig, rateAt?: (step: number) => number) =>
      path(valley, optimizer, [-7, 2], 30, rateAt)

    // 1. The four of the textbook. Its Adam corrects the bias in the rate alone.
    const paths = {
      SGD: await down(sgd({ learningRate: 0.95 })),
      Momentum: await down(momentum({ learningRate: 0.1, momentum: 0.9 })),
      AdaGrad: await down(adagrad({ learningRate: 1.5, epsilon: 1e-7 })),
      Adam: await down(
        adam({ learningRate: 0.3, epsilon: 1e-7, biasCorrection: false }),
        t => (0.3 * Math.sqrt(1 - 0.999 ** t)) / (1 - 0.9 ** t),
      ),
    }
    show({
      kind: 'lines',
      title: text({
        en: 'f = x²/20 + y² from (-7, 2), 30 steps',
        ko: 'f = x²/20 + y², (-7, 2)에서 30걸음',
      }),
      x: { label: 'x' },
      y: { label: 'y' },
      series: Object.entries(paths).map(([name, points]) => ({
        name,
        points: points.map(([x, y]) => [x!, y!] as const),
      })),
    })
    const ends = { SGD: [-0.350393, 0.084782], Momentum: [0.896414, 0.088086], AdaGrad: [-0.120162, 0], Adam: [0.136007, 0.318245] } // biome-ignore format: one line a table
    const farthest = Math.max(
      ...Object.entries(ends).map(([name, [x, y]]) => {
        const [lastX, lastY] = paths[name as keyof typeof paths].at(-1)!
        return Math.max(Math.abs(lastX! - x!), Math.abs(lastY! - y!))
      }),
    )
    const zigzags = signChanges(paths.SGD)

    // 2. A smaller rate does not zig-zag; it crawls along the valley instead.
    const careful = await down(sgd({ learningRate: 0.45 }))

    // 3. The best that either can do: the rates of Polyak (1964) for curvatures from 1/10 to 2.
    const [least, most] = [Math.sqrt(1 / 10), Math.sqrt(2)]
    const bestPlain = await down(sgd({ learningRate: 2 / (least ** 2 + most ** 2) }))
    const bestVelocity = await down(
      momentum({
        learningRate: (2 / (least + most)) ** 2,
        momentum: ((most - least) / (most + least)) ** 2,
      }),
    )
    say({
      en: `With momentum y changes its sign ${signChanges(paths.Momentum)} times instead of ${zigzags}, over a path of ${length(paths.Momentum).toFixed(1)} instead of ${length(paths.SGD).toFixed(1)}. But it swings past the end: f is ${heightText(paths.Momentum)} after 30 steps, with SGD ${heightText(paths.SGD)}. Where rates and friction are the best for this valley, momentum is far ahead: ${heightText(bestVelocity)} against ${heightText(bestPlain)}.`,
      ko: `모멘텀에서 y의 부호는 ${zigzags}번이 아니라 ${signChanges(paths.Momentum)}번 바뀌고, 경로의 길이는 ${length(paths.SGD).toFixed(1)}이 아니라 ${length(paths.Momentum).toFixed(1)}이다. 그러나 목표를 지나쳐 흔들린다. 30걸음 뒤 f는 모멘텀이 ${heightText(paths.Momentum)}, SGD가 ${heightText(paths.SGD)}이다. 학습률과 마찰을 이 골짜기에 가장 좋게 맞추면 모멘텀이 크게 앞선다. 모멘텀 ${heightText(bestVelocity)}, SGD ${heightText(bestPlain)}이다.`,
    })

    // 4. The saddle, all with a rate of .1: how many steps until |y| > 1?
    const leaving = {
      SGD: await path(saddle, sgd({ learningRate: 0.1 }), [1, 1e-3], 60),
      Momentum: await path(saddle, momentum({ learningRate: 0.1 }), [1, 1e-3], 60),
      Adam: await path(saddle, adam({ learningRate: 0.1 }), [1, 1e-3], 60),
    }
    show({
      kind: 'lines',
      title: text({ en: 'Leaving the saddle x² - y²', ko: '안장 x² - y²를 벗어나기' }),
      x: { label: text(words.step), range: [0, 45] },
      y: { label: '|y|', scale: 'log', range: [1e-3, 10] },
      series: Object.entries(leaving).map(([name, points]) => ({
        name,
        points: points.map(([, y], step) => [step, Math.abs(y!)] as const),
      })),
    })
    const steps = (points: readonly (readonly number[])[]) =>
      points.findIndex(([, y]) => Math.abs(y!) > 1)
    const [slow, faster, fastest] = [leaving.SGD, leaving.Momentum, leaving.Adam].map(steps)

    const isSlow = slow! >= 2 * faster! && slow! >= 2 * fastest!
    return [
      {
        claim: '58',
        verdict:
          zigzags === 30 && isSlow ? 'holds' : zigzags > 0 || isSlow ? 'conditional' : 'fails',
        reason: {
          en: `With the textbook's rate of .95, y changes its sign in ${zigzags} of 30 steps. With .45 it does so in ${signChanges(careful)}, but x is still at ${careful.at(-1)![0]!.toFixed(2)}: in a long valley SGD zig-zags or crawls. It leaves the saddle after ${slow} steps, momentum after ${faster}, Adam after ${fastest}.`,
          ko: `교재의 학습률 .95에서 y는 30걸음 중 ${zigzags}걸음에서 부호를 바꾼다. .45로 줄이면 ${signChanges(careful)}번이지만 x는 아직 ${careful.at(-1)![0]!.toFixed(2)}에 있다. 긴 골짜기에서 SGD는 지그재그로 튀거나 기어간다. 안장을 벗어나는 데 SGD는 ${slow}걸음, 모멘텀은 ${faster}걸음, Adam은 ${fastest}걸음이 걸린다.`,
        },
        measures: [
          {
            name: { en: 'sign changes of y, SGD', ko: 'SGD에서 y의 부호 변화' },
            values: [zigzags],
            published: '30 (textbook, 6.1)',
            expected: [30, 30],
          },
          {
            name: {
              en: 'farthest of four ends from the published ones',
              ko: '네 도착점과 공표된 값의 최대 차이',
            },
            values: [farthest],
            published: 'SGD (-.350393, .084782), … (textbook, 6.1)',
            expected: [0, 1e-6],
          },
          {
            name: { en: 'steps to leave the saddle, SGD', ko: '안장을 벗어나는 걸음 수, SGD' },
            values: [slow!],
          },
          {
            name: { en: '… momentum', ko: '… 모멘텀' },
            values: [faster!],
          },
        ],
      },
    ]
  },
}

export default lesson

type Points = readonly (readonly number[])[]

async function path(
  [a, b]: readonly [number, number],
  optimizer: OptimizerConfig,
  from: readonly number[],
  steps: number,
  rateAt?: (step: number) => number,
): Promise<Points> {
  // a x^2 + b y^2 as a graph; its gradient is worked out from it.
  const f = (p: Value) => sum(mul(constant([a, b], 'float64'), mul(p, p)))
  const points = await minimise(f, { optimizer, from, steps, ...(rateAt && { rateAt }) })
  return points.map(({ p }) => p)
}

const height = ([x, y]: readonly number[]): number => x! ** 2 / 20 + y! ** 2
const heightText = (points: Points): string => height(points.at(-1)!).toPrecision(2)

/** How often y changes its sign. */
function signChanges(points: Points): number {
  return points.filter(([, y], i) => i > 0 && Math.sign(y!) !== Math.sign(points[i - 1]![1]!))
    .length
}

function length(points: Points): number {
  return points
    .slice(1)
    .map(([x, y], i) => Math.hypot(x! - points[i]![0]!, y! - points[i]![1]!))
    .reduce((sum, step) => sum + step)
}
