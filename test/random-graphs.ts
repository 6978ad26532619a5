import {
  type FloatDType,
  fillUniform,
  type Key,
  keyOf,
  type Named,
  randomIndex,
  type Shape,
  sameShape,
  sizeOf,
  splitKey,
  type Tensor,
  zerosTensor,
} from '../src/base/index.ts'
import {
  abs,
  add,
  averagePool2d,
  averagePool2dGradient,
  broadcast,
  cast,
  concat,
  constant,
  conv2d,
  conv2dInputGradient,
  conv2dWeightGradient,
  div,
  erf,
  exp,
  floor,
  gather,
  input,
  less,
  log,
  logSoftmax,
  matmul,
  max,
  maxPool2d,
  maxPool2dGradient,
  min,
  mul,
  neg,
  type Program,
  pad,
  pow,
  pureProgram,
  reduceMax,
  relu,
  reshape,
  scatterAdd,
  sigmoid,
  sign,
  slice,
  sqrt,
  sub,
  sum,
  tanh,
  transpose,
  type Value,
  where,
} from '../src/ir/index.ts'

/** Values made from here on are pulled back to -1 .. 1. */
const largestBound = 50
const largestSize = 300
const steps = 24

/** A value of the graph and what its elements cannot exceed, so that nothing overflows. */
interface Node {
  readonly value: Value
  readonly bound: number
}

/** Draws for one graph: numbers, picks, and the nodes so far. */
interface Draw {
  readonly below: (n: number) => number
  readonly pick: <T>(list: readonly T[]) => T
  readonly node: () => Node
  /** A node of the same shape; x itself when there is no other. */
  readonly like: (x: Node) => Node
  readonly leaf: (shape: Shape) => Value
}

type Move = (x: Node, draw: Draw) => Node | undefined

const node = (value: Value, bound: number): Node => ({ value, bound })
const elementwise =
  (f: (x: Value) => Value, bound: (b: number) => number): Move =>
  x =>
    node(f(x.value), bound(x.bound))
const binary =
  (f: (a: Value, b: Value) => Value, bound: (a: number, b: number) => number): Move =>
  (a, draw) => {
    const b =
      draw.below(3) === 0 ? node(draw.leaf(stretchable(a.value.shape, draw)), 1) : draw.like(a)
    return draw.below(2) === 0
      ? node(f(a.value, b.value), bound(a.bound, b.bound))
      : node(f(b.value, a.value), bound(b.bound, a.bound))
  }
const same = (b: number): number => b
const larger = Math.max

/** A shape that broadcasts to the given one: some axes are 1, some leading ones are missing. */
function stretchable(shape: Shape, { below }: Draw): Shape {
  return shape.slice(below(shape.length + 1)).map(n => (below(2) === 0 ? 1 : n))
}

const divisorsOf = (n: number): number[] =>
  Array.from({ length: Math.min(n, 6) }, (_, i) => i + 1).filter(d => n % d === 0)

/** The elements of x as one image [1, C, H, W], and a small window on it. */
function imageOf({ value }: Node, { below, pick }: Draw) {
  const size = sizeOf(value.shape)
  const channels = pick(divisorsOf(size))
  const height = pick(divisorsOf(size / channels))
  const width = size / channels / height
  const kernel = [1 + below(Math.min(height, 3)), 1 + below(Math.min(width, 3))] as const
  const around = () => [below(kernel[0]), below(kernel[1])] as const
  const options = {
    strides: [1 + below(2), 1 + below(2)],
    before: around(),
    after: around(),
  } as const
  return {
    image: reshape(value, [1, channels, height, width]),
    channels,
    kernel,
    /** How often an element is looked at, at most. */
    looks: kernel[0] * kernel[1],
    options,
    groups: below(2) === 0 ? 1 : channels,
    /** The size of what h x w windows without padding look at. */
    reach: [
      (height - 1) * options.strides[0] + kernel[0],
      (width - 1) * options.strides[1] + kernel[1],
    ] as const,
  }
}

const axisOf = (x: Node, draw: Draw): number => draw.below(x.value.shape.length)
const indicesBelow = (n: number, count: number, { below }: Draw): Value =>
  constant(
    Array.from({ length: count }, () => below(n)),
    'int32',
  )

