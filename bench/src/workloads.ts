/** How the parameters are updated. */
export type Optimizer =
  | { readonly kind: 'sgd'; readonly learningRate: number }
  | { readonly kind: 'adam'; readonly learningRate: number }

/** A fully connected net and how it is trained: what every contestant builds for itself. */
export interface Workload {
  readonly name: string
  /** Units per layer, inputs first; the output layer is linear. */
  readonly sizes: readonly number[]
  readonly activation: 'relu' | 'sigmoid' | 'tanh'
  /** `crossEntropy`: softmax of class numbers; `mse`: mean of squared differences. */
  readonly loss: 'crossEntropy' | 'mse'
  readonly batch: number
  readonly optimizer: Optimizer
  /** Names of rows of the peer table. */
  readonly peers: readonly string[]
}

const adam: Optimizer = { kind: 'adam', learningRate: 0.001 }

/** What is measured, one row per net. */
export const workloads: readonly Workload[] = [
  {
    name: 'mlp-784-256-256-10',
    sizes: [784, 256, 256, 10],
    activation: 'relu',
    loss: 'crossEntropy',
    batch: 100,
    optimizer: adam,
    peers: ['tfjs-wasm', 'tfjs-cpu', 'jax-js', 'pytorch'],
  },
  {
    name: 'mlp-784-512x4-10',
    sizes: [784, 512, 512, 512, 512, 10],
    activation: 'relu',
    loss: 'crossEntropy',
    batch: 100,
    optimizer: adam,
    peers: ['jax-js', 'pytorch'],
  },
  {
    name: 'mlp-1024x3',
    sizes: [1024, 1024, 1024, 1024],
    activation: 'relu',
    loss: 'crossEntropy',
    batch: 256,
    optimizer: { kind: 'sgd', learningRate: 0.1 },
    peers: ['jax-js', 'pytorch', 'pytorch-matmul'],
  },
  {
    name: 'xor-2-5x10-1',
    sizes: [2, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 1],
    activation: 'sigmoid',
    loss: 'mse',
    batch: 4,
    optimizer: { kind: 'sgd', learningRate: 0.1 },
    peers: ['convnetjs', 'brain.js', 'pytorch', 'tfjs-cpu'],
  },
  {
    name: 'mlp-16-32-4',
    sizes: [16, 32, 4],
    activation: 'tanh',
    loss: 'crossEntropy',
    batch: 16,
    optimizer: { kind: 'sgd', learningRate: 0.1 },
    peers: ['convnetjs', 'brain.js', 'tfjs-cpu'],
  },
]

/**
 * Floating point operations of the matrix products of one training step.
 * `2 B Σ in·out` each for the forward pass, the weight gradients and the input gradients; the first
 * layer needs no input gradient.
 */
export function matmulFlops({ sizes, batch }: Workload): number {
  const products = sizes.slice(1).map((units, layer) => 2 * batch * sizes[layer]! * units)
  return 3 * products.reduce((sum, flops) => sum + flops, 0) - products[0]!
}
