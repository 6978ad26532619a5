// The formulas of Xavier and He: what they draw, and why the factor 2 is no accident.
import {
  type InitConfig,
  lectureHe,
  lectureXavier,
  linear,
  relu,
  sequential,
  signals,
  signalsOfSeeds,
  xavierNormal,
} from 'justright'
import { type Lesson, words } from 'justright/lessons'

const lesson: Lesson = {
  name: 'init-formulas',
  group: 'initialization',
  claims: ['16', '17'],
  title: {
    en: 'What the formulas of Xavier and He draw',
    ko: 'Xavier와 He의 수식은 무엇을 뽑는가',
  },
  story: {
    en: 'Two lines of code are given for the first weights: randn(in, out) / sqrt(in), called Xavier, and / sqrt(in / 2), called He. Drawn weights are measured for layers of several shapes, beside the formulas of the papers. Then a signal is sent through six layers of ReLU with the second: if its factor 2 follows from theory, theory has to predict what arrives.',
    ko: '첫 가중치를 뽑는 코드로 두 줄이 나온다. Xavier라 부르는 randn(in, out) / sqrt(in)과 He라 부르는 / sqrt(in / 2)다. 여러 모양의 층에서 뽑은 가중치를 재어 논문의 수식과 비교한다. 그다음 두 번째 수식으로 만든 ReLU 여섯 층에 신호를 보낸다. 2라는 값이 이론에서 나온다면, 이론은 무엇이 도착할지 예측할 수 있어야 한다.',
  },
  seconds: { short: 2, full: 2 },
  isExact: true,
  async run({ progress, show, text }) {
    const shapes = [[784, 256], [256, 256], [256, 1024], [1024, 256]] as const // biome-ignore format: one line a table
    const inits = { Xavier: lectureXavier(), paper: xavierNormal(), He: lectureHe() } // biome-ignore format: one line a table
    progress(0, { en: 'drawing weights', ko: '가중치 뽑기' })
    // How far the deviation of drawn weights is from a formula's, over the shapes.
    const stds: Record<string, number[]> = {}
    for (const [name, weightInit] of Object.entries(inits)) {
      stds[name] = []
      for (const [inputs, outputs] of shapes) stds[name].push(await deviation(inputs, outputs, weightInit)) // biome-ignore format: fits
    }
    const farthest = (name: string, formula: (inputs: number, outputs: number) => number) =>
      Math.max(...shapes.map(([n, m], i) => Math.abs(stds[name]![i]! / formula(n, m) - 1)))
    const errors = {
      Xavier: farthest('Xavier', n => 1 / Math.sqrt(n)),
      paper: farthest('paper', (n, m) => Math.sqrt(2 / (n + m))),
      He: farthest('He', n => Math.sqrt(2 / n)),
    }
    // The same 256 inputs, four times the outputs: does the deviation change?
    const change = stds.Xavier![2]! / stds.Xavier![1]!
    const changeOfPaper = stds.paper![2]! / stds.paper![1]!

    progress(0.5, { en: 'six layers of ReLU', ko: 'ReLU 여섯 층' })
    const hidden = [linear(512, { useBias: false, weightInit: lectureHe() }), relu()]
    const model = sequential(...hidden, ...hidden, ...hidden, ...hidden, ...hidden, ...hidden)
    const reports = await signalsOfSeeds({ model, inputs: [256, 512], seeds: [0, 1, 2, 3, 4] })
    const squares = reports.map(
      ({ inputs, layers }) =>
      [inputs, ...layers.filter(({ kind }) => kind === 'relu').map(({ output }) => output)].map(({ rms }) => rms ** 2), // biome-ignore format: fits
    )
    const kept = squares.map(values => (values.at(-1)! / values[0]!) ** (1 / 6))
    const meanKept = kept.reduce((a, b) => a + b) / kept.length
    show({
      kind: 'lines',
      title: text({
        en: 'Mean square of the signal, He and ReLU',
        ko: 'He와 ReLU: 신호의 제곱 평균',
      }),
      x: { label: text(words.layer) },
      y: { label: 'E[x^2]' },
      series: [
        ...squares.map((values, seed) => ({
          name: `${text(words.seed)} ${seed}`,
          points: values.map((y, i) => [i, y] as const),
        })),
        { name: text({ en: 'theory', ko: '이론' }), points: squares[0]!.map((_, i) => [i, 1] as const) }, // biome-ignore format: fits
      ],
    })
    const percent = (value: number) => `${(100 * value).toFixed(1)} %`
    const isXavier = errors.Xavier < 0.01
    const byOutputs = Math.abs(change - 1) > 0.1
    const isHe = errors.He < 0.01
    const isDerived = Math.abs(meanKept - 1) < 0.02
    return [
      {
        claim: '16',
        verdict: !isXavier ? 'fails' : byOutputs ? 'holds' : 'conditional',
        reason: {
          en: `The line of code draws with a deviation of 1 / sqrt(in), to ${percent(errors.Xavier)} over ${shapes.length} shapes. It goes by the inputs alone: with four times the outputs the deviation is ${change.toFixed(2)} times what it was. The formula of the paper, sqrt(2 / (in + out)), minds both (${changeOfPaper.toFixed(2)} times); the two agree where a layer has as many outputs as inputs.`,
          ko: `이 코드는 표준편차 1 / sqrt(in)으로 뽑는다. ${shapes.length}가지 모양에서 오차는 ${percent(errors.Xavier)} 이내다. 그런데 입력의 개수만 따른다. 출력을 네 배로 늘려도 표준편차는 ${change.toFixed(2)}배다. 논문의 수식 sqrt(2 / (in + out))은 둘 다 따른다(${changeOfPaper.toFixed(2)}배). 두 수식은 입력과 출력의 개수가 같은 층에서만 같다.`,
        },
        measures: [
          { name: { en: 'lecture: error of the deviation', ko: '강의 수식: 표준편차의 오차' }, values: [errors.Xavier], format: 'percent', expected: [0, 0.01] }, // biome-ignore format: fits
          { name: { en: 'paper: error of the deviation', ko: '논문 수식: 표준편차의 오차' }, values: [errors.paper], format: 'percent', expected: [0, 0.01], published: 'Var W = 2 / (in + out)' }, // biome-ignore format: fits
          { name: { en: 'lecture: deviation with 4 times the outputs', ko: '강의 수식: 출력이 네 배일 때의 표준편차' }, values: [change], expected: [0.98, 1.02] }, // biome-ignore format: fits
        ],
      },
      {
        claim: '17',
        verdict: !isHe ? 'fails' : isDerived ? 'conditional' : 'holds',
        reason: {
          en: `The deviation is sqrt(2 / in), to ${percent(errors.He)}. There is nothing strange in it: ReLU sets half of a symmetric signal to 0 and with it half of the mean square, which the factor 2 makes up for. He et al. derive it (equation 10), and what it predicts is measured: a layer keeps ${percent(meanKept)} of E[x^2] in the mean of ${kept.length} seeds. The wide net of the theory keeps all; one of 512 units strays a few percent a layer, up and down.`,
          ko: `표준편차는 sqrt(2 / in)이고 오차는 ${percent(errors.He)} 이내다. 이상한 것은 없다. ReLU는 대칭인 신호의 절반을 0으로 만들어 제곱 평균도 절반이 되고, 2가 그것을 되돌린다. He 등은 이를 유도했고(식 10), 예측한 대로 측정된다. 시드 ${kept.length}개의 평균으로 한 층이 E[x^2]의 ${percent(meanKept)}를 지킨다. 이론의 무한히 넓은 신경망은 모두 지키고, 유닛 512개인 신경망은 층마다 몇 퍼센트씩 위아래로 흔들린다.`,
        },
        measures: [
          { name: { en: 'error of the deviation', ko: '표준편차의 오차' }, values: [errors.He], format: 'percent', expected: [0, 0.01] }, // biome-ignore format: fits
          { name: { en: 'E[x^2] kept by a layer', ko: '한 층이 지키는 E[x^2]' }, values: kept, format: 'percent', expected: [0.98, 1.02], published: '100 % (He et al. 2015, eq. 10)' }, // biome-ignore format: fits
        ],
      },
    ]
  },
}

export default lesson

/** The standard deviation of the weights that a layer draws. */
async function deviation(inputs: number, outputs: number, weightInit: InitConfig): Promise<number> {
  const model = linear(outputs, { weightInit })
  const { layers } = await signals({ model, inputs: [1, inputs] })
  return layers[0]!.parameters.weight!.rms
}
