import { fillNormal, permutation, type Shape, sizeOf, splitKey } from '../base/index.ts'
import { matrixOf } from './fans.ts'
import { type Filling, unbounded } from './filling.ts'

/**
 * `gain` where output i meets input i, in the middle of a kernel, and 0 elsewhere: as many channels as
 * there are on both sides pass unchanged.
 */
export function identityFilling(gain: number, shape: Shape): Filling {
  const [outputs = 0, inputs = 0] = shape
  const kernel = shape.slice(2)
  const area = sizeOf(kernel)
  // An even kernel has no middle; PyTorch's dirac_ takes the later of the two, and so do we.
  const middle = kernel.reduce((place, size) => place * size + Math.floor(size / 2), 0)
  const passed = Math.min(outputs, inputs)
  const share = passed / matrixOf(shape).size
  return {
    moments: {
      mean: gain * share,
      std: Math.abs(gain) * Math.sqrt(share - share * share),
      low: Math.min(0, gain),
      high: Math.max(0, gain),
    },
    fill(_, array) {
      array.fill(0)
      for (let i = 0; i < passed; i++) array[(i * inputs + i) * area + middle] = gain
    },
  }
}

/** N(0, std²) for so many inputs of each output, picked at random, or for all where there are fewer. */
export function sparseFilling(connections: number, std: number, shape: Shape): Filling {
  const { rows, columns } = matrixOf(shape)
  const count = Math.min(connections, columns)
  return {
    moments: unbounded(0, std * Math.sqrt(count / columns)),
    fill(key, array) {
      const weights = new Float64Array(rows * count)
      fillNormal(splitKey(key, 'weights'), weights, 0, std)
      array.fill(0)
      for (let row = 0; row < rows; row++) {
        const order = permutation(splitKey(key, 'inputs', row), columns)
        for (let i = 0; i < count; i++) array[row * columns + order[i]!] = weights[row * count + i]!
      }
    },
  }
}
