import {
  type Course,
  curvesUnder,
  cutOffSince,
  deadLayers,
  firstUpdateOf,
  goesWell,
  lacksProbes,
  matrixPaths,
  middle,
  type Points,
  sinceWhen,
  stepChart,
  zipped,
} from '../course.ts'
import type { Prescription } from '../diagnosis.ts'
import { explodingGradient, saturated, silentUnits, vanishingGradient } from '../illnesses.ts'
import { limits } from '../limits.ts'
import { factorTo, ratesTimes } from '../rate.ts'
import { withoutBiases } from '../remedies.ts'
import type { Look, Rule } from '../rule.ts'

interface Backward {
  readonly first: string
  readonly last: string
  /** rms of dL/dy, first layer with weights over last, by step. */
  readonly ratios: Points
  readonly gradients: ReadonlyMap<string, Points>
}

/** How gradients are handed back from the last layer with weights to the first; a reason where unknown. */
function backwardOf(course: Course): Backward | string {
  const gradients = curvesUnder(course, 'gradient_rms')
  const paths = matrixPaths(course).filter(path => gradients.has(path || 'model'))
  const [first, last] = [paths[0], paths.at(-1)]
  if (first === undefined || last === undefined || first === last)
    return lacksProbes(course) ?? 'fewer than two layers have weights'
  const ratios = zipped(gradients.get(first)!, gradients.get(last)!, (a, b) => a / b).filter(
    // Where a layer hands back nothing at all there is no ratio.
    ({ value }) => Number.isFinite(value),
  )
  return {
    first,
    last,
    ratios,
    gradients: new Map(paths.map(path => [path, gradients.get(path)!])),
  }
}

const gradientChart = ({ gradients }: Backward) =>
  stepChart('Gradients by layer (rms dL/dy)', 'rms', Object.fromEntries(gradients), 'log')

/** Layers that are told of one by one. */
const mostLayers = 3

/** Lower rates first where it came with training, steadier weights first where it was there before. */
async function againstLoss(
  course: Course,
  path: string,
  step: number,
): Promise<readonly Prescription[]> {
  const steadier = await course.remedies()
  const update = firstUpdateOf(course)
  const isFast = update !== undefined && update > limits.updateHigh.value
  const lower = ratesTimes(course, [isFast ? factorTo(update, 'down') : 0.1])
  return step <= 1
    ? [...withoutBiases(course, path), ...steadier, ...lower]
    : [...lower, ...steadier]
}

const isLastLayer = ({ applied }: Course, path: string): boolean =>
  applied.layers.get(path)?.output === applied.output

/** An illness of gradients from layer to layer that has lasted, and is not another one's doing. */
async function gradientsOf(
  course: Course,
  isIll: (ratio: number) => boolean,
  isOther: (since: number) => boolean,
  illness: typeof vanishingGradient,
): Promise<Look> {
  const backward = backwardOf(course)
  if (typeof backward === 'string') return backward
  const step = sinceWhen(backward.ratios, isIll)
  if (step === undefined || goesWell(course) || isOther(step)) return []
  const ratio = middle(backward.ratios.filter(point => point.step >= step))
  return [
    illness(
      { last: backward.last, ratio },
      {
        layer: backward.first,
        step,
        prescriptions: await course.remedies(),
        chart: gradientChart(backward),
      },
    ),
  ]
}

/** What the signals of layers tell of a training. */
export const courseSignalRules: readonly Rule<Course>[] = [
  {
    name: 'vanishing-gradient',
    explainedBy: ['learning-rate-too-high', 'decay-too-strong', 'not-finite'],
    doc: 'gradients are multiplied layer by layer; factors below 1 leave the first layers nothing',
    look: course =>
      gradientsOf(
        course,
        ratio => ratio < limits.vanishing.value,
        // A layer of dead units hands nothing back either; that is another illness.
        step => (cutOffSince(course) ?? Number.POSITIVE_INFINITY) <= step,
        vanishingGradient,
      ),
  },
  {
    name: 'exploding-gradient',
    explainedBy: ['learning-rate-too-high', 'decay-too-strong', 'not-finite'],
    doc: 'factors above 1 make the first layers jump while the last ones crawl',
    look: course =>
      gradientsOf(
        course,
        ratio => ratio > limits.exploding.value,
        () => false,
        explodingGradient,
      ),
  },
  {
    name: 'silent-units',
    explainedBy: ['decay-too-strong'],
    doc: 'a unit that is 0 for every example gets no gradient and stays so',
    async look(course): Promise<Look> {
      const lacking = lacksProbes(course)
      if (lacking) return lacking
      const dead = deadLayers(course).filter(({ points }) => {
        // Some nets do with few units; a layer with none left is ill in any case.
        return !goesWell(course) || points.at(-1)!.value === 1
      })
      return Promise.all(
        dead.slice(0, mostLayers).map(async ({ path, points, step }) =>
          silentUnits(points.at(-1)!.value, {
            layer: path,
            step,
            prescriptions: await againstLoss(course, path, step),
            chart: stepChart('Share of units that are 0 for every example', 'share', {
              [path]: points,
            }),
          }),
        ),
      )
    },
  },
  {
    name: 'saturated',
    explainedBy: ['learning-rate-too-high', 'not-finite'],
    doc: 'at the ends of a bounded activation its derivative is near 0',
    async look(course): Promise<Look> {
      const lacking = lacksProbes(course)
      if (lacking) return lacking
      if (goesWell(course)) return []
      const found = [...curvesUnder(course, 'saturated')].flatMap(([path, points]) => {
        const step = sinceWhen(points, share => share > limits.saturated.value)
        return step === undefined || isLastLayer(course, path) ? [] : [{ path, points, step }]
      })
      return Promise.all(
        found.map(async ({ path, points, step }) =>
          saturated(course.applied.layers.get(path)!.config.kind, points.at(-1)!.value, {
            layer: path,
            step,
            prescriptions: await againstLoss(course, path, step),
            chart: stepChart('Share of outputs at the ends of the range', 'share', {
              [path]: points,
            }),
          }),
        ),
      )
    },
  },
]
