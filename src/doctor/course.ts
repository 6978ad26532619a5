import { sizeOf } from '../base/index.ts'
import type { Chart, Series } from '../charts/index.ts'
import { mainLoss } from '../nn/index.ts'
import type { RunRecord, ScalarPoint } from '../runs/index.ts'
import { limits } from './limits.ts'
import type { Patient } from './patient.ts'

/** A run as the rules read it: an experiment, and what was written while it trained. */
export interface Course extends Patient {
  readonly record: RunRecord
}

/** Numbers by step. */
export type Points = readonly ScalarPoint[]

/** What a run says under a tag; nothing where it says nothing. */
export function curveOf({ record }: Course, tag: string): Points {
  return record.scalars[tag] ?? []
}

/** The steps before which signals of layers were measured. */
export function probedSteps({ record }: Course): number[] {
  const tags = Object.keys(record.scalars).filter(tag => /^(output_std|gradient_rms)\//.test(tag))
  const steps = tags.flatMap(tag => record.scalars[tag]!.map(({ step }) => step))
  return [...new Set(steps)].sort((a, b) => a - b)
}

/** Why a rule that goes by signals cannot look; undefined where it can. */
export function lacksProbes(course: Course): string | undefined {
  return probedSteps(course).length === 0 ? 'no signals of layers were recorded' : undefined
}

/** The curves of a figure by what they are of, in the order of the layers: `0`, `0.weight`. */
export function curvesUnder(course: Course, figure: string): Map<string, Points> {
  const order = ['model', ...course.applied.layers.keys()]
  const place = (path: string) =>
    order.findLastIndex(layer => path === layer || path.startsWith(`${layer}.`))
  const found = Object.entries(course.record.scalars)
    .filter(([tag]) => tag.startsWith(`${figure}/`))
    .map(([tag, points]): [string, Points] => [tag.slice(figure.length + 1), points])
  return new Map(found.sort(([a], [b]) => place(a) - place(b)))
}

/** The paths of layers with a weight matrix, in the order that they are applied in. */
export function matrixPaths({ applied }: Patient): string[] {
  const owners = [...applied.params]
    .filter(([name, { value }]) => /weight/.test(name) && value.shape.length >= 2)
    .map(([name]) => name.split('.').slice(0, -1).join('.'))
  return [...new Set(owners)]
}

/** Measurements that a state has to last for before it is more than a moment. */
const leastLasting = 3

/**
 * The step from which on numbers are bad: the last is, and four in five since then; undefined where it
 * is not so, or only of the last two of many.
 */
export function sinceWhen(points: Points, isBad: (value: number) => boolean): number | undefined {
  const last = points.at(-1)
  if (!last || !isBad(last.value)) return undefined
  const start = points.findIndex(({ value }, i) => {
    const rest = points.slice(i)
    const bad = rest.filter(one => isBad(one.value)).length
    return isBad(value) && bad >= 0.8 * rest.length
  })
  if (start > 0 && points.length - start < leastLasting) return undefined
  return points[start]!.step
}

/** Where the loss of training began and where it has come to. */
export interface Learning {
  /** Of answering alike whatever comes in, where that is known; else the loss of the first steps. */
  readonly chance: number
  /** Of the first steps. */
  readonly start: number
  /** The median of the last tenth of the steps, five at least. */
  readonly end: number
  /** The share of the loss of chance that is gone: 0 when nothing was learnt, 1 when all was. */
  readonly progress: number
  /** Training accuracy over the last tenth, where anything is classified. */
  readonly accuracy?: number
  /** Whether there is little left to complain of. */
  readonly hasLearnt: boolean
}

/** The loss of knowing nothing: ln K of shares of K classes, ln 2 of two. */
export function chanceOf({ experiment, classes }: Patient): number | undefined {
  const { kind } = mainLoss(experiment.loss)
  if (kind === 'crossEntropy' && classes !== undefined) return Math.log(classes)
  return kind === 'binaryCrossEntropy' ? Math.LN2 : undefined
}

/** How far training has come; undefined before it has made ten steps. */
export function learningOf(course: Course): Learning | undefined {
  const losses = curveOf(course, 'train/loss').filter(({ value }) => Number.isFinite(value))
  if (losses.length < 10) return undefined
  const start = startOf(losses, course.experiment.batchSize)
  const chance = chanceOf(course) ?? start
  const tail = <T>(points: readonly T[]) => points.slice(-Math.max(5, points.length / 10))
  const end = middle(tail(losses))
  const accuracies = tail(curveOf(course, 'train/accuracy'))
  const accuracy = accuracies.length > 0 ? mean(accuracies) : undefined
  const luck = 1 / (course.classes ?? 2)
  const progress = 1 - end / chance
  const isRight = accuracy !== undefined && (accuracy - luck) / (1 - luck) > 0.8
  return {
    chance,
    start,
    end,
    progress,
    ...(accuracy === undefined ? {} : { accuracy }),
    hasLearnt: progress > 0.5 || isRight,
  }
}

/** Rows of a batch whose loss stands for the others. */
const rowsThatTell = 8

/** The loss of the first fiftieth of the steps; that of the first one where it was thrown up there. */
function startOf(losses: Points, batchSize: number): number {
  const early = middle(losses.slice(0, Math.max(1, Math.floor(losses.length / 50))))
  return batchSize < rowsThatTell ? early : Math.min(losses[0]!.value, early)
}

/** Whether training is known to go well. */
export const goesWell = (course: Course): boolean => learningOf(course)?.hasLearnt === true

/** Layers with units that are 0 for every example, at the end of the recording, and since when. */
export function deadLayers(course: Course): { path: string; points: Points; step: number }[] {
  return [...curvesUnder(course, 'silent')]
    .flatMap(([path, points]) => {
      const step = sinceWhen(points, share => share > limits.silent.value)
      return step === undefined ? [] : [{ path, points, step }]
    })
    .sort((a, b) => b.points.at(-1)!.value - a.points.at(-1)!.value)
}

/** The first step from which on a layer hands on nothing but zeros. */
export function cutOffSince(course: Course): number | undefined {
  const steps = [...curvesUnder(course, 'silent').values()].flatMap(
    points => sinceWhen(points, share => share === 1) ?? [],
  )
  return steps.length > 0 ? Math.min(...steps) : undefined
}

/** The median of the values; NaN of none. */
export function middle(points: Points): number {
  const values = points.map(({ value }) => value).sort((a, b) => a - b)
  const half = values.length >> 1
  return values.length % 2 ? values[half]! : (values[half - 1]! + values[half]!) / 2
}

/** The mean of the values; NaN of none. */
export function mean(points: Points): number {
  return points.reduce((sum, { value }) => sum + value, 0) / points.length
}

/** The median over a run of rms change over rms weight, while there was one: of the weight that moves most. */
export function updateOf(course: Course): number | undefined {
  const ratios = [...curvesUnder(course, 'update_ratio')]
    .filter(([name]) => /weight/.test(name))
    .map(([, points]) => middle(points.filter(({ value }) => value > 0 && value < Infinity)))
    .filter(ratio => !Number.isNaN(ratio))
  return ratios.length > 0 ? Math.max(...ratios) : undefined
}

/** A share of the usual rms weight, 1 / sqrt(fan in), that a smaller weight counts as. */
const leastScale = 0.3

/**
 * The rms change of each weight in a step over its rms value; over what is usual where it is smaller, since
 * next to nothing is soon doubled, and a net does not notice.
 */
function overshoots(course: Course): Points[] {
  const norms = curvesUnder(course, 'parameter_norm')
  return [...curvesUnder(course, 'update_ratio')]
    .filter(([name]) => /weight/.test(name))
    .map(([name, ratios]) => {
      const shape = course.applied.params.get(name)?.value.shape ?? []
      const fanIn = sizeOf(shape.slice(1))
      const usual = leastScale * Math.sqrt(sizeOf(shape) / fanIn)
      return zipped(
        ratios,
        norms.get(name) ?? [],
        (ratio, norm) => ratio * Math.min(1, norm / usual),
      )
    })
    .map(points => points.filter(({ value }) => value > 0 && value < Infinity))
    .filter(points => points.length > 0)
}

/** The median of it over a run, of the weight that moves most. */
export function overshootOf(course: Course): number | undefined {
  const medians = overshoots(course).map(middle)
  return medians.length > 0 ? Math.max(...medians) : undefined
}

/** The greatest of it in the first step that was measured, before weights were thrown off. */
export function firstUpdateOf(course: Course): number | undefined {
  const first = overshoots(course).map(([point]) => point!.value)
  return first.length > 0 ? Math.max(...first) : undefined
}

/** The rate of the median step over the optimiser's; 1 where none was written. */
export function heldRateOf(course: Course): number {
  const rates = curveOf(course, 'learning_rate')
  return rates.length > 0 ? middle(rates) / course.experiment.optimizer.learningRate : 1
}

/**
 * How many times the limit of its clip the gradient is long in nine measured steps of ten: its norm, or the rms
 * of the parameter whose gradient is the largest where each number is held. Undefined without a clip, and where
 * gradients were not recorded.
 */
export function clippedOf(course: Course): number | undefined {
  const { clip } = course.experiment
  if (!clip) return undefined
  const isByNorm = clip.kind === 'clipByNorm'
  const figure = isByNorm ? 'parameter_gradient_norm' : 'parameter_gradient_rms'
  const squares = new Map<number, number>()
  for (const { step, value } of [...curvesUnder(course, figure).values()].flat()) {
    const before = squares.get(step) ?? 0
    squares.set(step, isByNorm ? before + value ** 2 : Math.max(before, value ** 2))
  }
  const sizes = [...squares.values()].map(Math.sqrt).sort((a, b) => a - b)
  const least = sizes[Math.floor(sizes.length / 10)]
  return least === undefined ? undefined : least / clip.limit
}

/** Values step by step, by two curves that share steps. */
export function zipped(a: Points, b: Points, f: (a: number, b: number) => number): ScalarPoint[] {
  const other = new Map(b.map(({ step, value }) => [step, value]))
  return a.flatMap(({ step, value }) =>
    other.has(step) ? [{ step, value: f(value, other.get(step)!) }] : [],
  )
}

/** Points that a curve of a chart has at most. */
const mostDrawn = 200

/** Curves by step as a picture; an axis in powers shows what is above 0. */
export function stepChart(
  title: string,
  label: string,
  curves: Readonly<Record<string, Points>>,
  scale: 'linear' | 'log' = 'linear',
): Chart {
  const series = Object.entries(curves).flatMap(([name, points]): Series[] => {
    const stride = Math.ceil(points.length / mostDrawn)
    const shown = points
      .filter((_, i) => i % stride === 0)
      .filter(({ value }) => Number.isFinite(value) && (scale === 'linear' || value > 0))
      .map(({ step, value }): [number, number] => [step, value])
    return shown.length > 0 ? [{ name, points: shown }] : []
  })
  return { kind: 'lines', title, x: { label: 'step' }, y: { label, scale }, series }
}
