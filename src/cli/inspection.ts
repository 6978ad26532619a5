import { ConfigError, type Named, type Tensor, unknownName } from '../base/index.ts'
import {
  type BinCounts,
  type HistogramPoint,
  type LayerNode,
  modelTensors,
  type ScalarPoint,
} from '../runs/index.ts'
import { readRecord, readRun, type StoredRun } from '../runs/node/index.ts'
import { layerGraph, storedExperiment } from '../train/index.ts'
import { holdsOrder } from './order.ts'

/** What is known of a layer at a step. */
export interface LayerInsight extends LayerNode {
  /** By the names of docs/signals.md, such as `output_std`. */
  readonly figures: Named<number>
  /** `output` and `gradient`. */
  readonly histograms: Named<BinCounts>
  /** By name within the layer, such as `weight`. */
  readonly parametersByName: Named<ParameterInsight>
}

/** What is known of a parameter at a step: `norm`, `gradient_rms`, `update_ratio` and so on. */
export interface ParameterInsight {
  readonly figures: Named<number>
  /** `parameter` and `parameter_gradient`. */
  readonly histograms: Named<BinCounts>
}

/** A run seen from inside. */
export interface Inspection {
  readonly run: StoredRun
  /** The steps at which signals were recorded. */
  readonly steps: readonly number[]
  /** The one that is shown, or that of the checkpoint where there are no signals. */
  readonly step: number
  readonly layers: readonly LayerInsight[]
  readonly scalars: Named<readonly ScalarPoint[]>
  /** What is damaged, and what is used in its place. */
  readonly warnings: readonly string[]
}

/** The figures of layers that recorders are told, by the start of their tags. */
const layerFigures = [
  'output_mean',
  'output_std',
  'output_zeros',
  'saturated',
  'silent',
  'derivative_mean',
  'derivative_small',
  'running_mean_drift',
  'running_variance_drift',
  'gradient_rms',
]

/** The figures of parameters, by the start of their tags, and what they are called here. */
const parameterFigures: Named<string> = {
  parameter_norm: 'norm',
  parameter_gradient_norm: 'gradient_norm',
  parameter_gradient_rms: 'gradient_rms',
  update_ratio: 'update_ratio',
}

/** What shows that signals were recorded at a step. */
const mark = 'output_mean/'

/**
 * What a run directory tells of the inside of its net: the signals at a recorded step, by default the last,
 * or else the weights of its newest checkpoint.
 * Throws ConfigError when no run or several are named, or the step is not a recorded one, RunError when
 * there is no run.
 */
export async function readInspection(
  folder: string | undefined,
  asked: number | undefined,
): Promise<Inspection> {
  const hint = '"justright runs" lists them'
  if (folder === undefined || holdsOrder(folder))
    throw new ConfigError({
      who: 'inspect',
      expected: 'the directory of one run',
      received: folder === undefined ? 'none' : `"${folder}", which holds several`,
      hint,
    })
  const run = await readRun(folder)
  const { scalars, histograms, warnings } = await readRecord(folder)
  const marked = Object.entries(scalars).find(([tag]) => tag.startsWith(mark))
  const steps = marked?.[1].map(({ step }) => step) ?? []
  const step = stepOf(steps, asked) ?? run.checkpoint?.progress.step ?? 0
  const nodes = run.description.layers ?? layerGraph(storedExperiment(run.description))
  const layers = steps.length > 0 ? recorded(nodes, step, scalars, histograms) : stored(nodes, run)
  return { run, steps, step, layers, scalars, warnings }
}

/** The layer with a name. Throws ConfigError that lists the names when there is none. */
export function layerNamed({ layers }: Inspection, name: string): LayerInsight {
  const layer = layers.find(({ path }) => titleOf(path) === name)
  if (layer) return layer
  throw unknownName(
    '--layer',
    name,
    layers.map(({ path }) => titleOf(path)),
  )
}

/** A layer by name; that which is the whole model has no path. */
export const titleOf = (path: string): string => path || 'model'

