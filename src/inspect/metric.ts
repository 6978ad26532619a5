import { type MetricResult, type Named, sizeOf } from '../base/index.ts'
import { mul, sum, type Value } from '../ir/index.ts'
import type { Task } from '../ops/index.ts'

/** A batch that a model has answered. */
export interface Answers {
  readonly task: Task
  /** As the task says: scores [B, ..., K], logits [B, D], or numbers [B, ...] in the targets' unit. */
  readonly output: Value
  readonly targets: Value
}

/** How a metric is computed: sums over the examples of each batch, and a figure from the sums of all. */
export interface MetricRow<C, R extends MetricResult = MetricResult> {
  /** One line for the catalogue. */
  readonly doc: string
  /** `share`: from 0 to 1; `target`: the unit of the targets; `count`: examples; `none`: a pure number. */
  readonly unit: 'share' | 'target' | 'count' | 'none'
  /** Which of two results is the better one; a table has no better. */
  readonly better?: 'greater' | 'smaller'
  /** Whether it can be said of such answers. */
  readonly fits: (config: C, answers: Answers) => boolean
  /** What is summed over the examples, by name; the shapes do not depend on their number. */
  readonly sums: (config: C, answers: Answers) => Named<Value>
  /** The figure of all examples, from the sums over all batches. */
  readonly result: (config: C, sums: Named<Float64Array>, examples: number) => R
}

/** The number of elements. */
export function placesOf({ shape }: Value): number {
  return sizeOf(shape)
}

/** The sum over examples of the mean over the places of each: [B, ...] -> []. */
export function sumOfMeans(x: Value): Value {
  const [batch = 1] = x.shape
  return mul(sum(x), batch / placesOf(x))
}
