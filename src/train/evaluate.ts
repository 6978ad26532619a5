import { unprefixNamed } from '../base/index.ts'
import { type Dataset, rowsOf } from '../data/index.ts'
import type { Engine, State } from '../engine/index.ts'
import { MetricTotals } from '../inspect/index.ts'
import type { Scores } from '../runs/index.ts'
import { BatchSums } from './batch-sums.ts'
import type { ScoredModel } from './experiment.ts'
import type { Layout } from './layout.ts'
import { metricPrefix, scoringProgram } from './scoring.ts'

/** Scores whole data sets with the parameters of a state, exactly: sums, not means of means. */
export class Evaluator {
  readonly #experiment: ScoredModel
  readonly #sums: BatchSums

  /** `prefix` stands before the names of parameters and buffers in the states that are scored. */
  constructor(experiment: ScoredModel, layout: Layout, engine: Engine, prefix = '') {
    this.#experiment = experiment
    this.#sums = new BatchSums(engine, (dataset, batchSize) =>
      scoringProgram(experiment, layout, dataset, batchSize, prefix),
    )
  }

  /** The scores of a data set. `state` holds the parameters. */
  async score(dataset: Dataset, state: State): Promise<Scores> {
    const examples = rowsOf(dataset)
    let loss = 0
    let correct: number | undefined
    const { metrics = [] } = this.#experiment
    const totals = new MetricTotals(metrics)
    await this.#sums.each(dataset, state, sums => {
      loss += sums.loss!.data[0]!
      if (sums.correct) correct = (correct ?? 0) + sums.correct.data[0]!
      totals.add(unprefixNamed(metricPrefix, sums))
    })
    const scores = scoresFrom(loss, correct, examples)
    return metrics.length > 0 ? { ...scores, metrics: totals.results(examples) } : scores
  }

  /** Gives the compiled programs back. */
  release(): Promise<void> {
    return this.#sums.release()
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
