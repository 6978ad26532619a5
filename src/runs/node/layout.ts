/** The files of a run directory; the event files are named by the second in which they were begun. */
export const runFiles = {
  /** The run as data, written before the first step. */
  description: 'run.json',
  /** Holds the process that writes the run, while it does. */
  lock: 'run.lock',
  /** The newest checkpoint. */
  last: 'checkpoints/last.safetensors',
  /** The newest checkpoint but one. */
  previous: 'checkpoints/previous.safetensors',
  /** The checkpoint of the best epoch. */
  best: 'checkpoints/best.safetensors',
  /** The trained model for inference. */
  model: 'model.onnx',
  /** How the run ended. */
  result: 'result.json',
  /** Why the run failed. */
  failure: 'failure.json',
} as const

/** The folder of the checkpoints. */
export const checkpointFolder = 'checkpoints'

/** The name of an event file, with the second since 1970 in which it was begun. */
export const eventFilePattern = /^events\.out\.tfevents\.(\d+)\.justright$/

/** The name of the event file that is begun in a second since 1970. */
export function eventFileName(second: number): string {
  return `events.out.tfevents.${String(second).padStart(10, '0')}.justright`
}
