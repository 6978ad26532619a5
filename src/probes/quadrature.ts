/** Points and weights of a quadrature: `integral of f = sum(weights[i] f(points[i]))`. */
export interface Quadrature {
  readonly points: Float64Array<ArrayBuffer>
  readonly weights: Float64Array<ArrayBuffer>
}

const legendre = gaussLegendre(16)

/**
 * A quadrature of expectations over N(0, variance): `E[f(a)] = sum(weights[i] f(points[i]))`.
 * Gauss-Legendre with 16 points on panels between powers of 2 to both sides of 0. Gauss-Hermite, the
 * textbook's choice, errs by 1/n on functions with a corner, as relu, and does not see a sigmoid's
 * derivative where that is narrower than the distance of its points; here corners at 0 and at powers
 * of 2 lie between panels, and panels are as narrow as needed.
 */
export function normalQuadrature(variance: number): Quadrature {
  const std = Math.sqrt(variance)
  const edges = panelEdges(std)
  const points: number[] = []
  const weights: number[] = []
  for (let i = 0; i + 1 < edges.length; i++) {
    const [low, high] = [edges[i]!, edges[i + 1]!]
    const half = (high - low) / 2
    legendre.points.forEach((t, j) => {
      const point = low + half * (1 + t)
      const z = point / std
      const density = Math.exp((-z * z) / 2) / (std * Math.sqrt(2 * Math.PI))
      const weight = half * legendre.weights[j]! * density
      points.push(point, -point)
      weights.push(weight, weight)
    })
  }
  return { points: Float64Array.from(points), weights: Float64Array.from(weights) }
}

/** 0, then powers of 2 from far below the unit of activations to far in the tail. */
function panelEdges(std: number): number[] {
  const greatest = 10 * std
  const edges = [0]
  // Above 1 std the density falls too fast for a panel an octave wide.
  for (let edge = 2 ** Math.floor(Math.log2(Math.min(std, 1)) - 6); edge < greatest; ) {
    edges.push(edge)
    const step = edge < std / 2 ? edge : 2 ** Math.floor(Math.log2(std / 2))
    edge += step
  }
  return [...edges, greatest]
}

/** Nodes and weights on -1..1, by Newton's method on the Legendre polynomial of degree n. */
function gaussLegendre(n: number): Quadrature {
  const points = new Float64Array(n)
  const weights = new Float64Array(n)
  for (let i = 0; i < n; i++) {
    let x = Math.cos((Math.PI * (i + 0.75)) / (n + 0.5))
    let slope = 0
    for (let iteration = 0; iteration < 20; iteration++) {
      let [before, now] = [1, x]
      for (let k = 2; k <= n; k++)
        [before, now] = [now, ((2 * k - 1) * x * now - (k - 1) * before) / k]
      slope = (n * (x * now - before)) / (x * x - 1)
      x -= now / slope
    }
    points[i] = x
    weights[i] = 2 / ((1 - x * x) * slope * slope)
  }
  return { points, weights }
}
