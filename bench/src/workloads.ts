/** How the parameters are updated. */
export type Optimizer =
  | { readonly kind: 'sgd'; readonly learningRate: number; readonly momentum?: number }
  | { readonly kind: 'adam'; readonly learningRate: number }

/** An activation between layers. */
export type Activation = 'relu' | 'sigmoid' | 'tanh'

/** A layer as every contestant can build it; images are [C, H, W], sequences [T, D]. */
export type LayerSpec =
  | { readonly kind: 'linear'; readonly features: number }
  | { readonly kind: Activation }
  | {
      /** A square kernel, with a padding that keeps the size at stride 1. */
      readonly kind: 'conv'
      readonly channels: number
      readonly kernel: number
      readonly stride?: number
      readonly useBias?: boolean
    }
  | { readonly kind: 'batchNorm' | 'flatten' | 'globalAveragePool' }
  | { readonly kind: 'maxPool'; readonly size: number }
  /** The last hidden state of a sequence. */
  | { readonly kind: 'lstm'; readonly features: number }
  | {
      /** `y = shortcut(x) + branch(x)`; an empty shortcut is x itself. */
      readonly kind: 'residual'
      readonly branch: readonly LayerSpec[]
      readonly shortcut: readonly LayerSpec[]
    }

/** A net and how it is trained: what every contestant builds for itself. */
export interface Workload {
  readonly name: string
  /** The shape of one example. */
  readonly input: readonly number[]
  readonly layers: readonly LayerSpec[]
  /** K, the features of the last layer. */
  readonly outputs: number
  /** For peers that only know fully connected nets: units per layer, inputs first. */
  readonly mlp?: { readonly sizes: readonly number[]; readonly activation: Activation }
  /** `crossEntropy`: softmax of class numbers; `mse`: mean of squared differences. */
  readonly loss: 'crossEntropy' | 'mse'
  readonly batch: number
  readonly optimizer: Optimizer
  /** How many nets of their own seeds are trained; default 1. A step is one of each. */
  readonly seeds?: number
  /** Steps from one look at the signals of all layers to the next; none when absent. */
  readonly inspectEvery?: number
  /** Names of rows of the peer table. */
  readonly peers: readonly string[]
}

const adam: Optimizer = { kind: 'adam', learningRate: 0.001 }

/** A fully connected net whose output layer is linear. */
function mlp(
  name: string,
  sizes: readonly number[],
  activation: Activation,
  rest: Pick<Workload, 'loss' | 'batch' | 'optimizer' | 'peers'>,
): Workload {
  const hidden = sizes.slice(1, -1)
  const outputs = sizes.at(-1)!
  const layers = [
    ...hidden.flatMap(features => [{ kind: 'linear', features } as const, { kind: activation }]),
    { kind: 'linear', features: outputs } as const,
  ]
  return { name, input: sizes.slice(0, 1), outputs, layers, mlp: { sizes, activation }, ...rest }
}

const relu: LayerSpec = { kind: 'relu' }
const convBlock = (channels: number, stride = 1, kernel = 3): LayerSpec[] => [
  { kind: 'conv', channels, kernel, stride, useBias: false },
  { kind: 'batchNorm' },
]

/** Two convolutions with batch normalisation around which the input goes. Source: He et al. 2016. */
function block(channels: number, stride: number): LayerSpec[] {
  const branch = [...convBlock(channels, stride), relu, ...convBlock(channels)]
  const shortcut = stride === 1 ? [] : convBlock(channels, stride, 1)
  return [{ kind: 'residual', branch, shortcut }, relu]
}

