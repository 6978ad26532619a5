import { isFloat, type Tensor } from '../base/index.ts'

/** What rows that lie near each other tell of their targets. */
export interface Kinship {
  /** Share of nearest neighbours with the same class, or 1 - mean squared difference over twice the variance. */
  readonly agreement: number
  /** What it would be if targets were drawn without looking at the inputs. */
  readonly byChance: number
  /** How far it is from that, in standard errors. */
  readonly errors: number
  /** The same of class centres that are taken from every other row: what a linear rule sees. */
  readonly linearErrors: number
  readonly rows: number
}

/** Fewer rows tell too little. */
const leastRows = 50
/** Of the second largest class. */
const leastOfClass = 10

/**
 * Whether inputs tell targets at all, by two rules that need no training: the nearest neighbour, and the
 * nearest centre of a class, or the correlation with a target. Undefined of few rows, of indices as
 * inputs, and of targets with several numbers.
 * Source: Cover and Hart 1967: the error of the nearest neighbour is at most twice the least possible.
 */
export function kinshipOf(
  inputs: Tensor,
  targets: Tensor,
  classes: number | undefined,
): Kinship | undefined {
  const [rows = 0] = inputs.shape
  const width = inputs.data.length / Math.max(1, rows)
  const isNumeric = isFloat(inputs.dtype) || inputs.dtype === 'uint8'
  if (rows < leastRows || !isNumeric || targets.data.length !== rows) return undefined
  const points = scaled(inputs.data, rows, width)
  const answers = Float64Array.from(targets.data as ArrayLike<number>)
  const nearest = nearestOf(points, rows, width)
  return classes === undefined
    ? ofNumbers(points, answers, nearest, width)
    : ofClasses(points, answers, nearest, width, classes)
}

/** Columns with mean 0 and variance 1; constant ones are 0. */
function scaled(data: ArrayLike<number>, rows: number, width: number): Float32Array {
  const points = Float32Array.from(data)
  for (let j = 0; j < width; j++) {
    const column = Array.from({ length: rows }, (_, i) => points[i * width + j]!)
    const { mean, std } = momentsOf(column)
    for (let i = 0; i < rows; i++)
      points[i * width + j] = std > 0 ? (points[i * width + j]! - mean) / std : 0
  }
  return points
}

function momentsOf(values: ArrayLike<number>): { mean: number; std: number } {
  const n = values.length
  let [sum, squares] = [0, 0]
  for (let i = 0; i < n; i++) sum += values[i]!
  const mean = sum / n
  for (let i = 0; i < n; i++) squares += (values[i]! - mean) ** 2
  return { mean, std: Math.sqrt(squares / n) }
}

const distance = (a: Float32Array, i: number, b: Float32Array, j: number, width: number) => {
  let sum = 0
  for (let k = 0; k < width; k++) sum += (a[i * width + k]! - b[j * width + k]!) ** 2
  return sum
}

/** The row nearest to each, other than itself. */
function nearestOf(points: Float32Array, rows: number, width: number): Int32Array {
  const nearest = new Int32Array(rows)
  const least = new Float64Array(rows).fill(Number.POSITIVE_INFINITY)
  const meet = (i: number, j: number, away: number) => {
    if (away >= least[i]!) return
    least[i] = away
    nearest[i] = j
  }
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < i; j++) {
      const away = distance(points, i, points, j, width)
      meet(i, j, away)
      meet(j, i, away)
    }
  return nearest
}

function ofClasses(
  points: Float32Array,
  labels: Float64Array,
  nearest: Int32Array,
  width: number,
  classes: number,
): Kinship | undefined {
  const rows = labels.length
  const counts = new Float64Array(classes)
  for (const label of labels) counts[label]!++
  // Of classes with hardly a row neighbours tell nothing.
  if ((counts.toSorted((a, b) => b - a)[1] ?? 0) < leastOfClass) return undefined
  const byChance = counts.reduce((sum, count) => sum + (count / rows) ** 2, 0)
  const agreement = labels.filter((label, i) => label === labels[nearest[i]!]).length / rows
  const centres = new Float32Array(classes * width)
  const of = new Float64Array(classes)
  for (let i = 0; i < rows; i += 2) {
    of[labels[i]!]!++
    for (let k = 0; k < width; k++) centres[labels[i]! * width + k]! += points[i * width + k]!
  }
  for (let c = 0; c < classes; c++)
    for (let k = 0; k < width; k++) centres[c * width + k]! /= Math.max(1, of[c]!)
  let [right, expected, judged] = [0, 0, 0]
  for (let i = 1; i < rows; i += 2) {
    const away = Array.from({ length: classes }, (_, c) =>
      of[c]! > 0 ? distance(points, i, centres, c, width) : Number.POSITIVE_INFINITY,
    )
    const answer = away.indexOf(Math.min(...away))
    judged++
    expected += counts[answer]! / rows
    if (answer === labels[i]) right++
  }
  return {
    agreement,
    byChance,
    errors: (agreement - byChance) / shareError(byChance, rows),
    linearErrors: (right - expected) / judged / shareError(expected / judged, judged),
    rows,
  }
}

const shareError = (share: number, n: number) => Math.sqrt(Math.max(share * (1 - share), 1 / n) / n)

function ofNumbers(
  points: Float32Array,
  answers: Float64Array,
  nearest: Int32Array,
  width: number,
): Kinship {
  const rows = answers.length
  const { mean, std } = momentsOf(answers)
  const squares = answers.map((y, i) => (y - answers[nearest[i]!]!) ** 2)
  const agreement = 1 - momentsOf(squares).mean / (2 * std ** 2)
  const correlations = Array.from({ length: width }, (_, k) =>
    Math.abs(
      answers.reduce((sum, y, i) => sum + ((y - mean) / std) * points[i * width + k]!, 0) / rows,
    ),
  )
  // The greatest of many correlations of nothing is about so large.
  const luck = Math.sqrt((2 * Math.log(2 * width)) / rows)
  return {
    agreement,
    byChance: 0,
    // Squares of normal differences vary by twice their square, and neighbours share rows.
    errors: agreement / (2 / Math.sqrt(rows)),
    linearErrors: (Math.max(...correlations) - luck) * Math.sqrt(rows),
    rows,
  }
}
