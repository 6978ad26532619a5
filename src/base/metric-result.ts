/** A figure for each class or label, and their mean. */
export type PerClass = {
  /** The mean over the classes that occur among the targets or the answers. */
  readonly macro: number
  readonly perClass: readonly number[]
}

/** What a metric says of a set of examples: a number, one for each class, or a table of counts. */
export type MetricResult = number | PerClass | readonly (readonly number[])[]

/** The results of metrics by name; those that were not asked for are absent. */
export interface MetricResults {
  readonly accuracy?: number
  readonly [topK: `top${number}`]: number
  readonly confusionMatrix?: readonly (readonly number[])[]
  readonly precision?: PerClass
  readonly recall?: PerClass
  readonly f1?: PerClass
  readonly meanAbsoluteError?: number
  readonly rootMeanSquaredError?: number
  readonly rSquared?: number
  readonly squaredError?: number
}
