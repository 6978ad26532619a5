export { histogramFrom, type SignalCharts, signalCharts } from './charts.ts'
export { theoryFor } from './compare.ts'
export { type Packed, packed } from './pack.ts'
export { ownerOf, type ProbedStep, type ProbeOptions, probesOf } from './probe.ts'
export type {
  ActivationSignals,
  DerivativeSignals,
  Distribution,
  GradientSignals,
  LayerReport,
  LayerSignals,
  LayerTheory,
  OutputSignals,
  ParameterSignals,
  RunningSignals,
  SignalReport,
  Spread,
} from './signals.ts'
export { spreadOf } from './statistics.ts'
export { type StepTheory, signalTheory, type TheoryEnds, type TheoryStep } from './theory.ts'
export { theoryStepsOf } from './theory-steps.ts'
