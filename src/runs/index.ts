export { averagePrefix, bestPrefix, modelTensors, slotName } from './checkpoint-names.ts'
export type {
  Checkpoint,
  EpochRecord,
  Progress,
  Recorder,
  RecoveryRecord,
  RunDescription,
  RunResult,
  Scores,
  StepRecord,
} from './recorder.ts'
