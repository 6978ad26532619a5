import type { Chart } from './chart.ts'
import { valueText } from './scale.ts'

/** What a chart shows in one line, for readers that do not see it. */
export function described(chart: Chart): string {
  switch (chart.kind) {
    case 'lines': {
      const ends = chart.series.map(({ name, points }) => {
        const finite = points.filter(([, y]) => Number.isFinite(y))
        const [first, last] = [finite[0], finite.at(-1)]
        return first && last ? `${name}: ${place(first)} → ${place(last)}` : name
      })
      return `${chart.y.label} / ${chart.x.label}. ${ends.join('; ')}`
    }
    case 'bars':
      return `${chart.value.label}. ${chart.bars
        .map(({ name, value }) => `${name}: ${valueText(value, chart.format)}`)
        .join('; ')}`
    case 'histograms':
      return `${chart.x.label}. ${chart.panels.map(({ name }) => name).join('; ')}`
    case 'images':
      return chart.images.flatMap(({ caption }) => caption ?? []).join('; ')
  }
}

const place = ([x, y]: readonly [number, number]): string => `(${valueText(x)}, ${valueText(y)})`
