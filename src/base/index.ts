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
  RunError,
  ShapeError,
} from './errors.ts'
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
export { mapNamed, type Named, prefixNamed, unprefixNamed } from './tree.ts'
