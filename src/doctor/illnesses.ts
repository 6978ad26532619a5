import type { Chart } from '../charts/index.ts'
import type { Prescription } from './diagnosis.ts'
import { limits } from './limits.ts'
import type { Found } from './rule.ts'

/** Where a finding was made, what it goes with, and what to try. */
interface Place {
  readonly layer: string
  readonly step: number
  readonly prescriptions: readonly Prescription[]
  readonly chart?: Chart
}

/** The gradients of two layers with weights, the first and the last. */
interface Slopes {
  readonly last: string
  /** rms of dL/dy, first over last. */
  readonly ratio: number
}

const ratioName = { en: 'rms gradient, first layer over last', ko: 'rms 기울기, 첫 층 / 마지막 층' }

/** A gradient that is gone before it reaches the first layers. */
export function vanishingGradient({ last, ratio }: Slopes, place: Place): Found {
  const { layer } = place
  return {
    severity: 'error',
    title: { en: 'The gradient vanishes', ko: '기울기가 사라집니다' },
    meaning: {
      en: `On the way back from layer ${last} to ${layer} the gradient shrinks to a share of ${ratio.toExponential(1)}. The first layers do not learn, and those above learn from features that never change.`,
      ko: `${last} 층에서 ${layer} 층까지 돌아오는 동안 기울기가 ${ratio.toExponential(1)}배로 줄어듭니다. 앞쪽 층은 배우지 못하고, 그 위의 층은 바뀌지 않는 특징으로만 배웁니다.`,
    },
    evidence: [{ name: ratioName, value: ratio, limit: limits.vanishing.value, beyond: 'below' }],
    source: limits.vanishing.source,
    ...place,
  }
}

/** A gradient that grows on its way to the first layers. */
export function explodingGradient({ last, ratio }: Slopes, place: Place): Found {
  const { layer, prescriptions } = place
  return {
    severity: 'error',
    title: { en: 'The gradient explodes', ko: '기울기가 폭발합니다' },
    meaning: {
      en: `On the way back from layer ${last} to ${layer} the gradient grows ${ratio.toPrecision(2)} times. A rate that suits the last layer throws the first one far off.`,
      ko: `${last} 층에서 ${layer} 층까지 돌아오는 동안 기울기가 ${ratio.toPrecision(2)}배로 커집니다. 마지막 층에 맞는 학습률이 첫 층을 멀리 튕겨 보냅니다.`,
    },
    evidence: [{ name: ratioName, value: ratio, limit: limits.exploding.value, beyond: 'above' }],
    source: limits.exploding.source,
    ...place,
    prescriptions: [
      ...prescriptions,
      {
        text: { en: 'Clip the gradient.', ko: '기울기를 자르세요.' },
        settings: ['clip=clipByNorm'],
      },
    ],
  }
}

/** Units at the ends of a bounded activation. */
export function saturated(kind: string, share: number, place: Place): Found {
  const title =
    place.step <= 1
      ? { en: `${kind} is saturated from the start`, ko: `${kind}이 처음부터 포화되어 있습니다` }
      : { en: `${kind} has saturated`, ko: `${kind}이 포화되었습니다` }
  return {
    severity: 'warning',
    title,
    meaning: {
      en: 'Most units are at the ends of their range, where a change of the input changes nothing. They pass on little of what comes back.',
      ko: '대부분의 유닛이 범위의 끝에 있어 입력이 바뀌어도 출력이 바뀌지 않습니다. 돌아오는 기울기도 거의 전하지 못합니다.',
    },
    evidence: [
      {
        name: { en: 'share at the ends', ko: '끝에 있는 비율' },
        value: share,
        limit: limits.saturated.value,
        beyond: 'above',
      },
    ],
    source: limits.saturated.source,
    ...place,
  }
}

/** Units that give 0 whatever comes in. */
export function silentUnits(share: number, place: Place): Found {
  const title =
    place.step <= 1
      ? { en: 'Units are dead from the start', ko: '처음부터 죽은 유닛이 많습니다' }
      : { en: 'Units have died', ko: '많은 유닛이 죽었습니다' }
  return {
    severity: share === 1 ? 'error' : 'warning',
    title,
    meaning: {
      en: 'These units give 0 for every example of the batch, so no gradient reaches their weights. Biases far below 0, inputs that are never positive, or a step too far do this.',
      ko: '이 유닛들은 배치의 모든 예에 0을 내므로 가중치에 기울기가 닿지 않습니다. 편향이 너무 작거나, 입력이 늘 음수이거나, 한 걸음이 너무 컸을 때 이렇게 됩니다.',
    },
    evidence: [
      {
        name: { en: 'share of dead units', ko: '죽은 유닛의 비율' },
        value: share,
        limit: limits.silent.value,
        beyond: 'above',
      },
    ],
    source: limits.silent.source,
    ...place,
  }
}
