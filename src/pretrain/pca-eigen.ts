/** A symmetric matrix [n, n], row after row, as a function of a block of vectors. */
export type Times = (block: Block) => Promise<Block>

/** Rows of vectors. */
type Block = Float64Array<ArrayBuffer>

/** Eigenvalues in falling order, and their vectors: unit rows [count, n]. */
export interface Eigen {
  readonly values: Float64Array
  readonly vectors: Float64Array
}

const maxIterations = 500
/** The length of `A v - value v` beside the greatest eigenvalue at which a vector counts as found. */
const tolerance = 1e-11

/**
 * The `count` greatest eigenvalues of a symmetric, positive semi-definite matrix A [n, n], with their
 * vectors. A block of more vectors is multiplied by A until those wanted no longer turn; within the
 * block they are told apart exactly each time. `start` holds the block: random rows [b, n], b >= count.
 * `times(Q) = Q A`, by rows. Returns after convergence to 1e-11 of the greatest value, or 500 rounds.
 * Source: orthogonal iteration with Rayleigh-Ritz; Golub and Van Loan, section 8.2.4.
 */
export async function greatestEigen(
  times: Times,
  start: Block,
  n: number,
  count: number,
): Promise<Eigen> {
  const rows = start.length / n
  let block: Block = start.slice()
  for (let iteration = 1; ; iteration++) {
    orthonormalise(block, rows, n)
    const product = await times(block)
    const { values, vectors: turn } = jacobi(productOf(block, product, rows, n), rows)
    const vectors = turned(turn, block, rows, n)
    const images = turned(turn, product, rows, n)
    if (iteration === maxIterations || farthest(vectors, images, values, n, count) <= tolerance)
      return { values: values.slice(0, count), vectors: vectors.slice(0, count * n) }
    block = images
  }
}

/** The greatest length of `A v - value v` among the first vectors, beside the greatest value. */
function farthest(
  vectors: Float64Array,
  images: Float64Array,
  values: Float64Array,
  n: number,
  count: number,
): number {
  let most = 0
  for (let i = 0; i < count; i++) {
    let squares = 0
    for (let k = i * n; k < (i + 1) * n; k++)
      squares += (images[k]! - values[i]! * vectors[k]!) ** 2
    most = Math.max(most, squares)
  }
  return values[0]! > 0 ? Math.sqrt(most) / values[0]! : 0
}

/** `a b'` of two blocks of rows: [rows, n], [rows, n] -> [rows, rows]. */
function productOf(a: Float64Array, b: Float64Array, rows: number, n: number): Float64Array {
  const products = new Float64Array(rows * rows)
  for (let i = 0; i < rows; i++)
    for (let j = 0; j <= i; j++) {
      const both = dot(a, i * n, b, j * n, n)
      products[i * rows + j] = both
      products[j * rows + i] = both
    }
  return products
}

/** `turn block`: [rows, rows], [rows, n] -> [rows, n]. */
function turned(turn: Float64Array, block: Float64Array, rows: number, n: number): Block {
  const result = new Float64Array(rows * n)
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < rows; j++) addTimes(result, i * n, block, j * n, turn[i * rows + j]!, n)
  return result
}

/** Gram-Schmidt, twice: what rounding leaves after the first pass the second takes away. */
function orthonormalise(block: Float64Array, rows: number, n: number): void {
  for (let i = 0; i < rows; i++) {
    for (let pass = 0; pass < 2; pass++)
      for (let j = 0; j < i; j++)
        addTimes(block, i * n, block, j * n, -dot(block, i * n, block, j * n, n), n)
    const length = Math.sqrt(dot(block, i * n, block, i * n, n))
    // Of a matrix of lower rank nothing is left: such a row stays 0, and so does its value.
    for (let k = i * n; k < (i + 1) * n; k++) block[k] = length > 0 ? block[k]! / length : 0
  }
}

/**
 * All eigenvalues of a small symmetric matrix [n, n] in falling order, with unit rows of vectors, by
 * rotations that make one pair of elements 0 after the other.
 * Source: Jacobi (1846); the stable rotation of Golub and Van Loan, section 8.5.2.
 */
export function jacobi(matrix: Float64Array, n: number): Eigen {
  const a = matrix.slice()
  const v = Float64Array.from({ length: n * n }, (_, i) => Number(i % (n + 1) === 0))
  const total = Math.sqrt(dot(a, 0, a, 0, n * n))
  for (let sweep = 0; sweep < 60 && outside(a, n) > 1e-15 * total; sweep++)
    for (let p = 0; p < n; p++)
      for (let q = p + 1; q < n; q++) {
        const apart = a[p * n + q]!
        if (apart === 0) continue
        const ratio = (a[q * n + q]! - a[p * n + p]!) / (2 * apart)
        const tangent = (ratio < 0 ? -1 : 1) / (Math.abs(ratio) + Math.sqrt(1 + ratio * ratio))
        const cosine = 1 / Math.sqrt(1 + tangent * tangent)
        rotateColumns(a, n, p, q, cosine, cosine * tangent)
        rotateRows(a, n, p, q, cosine, cosine * tangent)
        rotateRows(v, n, p, q, cosine, cosine * tangent)
      }
  const order = [...Array(n).keys()].sort((i, j) => a[j * n + j]! - a[i * n + i]!)
  const vectors = new Float64Array(n * n)
  for (const [place, i] of order.entries()) vectors.set(v.subarray(i * n, (i + 1) * n), place * n)
  return { values: Float64Array.from(order, i => a[i * n + i]!), vectors }
}

/** The length of what is not on the diagonal. */
function outside(a: Float64Array, n: number): number {
  let squares = 0
  for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) squares += 2 * a[i * n + j]! ** 2
  return Math.sqrt(squares)
}

function rotateRows(a: Float64Array, n: number, p: number, q: number, c: number, s: number): void {
  for (let k = 0; k < n; k++) {
    const [x, y] = [a[p * n + k]!, a[q * n + k]!]
    a[p * n + k] = c * x - s * y
    a[q * n + k] = s * x + c * y
  }
}

function rotateColumns(
  a: Float64Array,
  n: number,
  p: number,
  q: number,
  c: number,
  s: number,
): void {
  for (let k = 0; k < n; k++) {
    const [x, y] = [a[k * n + p]!, a[k * n + q]!]
    a[k * n + p] = c * x - s * y
    a[k * n + q] = s * x + c * y
  }
}

function dot(a: Float64Array, i: number, b: Float64Array, j: number, n: number): number {
  let [s, t] = [0, 0]
  let k = 0
  for (; k + 1 < n; k += 2) {
    s += a[i + k]! * b[j + k]!
    t += a[i + k + 1]! * b[j + k + 1]!
  }
  if (k < n) s += a[i + k]! * b[j + k]!
  return s + t
}

/** `a += factor b`, of rows that begin at i and j. */
function addTimes(
  a: Float64Array,
  i: number,
  b: Float64Array,
  j: number,
  factor: number,
  n: number,
): void {
  for (let k = 0; k < n; k++) a[i + k] = a[i + k]! + factor * b[j + k]!
}
