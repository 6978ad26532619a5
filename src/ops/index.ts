export {
  elu,
  gelu,
  geluTanh,
  hardtanh,
  leakyRelu,
  logSigmoid,
  mish,
  selu,
  silu,
  softplus,
  softsign,
} from './activations.ts'
export {
  binaryCrossEntropyPerElement,
  crossEntropyPerRow,
  squaredErrorPerElement,
} from './losses.ts'
export { mean, softmax } from './reductions.ts'
