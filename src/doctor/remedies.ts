import type { Shape } from '../base/index.ts'
import { heNormal, type InitConfig, lsuv, xavierNormal } from '../init/index.ts'
import { activationRows, type LayerConfig, leakyRelu, tanh } from '../nn/index.ts'
import type { SignalReport } from '../probes/index.ts'
import { type Experiment, signalsOfSeeds } from '../train/index.ts'
import type { Prescription } from './diagnosis.ts'
import { type Patient, settingOf } from './patient.ts'
import { sourceBefore } from './structure.ts'

/** A change of the whole model that may keep signals steady. */
interface Remedy {
  readonly prescription: Prescription
  readonly activation?: LayerConfig
  readonly init: InitConfig
  /** Whether it goes with activations that are 0 on one side, or with those that are not; both when absent. */
  readonly isOfRelu?: boolean
}

/** Of remedies that are as even the earlier is preferred: no activation that is flat at its ends. */
const remedies: readonly Remedy[] = [
  {
    prescription: {
      text: {
        en: 'Leaky ReLU, whose derivative is never 0, with the weights that suit it: He.',
        ko: '도함수가 0이 되지 않는 Leaky ReLU와 거기에 맞는 He 가중치를 쓰세요.',
      },
      settings: ['model.activation=leakyRelu', 'init=heNormal'],
    },
    activation: leakyRelu(),
    init: heNormal(),
  },
  {
    prescription: {
      text: {
        en: 'The same activations, with weights by He.',
        ko: '활성화는 그대로 두고 He 가중치를 쓰세요.',
      },
      settings: ['init=heNormal'],
    },
    init: heNormal(),
    isOfRelu: true,
  },
  {
    prescription: {
      text: {
        en: 'The same activations, with weights by Xavier.',
        ko: '활성화는 그대로 두고 Xavier 가중치를 쓰세요.',
      },
      settings: ['init=xavierNormal'],
    },
    init: xavierNormal(),
    isOfRelu: false,
  },
  {
    prescription: {
      text: {
        en: 'tanh, which is the identity near 0, with the weights that suit it: Xavier.',
        ko: '0 근처에서 항등함수인 tanh와 거기에 맞는 Xavier 가중치를 쓰세요.',
      },
      settings: ['model.activation=tanh', 'init=xavierNormal'],
    },
    activation: tanh(),
    init: xavierNormal(),
  },
  {
    prescription: {
      text: {
        en: 'The same activations, with weights scaled layer by layer on a batch.',
        ko: '활성화는 그대로 두고 배치 하나로 층마다 가중치의 크기를 맞추세요.',
      },
      settings: ['init=lsuv'],
    },
    init: lsuv(),
  },
]

/** Draws of the weights that a remedy is measured with. */
const seeds = [0, 1, 2, 3]
/** Remedies that are told. */
const most = 3

/**
 * What may steady the signals of a model, measured: a batch is sent there and back through each candidate
 * with some seeds, and the one whose gradients are the most even from layer to layer stands first.
 */
export async function rankedRemedies(
  experiment: Pick<Experiment, 'model'> & Partial<Experiment>,
  inputs?: Shape,
): Promise<readonly Prescription[]> {
  const { model } = experiment
  const isRelu = /"kind":"\w*(relu|elu|silu|gelu|mish)"/i.test(JSON.stringify(model))
  const candidates = remedies.filter(
    ({ activation, isOfRelu = isRelu }) =>
      isOfRelu === isRelu && (!activation || isChange(model, activation)),
  )
  const measured = await Promise.all(
    candidates.map(async ({ prescription, activation, init }) => {
      const changed = { ...experiment, model: remodelled(model, { activation, init }) }
      const options = inputs ? { model: changed.model, inputs } : { ...changed, examples: 64 }
      // Scaling by data takes a pass for every layer: one draw of it has to do.
      const drawn = init.kind === 'lsuv' ? seeds.slice(0, 1) : seeds
      const unevenness = await unevennessOf({ ...options, seeds: drawn } as SeededOptions)
      return { prescription, unevenness: Math.max(unevenness, init.kind === 'lsuv' ? madeEven : 0) }
    }),
  )
  return measured
    .filter(({ unevenness }) => Number.isFinite(unevenness))
    .sort((a, b) => stepOf(a.unevenness) - stepOf(b.unevenness))
    .slice(0, most)
    .map(({ prescription }) => prescription)
}

