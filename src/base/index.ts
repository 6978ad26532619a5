export { breathe } from './breathe.ts'
export { type DType, dtypes, type FloatDType, isFloat, type NumericArray } from './dtype.ts'
export {
  type Complaint,
  ConfigError,
  DataError,
  DTypeError,
  EngineError,
  FormatError,
  GraphError,
  JustrightError,
  messageOf,
  RunError,
  ShapeError,
} from './errors.ts'
export { decodeJson, encodeJson, type Json } from './json.ts'
export { fillMask } from './mask.ts'
export type { MetricResult, MetricResults, PerClass } from './metric-result.ts'
export { fillNoise } from './noise.ts'
export {
  fillBits,
  fillNormal,
  fillUniform,
  keyOf,
  permutation,
  randomIndex,
  splitKey,
} from './random.ts'
export {
  checked,
  given,
  integerFrom,
  listOf,
  numberFrom,
  oneOf,
  type Requirement,
  requirements,
  requireSetting,
} from './requirement.ts'
export {
  broadcastAxes,
  broadcastShapes,
  formatShape,
  resolveAxis,
  type Shape,
  sameShape,
  sizeOf,
  stridesOf,
} from './shape.ts'
export { didYouMean, rowNamed, unknownName } from './suggest.ts'
export {
  bytesOf,
  castTensor,
  copyTensor,
  type Tensor,
  type TensorLike,
  tensor,
  tensorOf,
  zerosTensor,
} from './tensor.ts'
export { type Language, languages, type Text } from './text.ts'
export type { Key } from './threefry.ts'
export { mapNamed, type Named, prefixNamed, unprefixNamed } from './tree.ts'
export { cosine, sine } from './trigonometry.ts'
export { version } from './version.ts'
