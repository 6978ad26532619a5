export type { Answers, MetricRow } from './metric.ts'
export {
  fittingMetrics,
  type MetricConfig,
  type MetricConfigs,
  type MetricKind,
  MetricTotals,
  metricName,
  metricRowOf,
  metricSums,
  metrics,
  metricTable,
} from './metrics.ts'
