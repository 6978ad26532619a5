import type { Recorder } from '../runs/index.ts'

/** Tells every recorder, one after the other. */
export async function tell(
  recorders: readonly Recorder[],
  say: (recorder: Recorder) => void | Promise<void>,
): Promise<void> {
  for (const recorder of recorders) await say(recorder)
}
