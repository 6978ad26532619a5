import type {
  InferenceSession,
  InferenceSessionFactory,
  Tensor,
  TensorConstructor,
} from 'onnxruntime-common'
import type { Dialect } from '../../onnx/index.ts'
import type { Engine } from '../contract.ts'

/** The part of ONNX Runtime that both its native and its wasm build offer. */
export interface Runtime extends Pick<Engine, 'name' | 'description' | 'callMs'> {
  readonly InferenceSession: InferenceSessionFactory
  readonly Tensor: TensorConstructor
  readonly sessionOptions: InferenceSession.SessionOptions
  /**
   * Whether a run writes into tensors given for its results. The native build does; the wasm build
   * silently leaves them as they were, so there the returned tensors are taken over.
   */
  readonly writesInPlace: boolean
  /** Which operators its device knows, default 'runtime'. */
  readonly dialect?: Dialect
  /** Channels in a block, where it has operators for images with channels in blocks. */
  readonly perBlock?: number
  /** Whether it runs several steps in one call as a Loop, default yes. */
  readonly hasLoop?: boolean
  /** Whether the state stays on the device, from where nothing can be read without a run. */
  readonly isResident?: boolean
}

/** A tensor of ONNX Runtime. */
export type OrtTensor = Tensor
