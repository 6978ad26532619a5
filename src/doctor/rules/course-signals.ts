import { groupOf } from '../../optim/index.ts'
import {
  type Course,
  curvesUnder,
  cutOffSince,
  deadLayers,
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
import type { Found, Look, Rule } from '../rule.ts'

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
async function againstLoss(course: Course, step: number): Promise<readonly Prescription[]> {
  const steadier = await course.remedies()
  const lower = ratesTimes(course, [0.1])
  return step <= 1 ? [...steadier, ...lower] : [...lower, ...steadier]
}

const isLastLayer = ({ applied }: Course, path: string): boolean =>
  applied.layers.get(path)?.output === applied.output

/** What the signals of layers tell of a training. */
export const courseSignalRules: readonly Rule<Course>[] = [
  {
    name: 'vanishing-gradient',
    doc: 'gradients are multiplied layer by layer; factors below 1 leave the first layers nothing',
    async look(course): Promise<Look> {
      const backward = backwardOf(course)
      if (typeof backward === 'string') return backward
      const step = sinceWhen(backward.ratios, ratio => ratio < limits.vanishing.value)
      if (step === undefined || goesWell(course)) return []
      // A layer of dead units hands nothing back either; that is another illness.
      if ((cutOffSince(course) ?? Number.POSITIVE_INFINITY) <= step) return []
      const ratio = middle(backward.ratios.filter(point => point.step >= step))
      return [
        vanishingGradient(
          { last: backward.last, ratio },
          {
            layer: backward.first,
            step,
            prescriptions: await course.remedies(),
            chart: gradientChart(backward),
          },
        ),
      ]
    },
  },
  {
    name: 'exploding-gradient',
    doc: 'factors above 1 make the first layers jump while the last ones crawl',
    async look(course): Promise<Look> {
      const backward = backwardOf(course)
      if (typeof backward === 'string') return backward
      const step = sinceWhen(backward.ratios, ratio => ratio > limits.exploding.value)
      if (step === undefined || goesWell(course)) return []
      const ratio = middle(backward.ratios.filter(point => point.step >= step))
      return [
        explodingGradient(
          { last: backward.last, ratio },
          {
            layer: backward.first,
            step,
            prescriptions: await course.remedies(),
            chart: gradientChart(backward),
          },
        ),
      ]
    },
  },
  {
    name: 'silent-units',
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
            prescriptions: await againstLoss(course, step),
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
            prescriptions: await againstLoss(course, step),
            chart: stepChart('Share of outputs at the ends of the range', 'share', {
              [path]: points,
            }),
          }),
        ),
      )
    },
  },
  {
    name: 'stalled-parameters',
    doc: 'a change below half a unit in the last place of a float32 changes nothing',
    isSymptom: true,
    look(course) {
      const ratios = curvesUnder(course, 'update_ratio')
      if (ratios.size === 0) return lacksProbes(course) ?? 'no update was recorded'
      const isStill = (ratio: number) => ratio < limits.stalled.value
      const moves = [...ratios].filter(([, points]) => sinceWhen(points, isStill) === undefined)
      if (cutOffSince(course) !== undefined) return []
      return [...ratios].flatMap(([name, points]): Found[] => {
        const step = sinceWhen(points, isStill)
        if (step === undefined || isFrozen(course, name)) return []
        const path = name.split('.').slice(0, -1).join('.')
        return [
          {
            severity: moves.length === 0 ? 'error' : 'warning',
            layer: path,
            step,
            title: { en: `${name} stands still`, ko: `${name}이 움직이지 않습니다` },
            meaning: {
              en: 'Its changes are lost in rounding, or there are none: no gradient reaches it, or the rate is too small for float32. What it holds now is what it will hold.',
              ko: '변화가 반올림에 묻히거나 아예 없습니다. 기울기가 닿지 않거나 학습률이 float32에 비해 너무 작습니다. 지금 값이 끝까지 그대로 남습니다.',
            },
            evidence: [
              {
                name: { en: 'rms change over rms value', ko: 'rms 변화 / rms 값' },
                value: middle(points.filter(point => point.step >= step)),
                limit: limits.stalled.value,
                beyond: 'below',
              },
            ],
            prescriptions:
              moves.length === 0
                ? ratesTimes(course, [factorTo(middle(points), 'up')])
                : [
                    {
                      text: {
                        en: 'Look whether the loss depends on the layer at all.',
                        ko: '손실이 이 층에 의존하는지 살펴보세요.',
                      },
                      settings: [],
                    },
                  ],
            chart: stepChart('Update to weight', 'ratio', Object.fromEntries(ratios), 'log'),
            source: limits.stalled.source,
          },
        ]
      })
    },
  },
]

/** Whether a parameter is held on purpose: by a group of the optimiser with a rate of 0. */
function isFrozen({ experiment }: Course, name: string): boolean {
  const { optimizer } = experiment
  const group = groupOf(optimizer, name)
  return group !== '' && optimizer.groups?.[Number(/\d+$/.exec(group)?.[0])]?.rateFactor === 0
}
