export type {
  Checkpoint,
  EpochRecord,
  Progress,
  Recorder,
  RunDescription,
  RunResult,
  Scores,
  StepRecord,
} from './recorder.ts'
