import { sizeOf, type Tensor } from '../../base/index.ts'
import type { Normalization } from '../../data/index.ts'
import { mainLoss } from '../../nn/index.ts'
import type { Prescription } from '../diagnosis.ts'
import { limits } from '../limits.ts'
import { type Patient, settingOf, without } from '../patient.ts'
import { followsSize } from '../rate.ts'
import type { Rule } from '../rule.ts'
import { isActivation, lastLayer } from '../structure.ts'

/** Losses of numbers as they are. */
const ofNumbers = new Set(['meanSquaredError', 'meanAbsoluteError', 'huber'])

/** What activations give at least and at most. */
const ranges: Readonly<Record<string, readonly [low: number, high: number]>> = {
  sigmoid: [0, 1],
  softmax: [0, 1],
  tanh: [-1, 1],
  hardtanh: [-1, 1],
  softsign: [-1, 1],
  relu: [0, Number.POSITIVE_INFINITY],
  softplus: [0, Number.POSITIVE_INFINITY],
  logSigmoid: [Number.NEGATIVE_INFINITY, 0],
  logSoftmax: [Number.NEGATIVE_INFINITY, 0],
}

interface Numbers {
  readonly min: number
  readonly max: number
  readonly mean: number
  readonly std: number
}

/** The targets of training as the loss sees them; undefined of classes, and where they are not known. */
function targetsOf({ data, experiment }: Patient): Numbers | undefined {
  const { train, scale = 1, normalization, targetNormalization } = experiment.data
  if (train.targetsAre === 'inputs') {
    const inputs = data.train?.inputs
    if (!inputs || normalization) return undefined
    const { min, max, mean, std } = inputs
    return { min: min * scale, max: max * scale, mean: mean * scale, std: std * scale }
  }
  return targetNormalization && data.train?.targets
    ? normalizedNumbers(train.targets, targetNormalization)
    : data.train?.targets
}

/** What numbers of rows come to when each has had its own center taken off and been divided by its spread. */
function normalizedNumbers(
  { shape, data }: Tensor,
  { shape: pattern, center, spread }: Normalization,
): Numbers {
  const shared = pattern.length - 1 - pattern.findLastIndex(size => size !== 1)
  const stride = sizeOf(shape.slice(shape.length - shared))
  let [min, max, sum, squares] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, 0]
  for (const [i, x] of data.entries()) {
    const at = Math.floor(i / stride) % center.length
    const value = (Number(x) - center[at]!) / spread[at]!
    min = Math.min(min, value)
    max = Math.max(max, value)
    sum += value
    squares += value * value
  }
  const mean = sum / data.length
  return { min, max, mean, std: Math.sqrt(Math.max(0, squares / data.length - mean * mean)) }
}

/** The last layer at the mean of the targets, with weights of their size; and steps that do not go with it. */
function startedThere(patient: Patient, { mean, std }: Numbers): Prescription[] {
  const last = lastLayer(patient)
  const weight = last && patient.applied.params.get(`${last.path}.weight`)?.value
  const setting = last && settingOf(patient, last.path, 'biasInit')
  if (!weight || !setting || std === 0) return []
  const figure = (x: number) => Number(x.toPrecision(3))
  const size = figure(std / Math.sqrt(weight.shape[1] ?? 1))
  return [
    {
      text: {
        en: 'Or start the last layer at the mean and the size of the targets.',
        ko: '또는 마지막 층을 목표의 평균과 크기에서 시작하세요.',
      },
      settings: [
        `${setting}=${JSON.stringify({ kind: 'constant', value: figure(mean) })}`,
        `${setting.replace('biasInit', 'weightInit')}=${JSON.stringify({ kind: 'normal', mean: 0, std: size })}`,
        ...(followsSize(patient) ? ['optimizer=adam'] : []),
      ],
    },
  ]
}

