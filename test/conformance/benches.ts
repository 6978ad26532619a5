import { chooseEngine, referenceEngine } from '../../src/engine/index.ts'
import type { Bench } from './runner.ts'

/** Float64 on the reference engine, and float32 on the fastest engine that works here. */
export async function chooseBenches(): Promise<readonly Bench[]> {
  return [
    { engine: referenceEngine(), dtype: 'float64' },
    { engine: await chooseEngine('auto', { threads: 1 }), dtype: 'float32' },
  ]
}
