import type { LineChart, Series } from '../charts/index.ts'
import type { EpochRecord } from '../runs/index.ts'
import { estimate } from '../stats/index.ts'
import type { Comparison } from './comparison.ts'
import { figureOf } from './criterion.ts'

/**
 * The curves of a comparison: of every variant the mean figure of each epoch over its seeds, with one
 * standard deviation on either side. Of the validation split; where runs are not scored by it, of training.
 */
export function curvesOf({ criterion, variants }: Comparison): LineChart {
  const hasValidation = variants.some(({ runs }) =>
    runs.some(({ history }) => history.some(({ validation }) => validation)),
  )
  const split = hasValidation ? 'validation' : 'train'
  const figure = (record: EpochRecord | undefined) => {
    const scores = record?.[split]
    return scores && figureOf(criterion, scores)
  }
  const series = variants.flatMap(({ name, runs }): Series[] => {
    const epochs = Math.max(0, ...runs.map(({ history }) => history.length))
    const rows = Array.from({ length: epochs }, (_, i) => {
      const figures = runs.flatMap(({ history }) => figure(history[i]) ?? [])
      return figures.length > 0 ? [{ epoch: i + 1, ...estimate(figures) }] : []
    }).flat()
    if (rows.length === 0) return []
    return [
      {
        name,
        points: rows.map(({ epoch, mean }) => [epoch, mean] as const),
        band: rows.map(({ mean, sd = 0 }) => [mean - sd, mean + sd] as const),
      },
    ]
  })
  return {
    kind: 'lines',
    title: `${split} ${criterion.name}, mean over seeds ± one standard deviation`,
    x: { label: 'epoch' },
    y: { label: `${split} ${criterion.name}` },
    series,
  }
}
