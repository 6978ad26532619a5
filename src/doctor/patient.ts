import type { DataSource, SplitSummary } from '../data/index.ts'
import type { AppliedModel, LayerConfig, SequentialConfig } from '../nn/index.ts'
import type { SignalReport } from '../probes/index.ts'
import type { Experiment } from '../train/index.ts'
import type { Prescription } from './diagnosis.ts'
import type { Kinship } from './neighbours.ts'
import type { RecurrentLayer } from './recurrent.ts'
import type { Trials } from './trials.ts'

/** An experiment before it is trained, and all that the rules go by. */
export interface Patient {
  readonly experiment: Experiment
  readonly applied: AppliedModel
  /** Of the whole of each split. */
  readonly data: Readonly<Partial<Record<keyof DataSource, SplitSummary>>>
  /** K, where the targets are class indices. */
  readonly classes: number | undefined
  /** What a batch does on its way through the fresh net; absent where that cannot be computed. */
  readonly signals: SignalReport | undefined
  /** What may steady its signals, the most even first; measured once, when first asked for. */
  readonly remedies: () => Promise<readonly Prescription[]>
  /** What fresh recurrent layers do between the steps of a sequence; measured once, when first asked for. */
  readonly recurrent: () => readonly RecurrentLayer[]
  /** What short trainings tell; absent where they are left out. */
  readonly trials?: Trials
  /** Whether rows that are alike have like targets; absent where that is left out. */
  readonly kinship?: () => Promise<Kinship | undefined>
}

/** The layers of a plain stack, whose settings have paths; undefined of other models. */
export function stackOf(model: LayerConfig): readonly LayerConfig[] | undefined {
  return model.kind === 'sequential' ? (model as SequentialConfig).layers : undefined
}

/** The setting of a layer in a plain stack, such as `model.layers.2.weightInit`. */
export function settingOf({ experiment }: Patient, path: string, name: string): string | undefined {
  const layers = stackOf(experiment.model)
  const layer = /^\d+$/.test(path) ? layers?.[Number(path)] : undefined
  return layer ? `model.layers.${path}.${name}` : undefined
}

/** The stack of a model without one of its layers, as a setting. */
export function without({ experiment }: Patient, path: string): string[] {
  const layers = /^\d+$/.test(path) ? stackOf(experiment.model) : undefined
  if (!layers) return []
  return [`model.layers=${JSON.stringify(layers.toSpliced(Number(path), 1))}`]
}

/** The paths of layers with weights, in the order that they are applied in. */
export function weightedPaths({ signals }: Patient): string[] {
  return (signals?.layers ?? [])
    .filter(({ parameters }) => 'weight' in parameters)
    .map(({ path }) => path)
}