/** What can be wrong with numbers that have to be foretold. */
export const targetRules: readonly Rule<Patient>[] = [
  {
    name: 'targets-unscaled',
    doc: 'errors, and with them gradients and the way of the last layer, are as large as the targets',
    look(patient) {
      const { kind } = mainLoss(patient.experiment.loss)
      const targets = targetsOf(patient)
      if (!ofNumbers.has(kind) || !targets) return 'no numbers are foretold as they are'
      if (patient.experiment.data.train.targetsAre) return 'the targets are the inputs'
      const rms = Math.hypot(targets.mean, targets.std)
      const isLarge = rms > limits.targetRms.value
      if (!isLarge && !(targets.std > 0 && targets.std < limits.targetStdLow.value)) return []
      const limit = isLarge ? limits.targetRms : limits.targetStdLow
      return [
        {
          severity: 'warning',
          title: { en: 'The targets are not scaled', ko: '목표의 크기가 맞춰져 있지 않습니다' },
          meaning: isLarge
            ? {
                en: 'A fresh net answers about 0, so errors and gradients are as large as the targets. Steps either throw the weights off or take ages to reach the size of the answers.',
                ko: '새 신경망의 답은 0 근처이므로 오차와 기울기가 목표만큼 큽니다. 걸음이 가중치를 튕겨 내거나, 답의 크기에 이르는 데 아주 오래 걸립니다.',
              }
            : {
                en: 'Differences between targets are small beside what a fresh net answers by chance. The loss looks small from the first epochs on and tells little of what is learnt.',
                ko: '목표들의 차이가 새 신경망이 우연히 내는 답에 비해 작습니다. 손실이 처음부터 작아 보여 무엇을 배웠는지 알기 어렵습니다.',
              },
          evidence: [
            {
              name: isLarge
                ? { en: 'rms of the targets', ko: '목표의 rms' }
                : { en: 'standard deviation of the targets', ko: '목표의 표준편차' },
              value: isLarge ? rms : targets.std,
              limit: limit.value,
              beyond: isLarge ? 'above' : 'below',
            },
          ],
          prescriptions: [
            {
              text: {
                en: 'Normalise them with the data: normalize: { targets: true }; answers come in their units.',
                ko: '데이터에서 normalize: { targets: true }로 정규화하세요. 답은 원래 단위로 나옵니다.',
              },
              settings: [],
            },
            ...startedThere(patient, targets),
          ],
          source: limit.source,
        },
      ]
    },
  },
  {
    name: 'targets-out-of-range',
    doc: 'what the last layer or the loss cannot give is never answered',
    look(patient) {
      const { kind } = mainLoss(patient.experiment.loss)
      const targets = targetsOf(patient)
      const last = lastLayer(patient)
      const isChance = kind === 'binaryCrossEntropy'
      const range = isChance ? ranges.sigmoid : last && ranges[last.config.kind]
      if (!targets || !last || !(isChance || ofNumbers.has(kind)))
        return 'no numbers are foretold as they are'
      if (!range || (!isChance && !isActivation(last))) return []
      const [low, high] = range
      const beyond = Math.max(low - targets.min, targets.max - high) / targets.std
      // Of chances any number outside is wrong: the loss has no floor there.
      const most = isChance ? 1e-6 : limits.reach.value
      if (!(beyond > most)) return []
      return [
        {
          severity: 'error',
          ...(isChance ? {} : { layer: last.path }),
          title: isChance
            ? { en: 'Targets are no chances', ko: '목표가 확률이 아닙니다' }
            : {
                en: `${last.config.kind} cannot give the targets`,
                ko: `${last.config.kind}은 목표값을 낼 수 없습니다`,
              },
          meaning: isChance
            ? {
                en: 'The cross-entropy of yes and no takes targets from 0 to 1; outside it falls without end and has no right answer. Training drives the logits away for ever.',
                ko: '예/아니요의 교차 엔트로피는 0에서 1 사이의 목표를 받습니다. 그 밖에서는 손실이 끝없이 줄어 정답이 없고 로짓이 한없이 멀어집니다.',
              }
            : {
                en: `The last layer gives numbers from ${low} to ${high}, and there are targets beyond. The net goes to the end of its range, where it learns nothing more.`,
                ko: `마지막 층은 ${low}에서 ${high} 사이의 수만 내는데 목표는 그 밖에도 있습니다. 답이 범위의 끝에 붙어 더 배우지 못합니다.`,
              },
          evidence: [
            {
              name: {
                en: 'targets beyond the range, in their standard deviations',
                ko: '범위를 벗어난 정도, 목표의 표준편차 단위',
              },
              value: beyond,
              limit: most,
              beyond: 'above',
            },
            { name: { en: 'least target', ko: '가장 작은 목표' }, value: targets.min },
            { name: { en: 'greatest target', ko: '가장 큰 목표' }, value: targets.max },
          ],
          prescriptions: isChance
            ? [
                {
                  text: { en: 'Write them as 0 and 1.', ko: '목표를 0과 1로 쓰세요.' },
                  settings: [],
                },
              ]
            : [
                {
                  text: { en: 'Leave the last activation out.', ko: '마지막 활성화를 빼세요.' },
                  settings: without(patient, last.path),
                },
              ],
          source: limits.reach.source,
        },
      ]
    },
  },
  {
    name: 'classes-imbalanced',
    doc: 'an answer that is rare costs little never to give',
    look(patient) {
      const { loss, data } = patient.experiment
      const targets = data.train.targets
      if (mainLoss(loss).kind !== 'binaryCrossEntropy' || data.train.targetsAre)
        return 'no questions are answered with yes or no'
      const columns = targets.shape.slice(1).reduce((product, size) => product * size, 1)
      if (columns !== 1) return 'several labels may be rare on their own'
      const values = [...(targets.data as Iterable<number>)].map(Number)
      if (values.some(value => value !== 0 && value !== 1)) return []
      const yes = values.filter(value => value === 1).length / values.length
      const ratio = Math.max(yes, 1 - yes) / Math.min(yes, 1 - yes)
      if (ratio <= limits.imbalance.value) return []
      const last = lastLayer(patient)
      const setting = last && settingOf(patient, last.path, 'biasInit')
      const odds = Number(Math.log(yes / (1 - yes)).toPrecision(3))
      const isOne = !Number.isFinite(odds)
      return [
        {
          severity: isOne ? 'error' : 'warning',
          title: isOne
            ? { en: 'There is one answer only', ko: '답이 한 가지뿐입니다' }
            : { en: 'One of two answers is rare', ko: '두 답 가운데 하나가 드뭅니다' },
          meaning: {
            en: 'Always giving the other answer scores well already, and the loss hardly tells of the rare one. Look at precision and recall, not at accuracy alone.',
            ko: '늘 다른 답만 내도 점수가 좋고, 손실은 드문 답을 거의 말해 주지 않습니다. 정확도만 보지 말고 정밀도와 재현율을 보세요.',
          },
          evidence: [
            {
              name: { en: 'the common answer over the rare', ko: '흔한 답 / 드문 답' },
              value: ratio,
              limit: limits.imbalance.value,
              beyond: 'above',
            },
          ],
          prescriptions:
            setting && !isOne
              ? [
                  {
                    text: {
                      en: 'Start at the odds that are known: the bias of the last layer.',
                      ko: '마지막 층의 편향을 알려진 비율에서 시작하세요.',
                    },
                    settings: [`${setting}=${JSON.stringify({ kind: 'constant', value: odds })}`],
                  },
                ]
              : [],
          source: `${limits.imbalance.source}; Lin et al. 2017, "Focal Loss", 3.3: the prior as a bias`,
        },
      ]
    },
  },
]
