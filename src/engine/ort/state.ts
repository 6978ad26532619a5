import {
  copyTensor,
  type DType,
  EngineError,
  type Named,
  type NumericArray,
  type Tensor,
} from '../../base/index.ts'
import type { State } from '../contract.ts'
import type { TensorType } from '../feeds.ts'
import type { OrtTensor, Runtime } from './runtime.ts'

/** ONNX Runtime's names of our element types are the same words. */
export function toOrt(runtime: Runtime, { dtype, data, shape }: Tensor): OrtTensor {
  return new runtime.Tensor(dtype, data as never, shape)
}

/** A view of a tensor of ONNX Runtime, without a copy. */
export function fromOrt(tensor: OrtTensor): Tensor {
  return {
    dtype: tensor.type as Tensor['dtype'],
    shape: tensor.dims,
    data: tensor.data as NumericArray,
  }
}

/**
 * Two buffers per tensor: a step reads the current one and writes the spare one, then they swap.
 * A step that fails has not swapped, so the state is as before.
 */
export class OrtState implements State {
  readonly #current: Map<string, OrtTensor>
  readonly #spare: Map<string, OrtTensor>
  isBusy = false

  constructor(runtime: Runtime, tensors: Named<Tensor>) {
    const own = () =>
      new Map(
        Object.entries(tensors).map(([name, tensor]) => [name, toOrt(runtime, copyTensor(tensor))]),
      )
    this.#current = own()
    this.#spare = runtime.writesInPlace ? own() : new Map()
  }

  current(name: string): OrtTensor | undefined {
    return this.#current.get(name)
  }

  /** The element type and shape of a tensor it holds. */
  typeOf(name: string): TensorType | undefined {
    const tensor = this.#current.get(name)
    return tensor && { dtype: tensor.type as DType, shape: tensor.dims }
  }

  spare(name: string): OrtTensor | null {
    return this.#spare.get(name) ?? null
  }

  /** Makes what a step wrote the current tensors. */
  advance(written: ReadonlyMap<string, OrtTensor>): void {
    for (const [name, returned] of written) {
      const spare = this.#spare.get(name)
      if (spare) {
        freeCopy(returned, spare)
        this.#spare.set(name, this.#current.get(name)!)
      }
      this.#current.set(name, spare ?? returned)
    }
  }

  async read(): Promise<Named<Tensor>> {
    return Object.fromEntries(
      [...this.#current].map(([name, tensor]) => [name, copyTensor(fromOrt(tensor))]),
    )
  }
}

/**
 * Gives back at once the copy that the native binding returns of what it already wrote in place:
 * several megabytes a call, which would pile up until they are collected.
 */
function freeCopy(returned: OrtTensor, written: OrtTensor): void {
  const copy = fromOrt(returned).data.buffer
  if (copy !== fromOrt(written).data.buffer) copy.transfer(0)
}

/** The state as this engine made it. Throws EngineError when another engine made it. */
export function ownState(state: State | undefined, engine: string): OrtState | undefined {
  if (state === undefined || state instanceof OrtState) return state
  throw new EngineError({
    who: engine,
    expected: 'a state made by its own createState()',
    received: 'one of another engine',
  })
}
