import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Checkup, diagnose, type Experiment, fit, jsEngine, RunError } from 'justright'
import { readRecord, runDirectory } from 'justright/node'

/** Trains in a directory of its own, whatever becomes of it, and looks the run over. */
export async function diagnosed(experiment: Experiment): Promise<Checkup> {
  const path = await mkdtemp(join(tmpdir(), 'justright-patient-'))
  try {
    await fit({ ...experiment, engine: jsEngine(), recorders: [runDirectory(path)] })
  } catch (error) {
    // A training that fails is an outcome; one that cannot begin is a mistake of the test.
    if (!(error instanceof RunError)) throw error
  }
  try {
    return await diagnose(await readRecord(path))
  } finally {
    await rm(path, { recursive: true })
  }
}
