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
