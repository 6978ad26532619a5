import { mainLoss } from '../../nn/index.ts'
import { type LayerReport, signalCharts } from '../../probes/index.ts'
import { explodingGradient, saturated, silentUnits, vanishingGradient } from '../illnesses.ts'
import { limits } from '../limits.ts'
import { type Patient, weightedPaths } from '../patient.ts'
import { withoutBiases } from '../remedies.ts'
import type { Rule } from '../rule.ts'

const lacksSignals = 'the model could not be sent a batch'

interface Slopes {
  readonly first: LayerReport
  readonly last: LayerReport
  readonly ratio: number
}

/** The gradients at the first and the last layer with weights; undefined of a single one. */
function slopesOf(patient: Patient): Slopes | undefined {
  const paths = new Set(weightedPaths(patient))
  const layers = (patient.signals?.layers ?? []).filter(({ path }) => paths.has(path))
  const [first, last] = [layers[0], layers.at(-1)]
  if (!first?.gradient || !last?.gradient || first === last) return undefined
  return { first, last, ratio: first.gradient.rms / last.gradient.rms }
}

/** What can be told from one batch, there and back, before the first step. */
export const signalRules: readonly Rule<Patient>[] = [
  {
    name: 'start-loss',
    doc: 'a fresh net that is surer than chance is surely wrong',
    async look(patient) {
      const { signals, classes, experiment } = patient
      if (signals?.loss === undefined) return lacksSignals
      if (classes === undefined || mainLoss(experiment.loss).kind !== 'crossEntropy')
        return 'the loss is no cross-entropy of classes'
      const ratio = signals.loss / Math.log(classes)
      if (ratio <= limits.startLoss.value) return []
      return [
        {
          severity: 'warning',
          title: { en: 'The loss starts too high', ko: '손실이 너무 높은 데서 시작합니다' },
          meaning: {
            en: 'Before it has learnt anything the net is sure of wrong answers. The first steps only undo that, and may throw weights far off.',
            ko: '아무것도 배우기 전에 틀린 답을 확신하고 있습니다. 처음 단계들은 그것을 되돌리는 데 쓰이고, 가중치가 멀리 튈 수 있습니다.',
          },
          evidence: [
            {
              name: { en: 'first loss over ln K', ko: '첫 손실 / ln K' },
              value: ratio,
              limit: limits.startLoss.value,
              beyond: 'above',
            },
            { name: { en: 'first loss', ko: '첫 손실' }, value: signals.loss },
            { name: { en: 'ln K', ko: 'ln K' }, value: Math.log(classes) },
          ],
          prescriptions: await patient.remedies(),
          source: limits.startLoss.source,
        },
      ]
    },
  },
  {
    name: 'vanishing-gradient',
    doc: 'gradients are multiplied layer by layer; factors below 1 leave the first layers nothing',
    async look(patient) {
      const { signals } = patient
      const slopes = slopesOf(patient)
      if (!signals) return lacksSignals
      if (!slopes) return 'fewer than two layers have weights'
      const { first, last, ratio } = slopes
      // A layer of dead units hands nothing back either; that is another illness.
      const isCutOff = signals.layers.some(({ activation }) => activation?.silent === 1)
      if (isCutOff || !(ratio < limits.vanishing.value)) return []
      return [vanishingGradient({ last: last.path, ratio }, await backward(patient, first.path))]
    },
  },
  {
    name: 'exploding-gradient',
    doc: 'factors above 1 make the first layers jump while the last ones crawl',
    async look(patient) {
      const { signals } = patient
      const slopes = slopesOf(patient)
      if (!signals) return lacksSignals
      if (!slopes) return 'fewer than two layers have weights'
      const { first, last, ratio } = slopes
      if (!(ratio > limits.exploding.value)) return []
      return [explodingGradient({ last: last.path, ratio }, await backward(patient, first.path))]
    },
  },
  {
    name: 'saturated',
    doc: 'at the ends of a bounded activation its derivative is near 0',
    async look(patient) {
      const { signals } = patient
      if (!signals) return lacksSignals
      const found = signals.layers.filter(({ activation }) => {
        const { low = 0, high = 0 } = activation?.saturated ?? {}
        return low + high > limits.saturated.value
      })
      return Promise.all(
        found.map(async ({ path, kind, activation }) => {
          const { low, high } = activation!.saturated!
          return saturated(kind, low + high, await forward(patient, path))
        }),
      )
    },
  },
  {
    name: 'silent-units',
    doc: 'a unit that is 0 for every example gets no gradient and stays so',
    async look(patient) {
      const { signals } = patient
      if (!signals) return lacksSignals
      const found = signals.layers.filter(
        ({ activation }) => (activation?.silent ?? 0) > limits.silent.value,
      )
      return Promise.all(
        found.map(async ({ path, activation }) =>
          silentUnits(activation!.silent, await forward(patient, path)),
        ),
      )
    },
  },
]

/** A finding about gradients, before the first step. */
async function backward({ signals, remedies }: Patient, layer: string) {
  const chart = signalCharts(signals!).backward
  return { layer, step: 0, prescriptions: await remedies(), chart }
}

/** A finding about activations, before the first step. */
async function forward(patient: Patient, layer: string) {
  const chart = signalCharts(patient.signals!).activations
  const prescriptions = [...withoutBiases(patient, layer), ...(await patient.remedies())]
  return { layer, step: 0, prescriptions, chart }
}
