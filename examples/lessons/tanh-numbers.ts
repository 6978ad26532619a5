// tanh of five numbers, as the lecture prints them: how soon it is flat.
import type { Lesson } from 'justright/lessons'
import { evaluate, gradients, input, sum, tanh, tensor } from 'justright/ops'

const lesson: Lesson = {
  name: 'tanh-numbers',
  group: 'activations',
  claims: ['51'],
  title: {
    en: 'tanh of 1, 3, 5, 7 and 9',
    ko: '1, 3, 5, 7, 9의 tanh',
  },
  story: {
    en: 'To show how soon tanh is flat, the lecture prints five of its values. They are computed here in double precision, with the derivative 1 - tanh(x)^2 beside each: it is the derivative that a gradient is multiplied by.',
    ko: 'tanh가 얼마나 금방 평평해지는지 보이려고 강의는 값 다섯 개를 적어 둔다. 여기서는 그 값을 배정밀도로 계산하고 도함수 1 - tanh(x)^2도 함께 본다. 기울기에 곱해지는 것은 도함수이기 때문이다.',
  },
  seconds: { short: 1, full: 1 },
  isExact: true,
  async run({ show, text }) {
    const points = [1, 3, 5, 7, 9]
    const printed = ['.76', '.995', '.999', '.999', '.999']
    const x = input('x', [points.length], 'float64')
    const y = tanh(x)
    const [values, slopes] = evaluate([y, gradients(sum(y), [x])[0]!], {
      x: tensor(points, 'float64'),
    })
    show({
      kind: 'lines',
      title: text({ en: 'What tanh leaves of a gradient', ko: 'tanh를 지나며 남는 기울기' }),
      x: { label: 'x' },
      y: { label: text({ en: 'derivative', ko: '도함수' }), scale: 'log' },
      series: [{ name: "tanh'", points: points.map((at, i) => [at, slopes!.data[i]!] as const) }],
    })
    // The printed digits are the first ones of the value: cut off, not rounded.
    const isCut = printed.map((digits, i) => String(values!.data[i]).slice(1).startsWith(digits))
    const isRounded = printed.map((digits, i) => {
      const places = digits.length - 1
      return values!.data[i]!.toFixed(places) === `0${digits}`
    })
    const rounded = isRounded.filter(Boolean).length
    const list = [...values!.data]
      .map(value => String(Number(value.toFixed(8))).slice(1))
      .join(', ')
    return [
      {
        claim: '51',
        verdict: isCut.every(Boolean) ? 'holds' : 'fails',
        reason: {
          en: `tanh of 1, 3, 5, 7 and 9 is ${list}. The printed digits are the first ones of these, cut off: ${rounded} of the five are what rounding gives, since from 5 on it would give 1.000. The derivative falls faster than that looks: to ${slopes!.data[1]!.toPrecision(2)} at 3 and ${slopes!.data[4]!.toExponential(0)} at 9.`,
          ko: `1, 3, 5, 7, 9의 tanh는 ${list}이다. 적힌 숫자는 이 값의 앞자리를 잘라 낸 것이다. 반올림과 같은 것은 다섯 중 ${rounded}개로, 5부터는 반올림하면 1.000이 된다. 도함수는 보기보다 빨리 줄어 3에서 ${slopes!.data[1]!.toPrecision(2)}, 9에서 ${slopes!.data[4]!.toExponential(0)}이다.`,
        },
        measures: points.map((at, i) => ({
          name: { en: `tanh(${at})`, ko: `tanh(${at})` },
          values: [values!.data[i]!],
          published: printed[i]!,
          expected: [Math.tanh(at) - 1e-6, Math.tanh(at) + 1e-6] as const,
        })),
      },
    ]
  },
}

export default lesson
