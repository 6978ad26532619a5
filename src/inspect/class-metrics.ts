import type { Named, PerClass } from '../base/index.ts'
import {
  argMax,
  cast,
  concat,
  constant,
  equal,
  less,
  matmul,
  max,
  mul,
  oneHot,
  reshape,
  sub,
  sum,
  type Value,
  where,
} from '../ir/index.ts'
import {
  answeredLabels,
  areRightClasses,
  areRightLabels,
  wantedClasses,
  wantedLabels,
} from '../ops/index.ts'
import { type Answers, type MetricRow, placesOf, sumOfMeans } from './metric.ts'

/** Where the answer is right, 1 of [B, ...] and 0 elsewhere. */
function rightPlaces({ task, output, targets }: Answers): Value {
  const areRight = task === 'labels' ? areRightLabels : areRightClasses
  return cast(areRight(output, targets), 'float64')
}

/** Where the class is among the k with the best scores; equal scores count in their order. */
function amongBest({ output, targets }: Answers, k: number): Value {
  const classes = output.shape.at(-1)!
  const own = oneHot(wantedClasses(targets, output), classes)
  const score = sum(where(less(0, own), output, 0), -1, true)
  const places = constant([...Array(classes).keys()])
  const isLater = less(sum(mul(own, places), -1, true), places)
  const isTie = mul(cast(equal(output, score), 'float32'), cast(isLater, 'float32'))
  const behind = max(cast(less(output, score), 'float32'), isTie)
  // Whatever is not behind is ahead, so that NaN is never right.
  return cast(less(sub(classes - 1, sum(behind, -1)), k), 'float64')
}

/**
 * 1 where a class or label is the target, or what was answered, and 0 elsewhere; every place is a row.
 * Shapes: [N, K].
 */
function indicators({ task, output, targets }: Answers): { wanted: Value; found: Value } {
  const width = output.shape.at(-1)!
  const rows = (x: Value) => reshape(cast(x, 'float32'), [placesOf(output) / width, width])
  return task === 'labels'
    ? { wanted: rows(wantedLabels(targets)), found: rows(answeredLabels(output)) }
    : {
        wanted: rows(oneHot(wantedClasses(targets, output), width)),
        found: rows(oneHot(argMax(output), width)),
      }
}

/** How often each class was answered rightly, answered at all, and wanted. */
function countsPerClass(answers: Answers): Named<Value> {
  const { wanted, found } = indicators(answers)
  return { right: sum(mul(wanted, found), 0), found: sum(found, 0), wanted: sum(wanted, 0) }
}

/** `above / below` of each class; 0 where nothing is below, as scikit-learn has it. */
function ratioPerClass(
  doc: string,
  ratio: (right: number, found: number, wanted: number) => readonly [number, number],
): MetricRow<unknown, PerClass> {
  return {
    doc,
    unit: 'share',
    better: 'greater',
    fits: (_, { task }) => task !== 'numbers',
    sums: (_, answers) => countsPerClass(answers),
    result(_, { right, found, wanted }) {
      const perClass = Array.from(right!, (hits, k) => {
        const [above, below] = ratio(hits, found![k]!, wanted![k]!)
        return below === 0 ? 0 : above / below
      })
      const occurring = perClass.filter((_, k) => found![k]! + wanted![k]! > 0)
      const sum = occurring.reduce((a, b) => a + b, 0)
      return { macro: sum / Math.max(1, occurring.length), perClass }
    },
  }
}

/** Two columns, one for each answer, of a single label: [N, 1] -> [N, 2]. */
const both = (label: Value): Value => concat([sub(1, label), label], 1)

/** Metrics of answers that are classes, or labels that hold or not. */
export const classRows = {
  accuracy: {
    doc: 'right / all',
    unit: 'share',
    better: 'greater',
    fits: (_, { task }) => task !== 'numbers',
    sums: (_, answers) => ({ right: sumOfMeans(rightPlaces(answers)) }),
    result: (_, { right }, examples) => right![0]! / examples,
  } as MetricRow<unknown, number>,

  topK: {
    doc: 'among the k best scores / all',
    unit: 'share',
    better: 'greater',
    fits: ({ k }, { task, output }) => task === 'classes' && k < output.shape.at(-1)!,
    sums: ({ k }, answers) => ({ right: sumOfMeans(amongBest(answers, k)) }),
    result: (_, { right }, examples) => right![0]! / examples,
  } as MetricRow<{ readonly k: number }, number>,

  // Counts of one batch are whole numbers far below 2^24, which float32 holds exactly.
  confusionMatrix: {
    doc: 'counts [K, K]: row the target, column the answer',
    unit: 'count',
    fits: (_, { task, output }) =>
      task === 'classes' || (task === 'labels' && output.shape.at(-1) === 1),
    sums(_, answers) {
      const { wanted, found } = indicators(answers)
      const [rows, columns] =
        answers.task === 'labels' ? [both(wanted), both(found)] : [wanted, found]
      return { counts: matmul(rows, columns, { transposeA: true }) }
    },
    result(_, { counts }) {
      const classes = Math.sqrt(counts!.length)
      return Array.from({ length: classes }, (_, k) => [
        ...counts!.subarray(k * classes, (k + 1) * classes),
      ])
    },
  } as MetricRow<unknown, readonly (readonly number[])[]>,

  precision: ratioPerClass('right / answered', (right, found) => [right, found]),
  recall: ratioPerClass('right / wanted', (right, _, wanted) => [right, wanted]),
  f1: ratioPerClass('2 right / (answered + wanted)', (right, found, wanted) => [
    2 * right,
    found + wanted,
  ]),
} as const
