export { averagePrefix, bestPrefix, modelTensors, slotName } from './checkpoint-names.ts'
export type { HistogramPoint, RunRecord, ScalarPoint, StoredDivergence } from './record.ts'
export type {
  BinCounts,
  Checkpoint,
  EpochRecord,
  LayerNode,
  PretrainingRecord,
  Progress,
  Recorder,
  RecoveryRecord,
  RunDescription,
  RunResult,
  Scores,
  SignalRecord,
  StepRecord,
} from './recorder.ts'
