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
  answeredLabels,
  areRightClasses,
  areRightLabels,
  wantedClasses,
  wantedLabels,
} from './answers.ts'
export {
  absoluteErrorPerElement,
  binaryCrossEntropyPerElement,
  type CrossEntropyOptions,
  crossEntropyPerRow,
  hingePerRow,
  huberPerElement,
  klDivergencePerRow,
  squaredErrorPerElement,
} from './losses.ts'
export { mean, softmax } from './reductions.ts'
export type { Task } from './task.ts'
