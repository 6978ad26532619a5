import { isFloat } from '../base/index.ts'
import { abs, cast, mul, reshape, sigmoid, sub, sum, type Value } from '../ir/index.ts'
import { type Answers, type MetricRow, placesOf, sumOfMeans } from './metric.ts'

/** In float64, where the squares of large numbers keep the digits that tell them apart. */
const exact = (x: Value): Value => cast(x, 'float64')
const square = (x: Value): Value => mul(x, x)

/** What was answered, less the target. */
function errors({ output, targets }: Answers): Value {
  return sub(exact(output), exact(targets))
}

/** Sums over the examples, of every number of a row by itself: [B, ...] -> [D]. */
function overExamples(x: Value): Value {
  const [batch = 1] = x.shape
  return sum(reshape(x, [batch, placesOf(x) / batch]), 0)
}

const fits = (_: unknown, { task }: Answers): boolean => task === 'numbers'

/** Metrics of answers that are numbers. */
export const numberRows = {
  meanAbsoluteError: {
    doc: 'mean(|e|)',
    unit: 'target',
    better: 'smaller',
    fits,
    sums: (_, answers) => ({ distances: sumOfMeans(abs(errors(answers))) }),
    result: (_, { distances }, examples) => distances![0]! / examples,
  } as MetricRow<unknown, number>,

  rootMeanSquaredError: {
    doc: '√mean(e²)',
    unit: 'target',
    better: 'smaller',
    fits,
    sums: (_, answers) => ({ squares: sumOfMeans(square(errors(answers))) }),
    result: (_, { squares }, examples) => Math.sqrt(squares![0]! / examples),
  } as MetricRow<unknown, number>,

  squaredError: {
    doc: 'sum(e²) of each example, the mean over examples; of labels, e is by probabilities',
    unit: 'none',
    better: 'smaller',
    fits: (_, { task, targets }) =>
      targets.shape.length > 1 &&
      isFloat(targets.dtype) &&
      (task === 'numbers' || task === 'labels'),
    sums: (_, { task, output, targets }) => {
      const answer = task === 'labels' ? sigmoid(output) : output
      return { squares: sum(square(errors({ task, output: answer, targets }))) }
    },
    result: (_, { squares }, examples) => squares![0]! / examples,
  } as MetricRow<unknown, number>,

  rSquared: {
    doc: '1 - sum(e²) / sum((y - mean(y))²), the mean over outputs',
    unit: 'none',
    better: 'greater',
    fits,
    sums: (_, answers) => ({
      squares: overExamples(square(errors(answers))),
      targets: overExamples(exact(answers.targets)),
      targetSquares: overExamples(square(exact(answers.targets))),
    }),
    result(_, { squares, targets, targetSquares }, examples) {
      const each = Array.from(squares!, (unexplained, i) => {
        const total = targetSquares![i]! - targets![i]! ** 2 / examples
        // What is left of a constant target is rounding.
        const isConstant = total <= examples * Number.EPSILON * targetSquares![i]!
        return isConstant ? Number(unexplained === 0) : 1 - unexplained / total
      })
      return each.reduce((a, b) => a + b, 0) / each.length
    },
  } as MetricRow<unknown, number>,
} as const