/** The ops, each so that its result is finite and continuous in what was rounded before. */
const moves: readonly Move[] = [
  elementwise(neg, same),
  elementwise(abs, same),
  elementwise(relu, same),
  elementwise(tanh, () => 1),
  elementwise(sigmoid, () => 1),
  elementwise(erf, () => 1),
  elementwise(
    x => exp(min(x, 2)),
    () => 8,
  ),
  elementwise(x => log(add(abs(x), 1)), same),
  elementwise(
    x => sqrt(add(abs(x), 0.25)),
    b => b + 1,
  ),
  elementwise(
    x => pow(add(abs(x), 0.5), 1.5),
    b => (b + 1) ** 1.5,
  ),
  elementwise(
    x => mul(x, x),
    b => b * b,
  ),
  // What a rewrite takes away: neutral operands, constants among themselves, equal values.
  elementwise(x => add(mul(x, 1), 0), same),
  elementwise(x => mul(x, add(constant(0.25, x.dtype), 0.5)), same),
  elementwise(x => sub(add(x, neg(x)), neg(x)), same),
  elementwise(x => reshape(reshape(x, [sizeOf(x.shape)]), x.shape), same),

  binary(add, (a, b) => a + b),
  binary(sub, (a, b) => a + b),
  binary(mul, (a, b) => a * b),
  binary(max, larger),
  binary(min, larger),
  binary((a, b) => div(a, add(abs(b), 1)), same),
  // Conditions and steps ask leaves alone: a rounded value could fall on either side.
  (x, draw) => {
    const condition = less(draw.leaf(x.value.shape), 0.2)
    const other = draw.like(x)
    return node(where(condition, x.value, other.value), larger(x.bound, other.bound))
  },
  (x, draw) => node(mul(x.value, sign(draw.leaf(x.value.shape))), x.bound),
  (x, draw) => node(add(x.value, floor(mul(draw.leaf(x.value.shape), 3))), x.bound + 3),
  (x, draw) =>
    node(add(x.value, cast(cast(draw.leaf(x.value.shape), 'int32'), x.value.dtype)), x.bound + 1),

  (x, draw) => {
    if (x.value.shape.length === 0) return undefined
    const axis = axisOf(x, draw)
    return node(sum(x.value, axis, draw.below(2) === 0), x.bound * x.value.shape[axis]!)
  },
  (x, draw) => {
    if (x.value.shape.length === 0) return undefined
    return node(reduceMax(x.value, axisOf(x, draw), draw.below(2) === 0), x.bound)
  },
  (x, draw) => {
    if (x.value.shape.length === 0) return undefined
    const axis = axisOf(x, draw)
    return node(logSoftmax(x.value, axis), 2 * x.bound + Math.log(x.value.shape[axis]!))
  },
  (x, draw) => {
    if (x.value.shape.length < 2) return undefined
    const [transposeA, transposeB] = [draw.below(2) === 0, draw.below(2) === 0]
    const inner = x.value.shape.at(transposeA ? -2 : -1)!
    const columns = 1 + draw.below(4)
    const weights = draw.leaf(transposeB ? [columns, inner] : [inner, columns])
    return node(matmul(x.value, weights, { transposeA, transposeB }), x.bound * inner)
  },

  (x, draw) => {
    const { image, channels, kernel, looks, options, groups } = imageOf(x, draw)
    const perGroup = channels / groups
    const weight = draw.leaf([groups * (1 + draw.below(2)), perGroup, ...kernel])
    const result = conv2d(image, weight, { ...options, groups })
    return node(result, x.bound * perGroup * looks)
  },
  (x, draw) => {
    const { image, channels, kernel, looks, options, groups, reach } = imageOf(x, draw)
    const weight = draw.leaf([channels, 1 + draw.below(2), ...kernel])
    const { strides } = options
    const result = conv2dInputGradient(image, weight, reach, { strides, groups })
    return node(result, x.bound * (channels / groups) * looks)
  },
  (x, draw) => {
    const { image, kernel, options } = imageOf(x, draw)
    const peaks = draw.leaf(maxPool2d(image, { kernel, ...options }).shape)
    const result = conv2dWeightGradient(image, peaks, kernel, options)
    return node(result, x.bound * sizeOf(image.shape))
  },
  (x, draw) => {
    const { image, kernel, options } = imageOf(x, draw)
    return node(maxPool2d(image, { kernel, ...options }), x.bound)
  },
  // Which element wins is a jump, so a leaf is asked.
  (x, draw) => {
    const { image, kernel, looks, options } = imageOf(x, draw)
    const peaks = draw.leaf(image.shape)
    const pool = { kernel, ...options }
    const result = maxPool2dGradient(
      peaks,
      maxPool2d(peaks, pool),
      averagePool2d(image, pool),
      pool,
    )
    return node(result, x.bound * looks)
  },
  (x, draw) => {
    const { image, kernel, options } = imageOf(x, draw)
    const countIncludePad = draw.below(2) === 0
    return node(averagePool2d(image, { kernel, ...options, countIncludePad }), x.bound)
  },
  (x, draw) => {
    const { image, kernel, looks, options, reach } = imageOf(x, draw)
    const { strides } = options
    return node(averagePool2dGradient(image, reach, { kernel, strides }), x.bound * looks)
  },

  ({ value, bound }, draw) => {
    const size = sizeOf(value.shape)
    const rows = draw.pick([1, 2, 3, 4, 5, 6].filter(n => size % n === 0))
    return node(
      reshape(value, draw.pick([[size], [rows, size / rows], [1, rows, size / rows]])),
      bound,
    )
  },
  ({ value, bound }, draw) => {
    const axes = [...value.shape.keys()]
    const first = draw.below(axes.length + 1)
    return node(transpose(value, [...axes.slice(first), ...axes.slice(0, first)]), bound)
  },
  ({ value, bound }, draw) => {
    const stretched = value.shape.map(n => (n === 1 ? 1 + draw.below(3) : n))
    return node(broadcast(value, draw.below(2) === 0 ? [2, ...stretched] : stretched), bound)
  },
  ({ value, bound }, draw) => {
    const starts = value.shape.map(n => draw.below(n))
    const ends = value.shape.map((n, axis) => starts[axis]! + 1 + draw.below(n - starts[axis]!))
    return node(slice(value, starts, ends), bound)
  },
  ({ value, bound }, draw) => {
    const amounts = () => value.shape.map(() => draw.below(2))
    return node(pad(value, amounts(), amounts()), bound)
  },
  (x, draw) => {
    if (x.value.shape.length === 0) return undefined
    const other = draw.like(x)
    return node(concat([x.value, other.value], axisOf(x, draw)), larger(x.bound, other.bound))
  },
  (x, draw) => {
    if (x.value.shape.length === 0) return undefined
    const axis = axisOf(x, draw)
    const indices = indicesBelow(x.value.shape[axis]!, 1 + draw.below(3), draw)
    return node(gather(x.value, indices, axis), x.bound)
  },
  (x, draw) => {
    if (x.value.shape.length === 0) return undefined
    const axis = axisOf(x, draw)
    const [count, size] = [x.value.shape[axis]!, 1 + draw.below(4)]
    const indices = indicesBelow(size, count, draw)
    return node(scatterAdd(x.value, indices, size, axis), x.bound * count)
  },
]