/** What is measured, one row per net. */
export const workloads: readonly Workload[] = [
  mlp('mlp-784-256-256-10', [784, 256, 256, 10], 'relu', {
    loss: 'crossEntropy',
    batch: 100,
    optimizer: adam,
    peers: ['tfjs-wasm', 'tfjs-cpu', 'jax-js', 'pytorch'],
  }),
  {
    ...mlp('inspect-100-mlp-784-256-256-10', [784, 256, 256, 10], 'relu', {
      loss: 'crossEntropy',
      batch: 100,
      optimizer: adam,
      peers: ['without-inspect'],
    }),
    inspectEvery: 100,
  },
  {
    ...mlp('seeds-8-mlp-784-256-256-10', [784, 256, 256, 10], 'relu', {
      loss: 'crossEntropy',
      batch: 100,
      optimizer: adam,
      peers: ['one-by-one', 'side-by-side'],
    }),
    seeds: 8,
  },
  {
    ...mlp('seeds-8-mlp-16-32-4', [16, 32, 4], 'tanh', {
      loss: 'crossEntropy',
      batch: 16,
      optimizer: { kind: 'sgd', learningRate: 0.1 },
      peers: ['one-by-one'],
    }),
    seeds: 8,
  },
  mlp('mlp-784-512x4-10', [784, 512, 512, 512, 512, 10], 'relu', {
    loss: 'crossEntropy',
    batch: 100,
    optimizer: adam,
    peers: ['jax-js', 'pytorch'],
  }),
  mlp('mlp-1024x3', [1024, 1024, 1024, 1024], 'relu', {
    loss: 'crossEntropy',
    batch: 256,
    optimizer: { kind: 'sgd', learningRate: 0.1 },
    peers: ['jax-js', 'pytorch', 'pytorch-matmul'],
  }),
  mlp('xor-2-5x10-1', [2, ...Array<number>(10).fill(5), 1], 'sigmoid', {
    loss: 'mse',
    batch: 4,
    optimizer: { kind: 'sgd', learningRate: 0.1 },
    peers: ['convnetjs', 'brain.js', 'pytorch', 'tfjs-cpu'],
  }),
  mlp('mlp-16-32-4', [16, 32, 4], 'tanh', {
    loss: 'crossEntropy',
    batch: 16,
    optimizer: { kind: 'sgd', learningRate: 0.1 },
    peers: ['convnetjs', 'brain.js', 'tfjs-cpu'],
  }),
  {
    name: 'lenet-28x28',
    input: [1, 28, 28],
    layers: [
      { kind: 'conv', channels: 32, kernel: 3 },
      relu,
      { kind: 'maxPool', size: 2 },
      { kind: 'conv', channels: 64, kernel: 3 },
      relu,
      { kind: 'maxPool', size: 2 },
      { kind: 'flatten' },
      { kind: 'linear', features: 128 },
      relu,
      { kind: 'linear', features: 10 },
    ],
    outputs: 10,
    loss: 'crossEntropy',
    batch: 100,
    optimizer: adam,
    peers: ['pytorch', 'tfjs-cpu'],
  },
  {
    name: 'resnet-32x32',
    input: [3, 32, 32],
    layers: [
      ...convBlock(32),
      relu,
      ...block(32, 1),
      ...block(64, 2),
      ...block(128, 2),
      { kind: 'globalAveragePool' },
      { kind: 'linear', features: 10 },
    ],
    outputs: 10,
    loss: 'crossEntropy',
    batch: 64,
    optimizer: { kind: 'sgd', learningRate: 0.01, momentum: 0.9 },
    peers: ['pytorch'],
  },
  {
    name: 'lstm-28x28-128',
    input: [28, 28],
    layers: [
      { kind: 'lstm', features: 128 },
      { kind: 'linear', features: 10 },
    ],
    outputs: 10,
    loss: 'crossEntropy',
    batch: 100,
    optimizer: adam,
    peers: ['pytorch'],
  },
]

/** The product of the sizes of a shape. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, n) => product * n, 1)
}

/**
 * Floating point operations of the matrix products of one training step, convolutions counted as
 * such: twice the multiplications of the forward pass, and as many again for the weight gradients
 * and for the input gradients; the first layer needs no input gradient.
 */
export function matmulFlops({ input, layers, batch, seeds = 1 }: Workload): number {
  const products = productsOf(layers, input).flops
  const total = products.reduce((sum, flops) => sum + flops, 0)
  return 2 * seeds * batch * (3 * total - (products[0] ?? 0))
}

interface Walk {
  readonly shape: readonly number[]
  /** Multiplications of each product, for one example. */
  readonly flops: readonly number[]
}

function productsOf(layers: readonly LayerSpec[], input: readonly number[]): Walk {
  return layers.reduce(
    ({ shape, flops }, layer) => {
      const next = walk(layer, shape)
      return { shape: next.shape, flops: [...flops, ...next.flops] }
    },
    { shape: input, flops: [] } as Walk,
  )
}

function walk(layer: LayerSpec, shape: readonly number[]): Walk {
  const [first = 1, height = 1, width = 1] = shape
  switch (layer.kind) {
    case 'linear':
      return { shape: [layer.features], flops: [sizeOf(shape) * layer.features] }
    case 'conv': {
      const { channels, kernel, stride = 1 } = layer
      const out = [channels, Math.ceil(height / stride), Math.ceil(width / stride)]
      return { shape: out, flops: [sizeOf(out) * first * kernel ** 2] }
    }
    case 'maxPool':
      return {
        shape: [first, Math.floor(height / layer.size), Math.floor(width / layer.size)],
        flops: [],
      }
    case 'globalAveragePool':
      return { shape: [first], flops: [] }
    case 'flatten':
      return { shape: [sizeOf(shape)], flops: [] }
    case 'lstm': {
      const { features } = layer
      const gates = 4 * first * features
      return { shape: [features], flops: [gates * height, gates * features] }
    }
    case 'residual': {
      const branch = productsOf(layer.branch, shape)
      return {
        shape: branch.shape,
        flops: [...branch.flops, ...productsOf(layer.shortcut, shape).flops],
      }
    }
    default:
      return { shape, flops: [] }
  }
}
