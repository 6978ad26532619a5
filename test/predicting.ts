import { basename } from 'node:path'
import { predictCommand } from '../src/cli/commands/predict.ts'
import type { OptionValues } from '../src/cli/options.ts'
import type { Output } from '../src/cli/output.ts'
import { type DataSource, rowsOf } from '../src/data/index.ts'
import { jsEngine } from '../src/engine/index.ts'
import { adam } from '../src/optim/index.ts'
import { runDirectory } from '../src/runs/node/index.ts'
import { type Experiment, fit } from '../src/train/index.ts'

/** What the command prints, and its JSON. */
export async function predict(operands: readonly string[], values: OptionValues) {
  const printed: string[] = []
  const results: unknown[] = []
  const output = {
    print: (line: string) => printed.push(line),
    json: (value: unknown) => results.push(value),
    update() {},
  }
  await predictCommand.run({ operands, values, output: output as unknown as Output })
  return { lines: printed, json: results[0] as { rows: Row[]; step: number; skipped?: string[] } }
}

/** What JSON tells of a row. */
export interface Row {
  readonly input: string
  readonly change?: string
  readonly top?: readonly { readonly class: string; readonly probability: number }[]
  readonly values?: Readonly<Record<string, number>>
}

/** Trains for a moment and leaves a run directory. */
export const trained = async (
  path: string,
  data: DataSource,
  experiment: Partial<Experiment> & Pick<Experiment, 'model' | 'loss'>,
) =>
  fit({
    optimizer: adam({ learningRate: 0.05 }),
    epochs: 8,
    batchSize: Math.min(8, rowsOf(data.train)),
    engine: jsEngine(),
    ...experiment,
    name: basename(path),
    data,
    recorders: [runDirectory(path)],
  })

/** A table of flowers: roses are red, and dearer. */
export const flowerTable = [
  'id,width,colour,kind,price',
  ...Array.from({ length: 40 }, (_, i) => {
    const width = (i % 20) / 10
    const colour = i % 2 ? 'red' : 'blue'
    const kind = i % 2 ? 'rose' : 'iris'
    return `${i},${width},${colour},${kind},${1000 + 100 * width + (i % 2 ? 50 : 0)}`
  }),
].join('\n')