function stepOf(steps: readonly number[], asked: number | undefined): number | undefined {
  if (asked === undefined) return steps.at(-1)
  if (steps.includes(asked)) return asked
  throw new ConfigError({
    who: '--step',
    expected: steps.length > 0 ? `a step with signals: ${listed(steps)}` : 'no step',
    received: String(asked),
    ...(steps.length === 0 && {
      hint: 'The run recorded no signals: train with --set inspect.every=100',
    }),
  })
}

/** Steps in a sentence: all, or the first and the last ones. */
export function listed(steps: readonly number[]): string {
  const shown = steps.length > 12 ? [...steps.slice(0, 6), '…', ...steps.slice(-3)] : steps
  return shown.join(', ')
}

/** What was recorded of every layer at a step. */
function recorded(
  nodes: readonly LayerNode[],
  step: number,
  scalars: Named<readonly ScalarPoint[]>,
  histograms: Named<readonly HistogramPoint[]>,
): LayerInsight[] {
  const at = <T>(points: readonly { readonly step: number; readonly value: T }[] | undefined) =>
    points?.find(point => point.step === step)?.value
  const found = <T>(names: Named<string>, read: (tag: string) => T | undefined): Named<T> =>
    Object.fromEntries(
      Object.entries(names).flatMap(([tag, name]) => {
        const value = read(tag)
        return value === undefined ? [] : [[name, value]]
      }),
    )
  const ownTags = (prefix: string, where: string, names: readonly string[]) =>
    Object.fromEntries(names.map(name => [`${prefix}${name}/${where}`, name]))
  const parameters = Object.keys(histograms).flatMap(tag =>
    tag.startsWith('parameter/') ? [tag.slice('parameter/'.length)] : [],
  )
  return nodes.map(node => {
    const where = titleOf(node.path)
    return {
      ...node,
      figures: found(ownTags('', where, layerFigures), tag => at(scalars[tag])),
      histograms: found(ownTags('', where, ['output', 'gradient']), tag => at(histograms[tag])),
      parametersByName: Object.fromEntries(
        parameters
          .filter(name => ownerOf(name, nodes) === node.path)
          .map(name => [
            shortName(name, node.path),
            {
              figures: found(
                Object.fromEntries(
                  Object.entries(parameterFigures).map(([tag, short]) => [`${tag}/${name}`, short]),
                ),
                tag => at(scalars[tag]),
              ),
              histograms: found(ownTags('', name, ['parameter', 'parameter_gradient']), tag =>
                at(histograms[tag]),
              ),
            },
          ]),
      ),
    }
  })
}

/** What the checkpoint tells of every layer: its weights. */
function stored(nodes: readonly LayerNode[], { checkpoint }: StoredRun): LayerInsight[] {
  const tensors = Object.entries(modelTensors(checkpoint?.tensors ?? {}))
  return nodes.map(node => ({
    ...node,
    figures: {},
    histograms: {},
    parametersByName: Object.fromEntries(
      tensors
        .filter(([name]) => ownerOf(name, nodes) === node.path)
        .map(([name, tensor]) => [shortName(name, node.path), ofTensor(tensor)]),
    ),
  }))
}

const bins = 40

/** The norm of a tensor, and its numbers in bins to 4 root mean squares on either side. */
function ofTensor({ data }: Tensor): ParameterInsight {
  let squares = 0
  for (const x of data) squares += x * x
  const rms = Math.sqrt(squares / data.length)
  const high = rms > 0 ? 4 * rms : 1
  const counts = new Array<number>(bins).fill(0)
  for (const x of data) {
    const bin = Math.floor(((x + high) / (2 * high)) * bins)
    counts[Math.min(bins - 1, Math.max(0, bin))]!++
  }
  return {
    figures: { norm: Math.sqrt(squares) },
    histograms: { parameter: { low: -high, high, counts } },
  }
}

/** The innermost layer that a parameter is of. */
function ownerOf(name: string, nodes: readonly LayerNode[]): string | undefined {
  const owners = nodes.filter(({ path }) => path === '' || name.startsWith(`${path}.`))
  return owners.sort((a, b) => b.path.length - a.path.length)[0]?.path
}

const shortName = (name: string, path: string): string =>
  path ? name.slice(path.length + 1) : name
