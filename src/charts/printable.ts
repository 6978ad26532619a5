import type { Chart } from './chart.ts'
import { printable } from './text.ts'

/** A chart whose texts have no characters that would move the cursor, or that XML cannot hold. */
export function printableChart(chart: Chart): Chart {
  const title = printable(chart.title)
  switch (chart.kind) {
    case 'lines':
      return {
        ...chart,
        title,
        x: labelled(chart.x),
        y: labelled(chart.y),
        series: chart.series.map(named),
      }
    case 'bars':
      return {
        ...chart,
        title,
        value: labelled(chart.value),
        bars: chart.bars.map(named),
        ...(chart.referenceLabel ? { referenceLabel: printable(chart.referenceLabel) } : {}),
      }
    case 'histograms':
      return { ...chart, title, x: labelled(chart.x), panels: chart.panels.map(named) }
    case 'images':
      return {
        ...chart,
        title,
        images: chart.images.map(image =>
          image.caption ? { ...image, caption: printable(image.caption) } : image,
        ),
      }
  }
}

const named = <T extends { readonly name: string }>(item: T): T => ({
  ...item,
  name: printable(item.name),
})

const labelled = <T extends { readonly label: string }>(item: T): T => ({
  ...item,
  label: printable(item.label),
})
