export type {
  Axis,
  Bar,
  BarChart,
  Chart,
  Histogram,
  HistogramChart,
  ImageChart,
  LineChart,
  Series,
} from './chart.ts'
export { type ChartSvgOptions, chartSvg } from './svg/chart-svg.ts'
export { type DrawChartOptions, drawChart } from './terminal/draw-chart.ts'
export { sparkline } from './terminal/sparkline.ts'
export { padText, textWidth, wrapText } from './text.ts'
