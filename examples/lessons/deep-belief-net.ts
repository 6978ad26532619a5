// Machines stacked layer by layer without labels, then fine-tuned with labels by back-propagation.
import { adam, cosineDecay, crossEntropy, fit, fitDbn, rbm, unlabelled } from 'justright'
import { type Lesson, words } from 'justright/lessons'
import { mnist } from 'justright/node'

const lesson: Lesson = {
  name: 'deep-belief-net',
  group: 'pre-training',
  claims: ['13'],
  title: {
    en: 'A deep belief net: stacked without labels, fine-tuned with them',
    ko: '심층 신뢰 신경망(DBN): 레이블 없이 쌓고, 레이블로 미세 조정한다',
  },
  story: {
    en: 'Three machines learn one on the other: 784 pixels, 500, 500 and 2,000 units. What they are given is images alone; the function that teaches them cannot be handed a label. Their weights and biases are then those of an ordinary net with one more layer of 10 outputs, which back-propagation fine-tunes on all 60,000 labelled images. Hinton, Osindero and Teh came to 1.25 % errors in 2006 by a fine-tuning of their own, Hinton and Salakhutdinov to 1.2 % by back-propagation, against 1.51 to 1.6 % of nets without pre-training. The number of epochs is fixed beforehand, so nothing is chosen by the test images.',
    ko: 'RBM 셋을 차례로 쌓아 학습한다. 화소 784개, 유닛 500, 500, 2,000개. 주어지는 것은 이미지뿐이고, 이들을 가르치는 함수에는 레이블을 건넬 수조차 없다. 학습한 가중치와 편향은 출력 10개짜리 층을 하나 더한 보통 신경망의 출발점이 되고, 레이블이 있는 이미지 60,000장 모두로 역전파 미세 조정을 한다. 2006년 Hinton, Osindero, Teh는 독자적인 미세 조정으로 오류 1.25 %를, Hinton과 Salakhutdinov는 역전파로 1.2 %를 얻었다. 사전 학습이 없는 신경망은 1.51~1.6 %였다. 에폭 수는 미리 정해 두므로 시험 이미지로 고르는 것은 없다.',
  },
  reduced: {
    en: '10, 10 and 6 epochs for the machines and 14 of fine-tuning instead of 50 each and 100 with dropout; one seed.',
    ko: 'RBM에 10, 10, 6에폭, 미세 조정에 14에폭(원래는 각 50에폭과 드롭아웃을 쓴 100에폭), 시드 하나.',
  },
  seconds: { short: 155, full: 1300 },
  async run({ isFull, progress, show, signal, text }) {
    const data = await mnist({ validation: 0 })
    const machines = [500, 500, 2000].map(hidden => rbm({ hidden }))
    const epochs = isFull ? [50, 50, 50] : [10, 10, 6]
    const all = epochs.reduce((a, b) => a + b)
    const errors: Record<number, [number, number][]> = { 1: [], 2: [], 3: [] }
    let done = 0
    const dbn = await fitDbn(machines, {
      data: unlabelled(data),
      epochs,
      signal,
      onEpoch({ machine, epoch, squaredError }) {
        errors[machine]!.push([epoch, squaredError])
        progress((0.5 * ++done) / all, { en: `machine ${machine}`, ko: `RBM ${machine}` })
      },
    })
    signal.throwIfAborted()
    show({
      kind: 'lines',
      title: text({
        en: 'What each machine rebuilds of its inputs',
        ko: 'RBM마다 자기 입력을 복원하는 정도',
      }),
      x: { label: text(words.epoch) },
      y: { label: text({ en: 'squared error', ko: '제곱 오차' }) },
      series: Object.entries(errors).map(([machine, points]) => ({
        name: text({ en: `machine ${machine}`, ko: `RBM ${machine}` }),
        points,
      })),
    })

    const tuning = isFull ? 100 : 14
    // In so few epochs dropout would not pay: measured on validation images.
    const rates = isFull ? { dropoutRate: 0.5, inputDropoutRate: 0.2 } : {}
    const losses: [number, number][] = []
    const { test } = await fit({
      ...dbn.classifier({ classes: 10, ...rates }),
      loss: crossEntropy(),
      optimizer: adam(),
      schedule: cosineDecay(),
      data,
      epochs: tuning,
      batchSize: 100,
      recorders: [
        {
          epoch({ epoch, train }) {
            losses.push([epoch, train.loss])
            progress(0.5 + (0.5 * epoch) / tuning, { en: 'fine-tuning', ko: '미세 조정' })
          },
        },
      ],
    })
    signal.throwIfAborted()
    const error = 1 - test.accuracy!
    show({
      kind: 'lines',
      title: text({ en: 'Fine-tuning', ko: '미세 조정' }),
      x: { label: text(words.epoch) },
      y: { label: text(words.trainLoss), scale: 'log' },
      series: [{ name: 'DBN', points: losses }],
    })
    const percent = (100 * error).toFixed(2)
    return [
      {
        claim: '13',
        // The best net without pre-training of that time had 1.51 %, the same net from random weights 1.6 %.
        verdict: error < 0.0151 ? 'holds' : 'fails',
        reason: {
          en: `Taught without labels and fine-tuned with them, the net has ${percent} % errors on the test images. Nets without pre-training had 1.51 to 1.6 % in 2006.`,
          ko: `레이블 없이 가르치고 레이블로 미세 조정한 신경망의 시험 오류는 ${percent} %다. 2006년에 사전 학습이 없는 신경망은 1.51~1.6 %였다.`,
        },
        measures: [
          {
            name: words.testError,
            values: [error],
            format: 'percent',
            published: '1.25 % (Hinton 2006), 1.2 % (Hinton & Salakhutdinov 2006)',
            expected: [0, isFull ? 0.0125 : 0.014],
          },
        ],
      },
    ]
  },
}

export default lesson
