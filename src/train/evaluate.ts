import { mapNamed, type Named, type Tensor, unprefixNamed } from '../base/index.ts'
import { type Dataset, rowsAt, rowsOf } from '../data/index.ts'
import type { Engine, Executable, State } from '../engine/index.ts'
import { MetricTotals } from '../inspect/index.ts'
import type { Scores } from '../runs/index.ts'
import { batchParts } from './batch-graph.ts'
import type { ScoredModel } from './experiment.ts'
import type { Layout } from './layout.ts'
import { metricPrefix, scoringProgram } from './scoring.ts'

/** Examples scored at once: large enough to be fast, small enough to fit. */
const scoringBatch = 1000

/** Scores whole data sets with the parameters of a state, exactly: sums, not means of means. */
export class Evaluator {
  readonly #experiment: ScoredModel
  readonly #layout: Layout
  readonly #engine: Engine
  readonly #prefix: string
  readonly #compiled = new Map<string, Executable>()

  /** `prefix` stands before the names of parameters and buffers in the states that are scored. */
  constructor(experiment: ScoredModel, layout: Layout, engine: Engine, prefix = '') {
    this.#experiment = experiment
    this.#layout = layout
    this.#engine = engine
    this.#prefix = prefix
  }

  /** The scores of a data set. `state` holds the parameters. */
  async score(dataset: Dataset, state: State): Promise<Scores> {
    const examples = rowsOf(dataset)
    let loss = 0
    let correct: number | undefined
    const { metrics = [] } = this.#experiment
    const totals = new MetricTotals(metrics)
    for (let start = 0; start < examples; start += scoringBatch) {
      const count = Math.min(scoringBatch, examples - start)
      const executable = await this.#executable(dataset, count)
      const sums = await executable.run(batchAt(dataset, start, count), state)
      loss += sums.loss!.data[0]!
      if (sums.correct) correct = (correct ?? 0) + sums.correct.data[0]!
      totals.add(unprefixNamed(metricPrefix, sums))
    }
    const scores = scoresFrom(loss, correct, examples)
    return metrics.length > 0 ? { ...scores, metrics: totals.results(examples) } : scores
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
    const program = scoringProgram(this.#experiment, this.#layout, dataset, count, this.#prefix)
    const made = await this.#engine.compile(program)
    this.#compiled.set(key, made)
    return made
  }
}

/** Scores from sums over examples. */
export function scoresFrom(loss: number, correct: number | undefined, examples: number): Scores {
  return {
    loss: loss / examples,
    ...(correct === undefined ? {} : { accuracy: correct / examples }),
    examples,
  }
}

/** Rows that lie together, as views where they are in memory. */
function batchAt(dataset: Dataset, start: number, count: number): Named<Tensor> {
  return mapNamed(batchParts(dataset), rows => rowsAt(rows, start, count))
}
