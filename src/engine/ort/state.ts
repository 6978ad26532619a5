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
import { giveBack, isOnDevice } from './residents.ts'
import type { OrtTensor, Runtime } from './runtime.ts'

/** ONNX Runtime's names of our element types are the same words. */
export function toOrt(runtime: Runtime, { dtype, data, shape }: Tensor): OrtTensor {
  return new runtime.Tensor(dtype, data as never, shape)
}

/** A view of a tensor of ONNX Runtime in ordinary memory, without a copy. */
export function fromOrt(tensor: OrtTensor): Tensor {
  return {
    dtype: tensor.type as Tensor['dtype'],
    shape: tensor.dims,
    data: tensor.data as NumericArray,
  }
}

const dropped = new FinalizationRegistry<ReadonlyMap<string, OrtTensor>>(tensors =>
  giveBack(tensors.values()),
)

/** Brings a tensor from the device. */
export type Download = (tensor: OrtTensor) => Promise<Tensor>

/**
 * In ordinary memory two buffers per tensor: a step reads the current one and writes the spare one,
 * then they swap. On a device every step makes new tensors, and those before are given back. A step
 * that fails has done neither, so the state is as before.
 */
export class OrtState implements State {
  readonly #current: Map<string, OrtTensor>
  readonly #spare: Map<string, OrtTensor>
  readonly #download: Download
  /** Tensors of the device that nobody needs but a read under way. */
  readonly #outdated: OrtTensor[] = []
  #reads = 0
  isBusy = false

  constructor(runtime: Runtime, tensors: Named<Tensor>, download: Download) {
    const own = () =>
      new Map(
        Object.entries(tensors).map(([name, tensor]) => [name, toOrt(runtime, copyTensor(tensor))]),
      )
    this.#current = own()
    this.#spare = runtime.writesInPlace ? own() : new Map()
    this.#download = download
    // The device's memory is not collected with the objects that stand for it.
    if (runtime.isResident) dropped.register(this, this.#current)
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
      const [old, spare] = [this.#current.get(name)!, this.#spare.get(name)]
      if (spare) {
        freeCopy(returned, spare)
        this.#spare.set(name, old)
      } else this.#outdated.push(old)
      this.#current.set(name, spare ?? returned)
    }
    this.#giveBack()
  }

  async read(): Promise<Named<Tensor>> {
    this.#reads++
    try {
      const copies: Record<string, Tensor> = {}
      for (const [name, tensor] of [...this.#current]) copies[name] = await this.#copy(tensor)
      return copies
    } finally {
      this.#reads--
      this.#giveBack()
    }
  }

  async #copy(tensor: OrtTensor): Promise<Tensor> {
    return isOnDevice(tensor) ? this.#download(tensor) : copyTensor(fromOrt(tensor))
  }

  #giveBack(): void {
    if (this.#reads === 0) giveBack(this.#outdated.splice(0))
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