/**
 * Weights that were scaled by a batch are even on it by design, which says little: with twelve layers and a
 * rate of .1 they left the finite numbers with one seed of three, where those by He learnt with all.
 */
const madeEven = 2

/** Half powers of ten: less is the luck of a draw. */
const stepOf = (unevenness: number): number => Math.round(2 * unevenness)

type SeededOptions = Parameters<typeof signalsOfSeeds>[0]

async function unevennessOf(options: SeededOptions): Promise<number> {
  try {
    const reports = await signalsOfSeeds({ ...options, detail: 'thrifty' })
    return reports.reduce((sum, report) => sum + spreadIn(report), 0) / reports.length
  } catch {
    // Such as an initialiser that has no place here.
    return Number.POSITIVE_INFINITY
  }
}

/**
 * How uneven signals are: the powers of ten between the greatest and the least gradient, and between the
 * greatest and the least standard deviation of outputs, over the layers with weights.
 */
function spreadIn({ layers }: SignalReport): number {
  const weighted = layers.filter(({ parameters }) => 'weight' in parameters)
  const powers = (values: readonly number[]) =>
    values.length < 2 ? 0 : Math.log10(Math.max(...values) / Math.min(...values))
  return (
    powers(weighted.map(({ gradient }) => gradient?.rms ?? 1)) +
    powers(weighted.slice(0, -1).map(({ output }) => output.std))
  )
}

/** Activations that act on each number alone. */
const isElementwise = (kind: unknown): boolean =>
  typeof kind === 'string' && Object.hasOwn(activationRows, kind) && !/softmax/i.test(kind)

/** Whether a model would have another activation anywhere. */
const isChange = (model: LayerConfig, activation: LayerConfig): boolean => {
  const changed = remodelled(model, { activation, init: undefined })
  return JSON.stringify(changed) !== JSON.stringify(model)
}

/** A model with another activation between its layers and other initial weights, as `--set` makes it. */
function remodelled(
  model: LayerConfig,
  { activation, init }: { activation: LayerConfig | undefined; init: InitConfig | undefined },
): LayerConfig {
  const visit = (part: unknown, isLast: boolean): unknown => {
    if (typeof part !== 'object' || part === null) return part
    if (Array.isArray(part))
      return part.map((inner, i) => visit(inner, isLast && i === part.length - 1))
    const { kind } = part as { readonly kind?: unknown }
    if (activation && !isLast && isElementwise(kind)) return activation
    return Object.fromEntries(
      Object.entries(part).map(([name, value]) =>
        name === 'weightInit' && init
          ? [name, init]
          : [name, visit(value, isLast && kind === 'sequential')],
      ),
    )
  }
  return visit(model, true) as LayerConfig
}

/**
 * The biases of the layer that an activation takes from, at 0: where they start far from it they hold its
 * units off, whatever the weights.
 */
export function withoutBiases(patient: Patient, path: string): Prescription[] {
  const before = sourceBefore(patient, patient.applied.layers.get(path)?.inputs[0])
  const { biasInit } = (before?.config ?? {}) as { readonly biasInit?: InitConfig }
  const setting = before && settingOf(patient, before.path, 'biasInit')
  if (!setting || !biasInit || biasInit.kind === 'zeros') return []
  return [
    {
      text: { en: 'Biases that start at 0.', ko: '편향을 0에서 시작하세요.' },
      settings: [`${setting}=zeros`],
    },
  ]
}
