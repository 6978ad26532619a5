import { mapNamed, type Named, type Tensor } from '../base/index.ts'
import { type Dataset, rowsAt, rowsOf } from '../data/index.ts'
import type { Engine, Executable, State } from '../engine/index.ts'
import type { Program } from '../ir/index.ts'
import { batchParts } from './batch-graph.ts'

/** Examples scored at once: large enough to be fast, small enough to fit. */
const scoringBatch = 1000

/** Runs a program of sums over the examples of a batch on whole data sets. */
export class BatchSums {
  readonly #engine: Engine
  readonly #programOf: (dataset: Dataset, batchSize: number) => Program
  readonly #compiled = new Map<string, Executable>()

  constructor(engine: Engine, programOf: (dataset: Dataset, batchSize: number) => Program) {
    this.#engine = engine
    this.#programOf = programOf
  }

  /** Tells the sums of every batch of a data set. `state` holds the parameters. */
  async each(dataset: Dataset, state: State, visit: (sums: Named<Tensor>) => void): Promise<void> {
    const examples = rowsOf(dataset)
    for (let start = 0; start < examples; start += scoringBatch) {
      const count = Math.min(scoringBatch, examples - start)
      const executable = await this.#executable(dataset, count)
      visit(await executable.run(batchAt(dataset, start, count), state))
    }
  }

  /** Gives the compiled programs back. */
  async release(): Promise<void> {
    for (const executable of this.#compiled.values()) await executable.release()
    this.#compiled.clear()
  }

  async #executable(dataset: Dataset, count: number): Promise<Executable> {
    const key = `${count} ${dataset.inputs.dtype} ${dataset.targets.dtype}`
    const known = this.#compiled.get(key)
    if (known) return known
    const made = await this.#engine.compile(this.#programOf(dataset, count))
    this.#compiled.set(key, made)
    return made
  }
}

/** Rows that lie together, as views where they are in memory. */
function batchAt(dataset: Dataset, start: number, count: number): Named<Tensor> {
  return mapNamed(batchParts(dataset), rows => rowsAt(rows, start, count))
}
