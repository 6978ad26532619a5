import type {
  InferenceSession,
  InferenceSessionFactory,
  Tensor,
  TensorConstructor,
} from 'onnxruntime-common'
import type { EngineName } from '../contract.ts'

/** The part of ONNX Runtime that both its native and its wasm build offer. */
export interface Runtime {
  readonly name: EngineName
  readonly description: string
  readonly InferenceSession: InferenceSessionFactory
  readonly Tensor: TensorConstructor
  readonly sessionOptions: InferenceSession.SessionOptions
  /**
   * Whether a run writes into tensors given for its results. The native build does; the wasm build
   * silently leaves them as they were, so there the returned tensors are taken over.
   */
  readonly writesInPlace: boolean
}

/** A tensor of ONNX Runtime. */
export type OrtTensor = Tensor
