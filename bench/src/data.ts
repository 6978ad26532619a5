import { sizeOf, type Workload } from './workloads.ts'

/** One batch in host memory, row-major. */
export interface Batch {
  /** `[B, D]` */
  readonly inputs: Float32Array<ArrayBuffer>
  /** Class numbers `[B]` for `crossEntropy`, values `[B, K]` for `mse`. */
  readonly targets: Int32Array<ArrayBuffer> | Float32Array<ArrayBuffer>
}

/** Weights `[in, out]` and biases `[out]` of one layer. */
export interface LayerWeights {
  readonly weight: Float32Array<ArrayBuffer>
  readonly bias: Float32Array<ArrayBuffer>
}

/** How many batches the contestants rotate over. */
export const batchCount = 20

/** Numbers in [0, 1) that are the same for the same seed. Source: mulberry32. */
export function randomFrom(seed: number): () => number {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let bits = Math.imul(state ^ (state >>> 15), state | 1)
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61)
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32
  }
}

/** The batches of a workload: noisy class centres for `crossEntropy`, noisy XOR for `mse`. */
export function makeBatches(workload: Workload, seed = 1): Batch[] {
  const random = randomFrom(seed)
  const make = workload.loss === 'crossEntropy' ? clusters(workload, random) : xor(workload, random)
  return Array.from({ length: batchCount }, make)
}

/**
 * Three labels in ten are drawn at random and the noise is small, so the loss soon falls but stays
 * far from zero: gradients of ordinary size all through the measurement.
 */
function clusters({ input, outputs: classes, batch }: Workload, random: () => number): () => Batch {
  const width = sizeOf(input)
  const draw = () => Math.floor(random() * classes)
  // Uniform on ±√3 has variance 1.
  const centred = () => (2 * random() - 1) * Math.sqrt(3)
  const centres = Float32Array.from({ length: classes * width }, centred)
  return () => {
    const sources = Array.from({ length: batch }, draw)
    const inputs = Float32Array.from({ length: batch * width }, (_, i) => {
      const source = sources[Math.floor(i / width)]!
      return centres[source * width + (i % width)]! + 0.05 * centred()
    })
    return { inputs, targets: Int32Array.from(sources, s => (random() < 0.3 ? draw() : s)) }
  }
}

/**
 * Targets are 0 and 0.5: their mean is not the 0.5 that an untrained sigmoid gives, so the loss can
 * fall even in a net too deep to learn the function itself.
 */
function xor({ batch }: Workload, random: () => number): () => Batch {
  return () => {
    const inputs = new Float32Array(batch * 2)
    const targets = new Float32Array(batch)
    for (let row = 0; row < batch; row++) {
      const [a, b] = [row & 1, (row >> 1) & 1]
      inputs[2 * row] = a + 0.1 * random()
      inputs[2 * row + 1] = b + 0.1 * random()
      targets[row] = 0.5 * (a ^ b)
    }
    return { inputs, targets }
  }
}

/** Starting weights of a fully connected net: uniform on ±√(6/in) for relu, on ±√(6/(in+out)) otherwise; biases 0. */
export function makeWeights({ name, mlp }: Workload, seed = 2): LayerWeights[] {
  if (!mlp) throw new Error(`${name} is not a fully connected net`)
  const { sizes, activation } = mlp
  const random = randomFrom(seed)
  return sizes.slice(1).map((units, layer) => {
    const width = sizes[layer]!
    const bound = Math.sqrt(6 / (activation === 'relu' ? width : width + units))
    return {
      weight: Float32Array.from({ length: width * units }, () => (2 * random() - 1) * bound),
      bias: new Float32Array(units),
    }
  })
}