const leafShapes: readonly Shape[] = [[2, 3], [3, 4], [2, 3, 4], [4], [1, 3], []]

/**
 * A random well-formed program and what to feed it. The same seed gives the same program. All elements
 * of all values are finite and moderate, and small errors in a value stay small errors in the results.
 */
export function randomProgram(
  seed: number,
  dtype: FloatDType = 'float32',
): { program: Program; feeds: Named<Tensor> } {
  const key = splitKey(keyOf(seed), 'random program')
  const feeds: Record<string, Tensor> = {}
  const nodes: Node[] = []
  let draws = 0
  const below = (n: number) => randomIndex(splitKey(key, 'draw', draws++), n)
  const pick = <T>(list: readonly T[]): T => list[below(list.length)]!
  const leaf = (shape: Shape): Value => {
    const elements = uniform(splitKey(key, 'elements', draws++), shape, dtype)
    if (below(2) === 0) return constant(elements)
    const name = `x${Object.keys(feeds).length}`
    feeds[name] = elements
    return input(name, shape, dtype)
  }
  const draw: Draw = {
    below,
    pick,
    leaf,
    // Later nodes more often, so that graphs grow deep.
    node: () => nodes[Math.max(below(nodes.length), below(nodes.length))]!,
    like: x => pick(nodes.filter(({ value }) => sameShape(value.shape, x.value.shape))),
  }
  for (const shape of leafShapes) nodes.push(node(leaf(shape), 1))
  while (nodes.length < leafShapes.length + steps) {
    const made = pick(moves)(draw.node(), draw)
    if (!made || sizeOf(made.value.shape) > largestSize || made.value.shape.length > 4) continue
    nodes.push(made.bound > largestBound ? node(tanh(made.value), 1) : made)
  }
  const results = nodes.slice(-6).map(({ value }, i) => [`y${i}`, value] as const)
  return { program: pureProgram(Object.fromEntries(results)), feeds }
}

function uniform(key: Key, shape: Shape, dtype: FloatDType): Tensor {
  const result = zerosTensor(dtype, shape)
  fillUniform(key, result.data as Float32Array | Float64Array, -1, 1)
  return result
}
