import {
  type DType,
  dtypes,
  mapNamed,
  type Named,
  type NumericArray,
  type Shape,
  sizeOf,
  type Tensor,
} from '../../../base/index.ts'
import { onnxTypeOf } from '../../../formats/index.ts'
import type { TensorType } from '../../feeds.ts'
import { freeWith } from './freeing.ts'
import type { Pointer } from './functions.ts'
import type { OrtLibrary } from './library.ts'

/**
 * A tensor that ONNX Runtime reads and writes in place. User code never sees its array, so nothing
 * can change, move or detach it while a run is under way.
 */
export interface Cell extends TensorType {
  readonly data: NumericArray
  /** The OrtValue that wraps the array. */
  readonly value: Pointer
}

/** Makes cells, and frees their OrtValues once nothing holds them. */
export class CellMaker {
  readonly #library: OrtLibrary
  readonly #memory: Pointer

  constructor(library: OrtLibrary) {
    this.#library = library
    const { createCpuMemoryInfo } = library.functions
    const [arena, ordinary] = [1, 0]
    this.#memory = library.make(
      made => createCpuMemoryInfo(arena, ordinary, made),
      'a description of memory',
    )
  }

  /** A cell of zeros. Throws RangeError when there is no room for it. */
  zeros(dtype: DType, shape: Shape): Cell {
    const size = sizeOf(shape)
    // At least one element, since an empty array has no address.
    const buffer = new ArrayBuffer(Math.max(1, size) * dtypes[dtype].sizeBytes)
    const data = dtypes[dtype].view(buffer, 0, size)
    const dims = BigInt64Array.from(shape, BigInt)
    const { addressOf, make, functions } = this.#library
    const value = make(
      made =>
        functions.createTensorWithData(
          this.#memory,
          addressOf(new Uint8Array(buffer)),
          data.byteLength,
          dims,
          dims.length,
          onnxTypeOf[dtype],
          made,
        ),
      'a tensor',
    )
    const cell = { dtype, shape: [...shape], data, value }
    freeWith(cell, value, functions.releaseValue)
    return cell
  }

  /** A cell with a copy of a tensor's elements. */
  copyOf({ dtype, shape, data }: Tensor): Cell {
    const cell = this.zeros(dtype, shape)
    cell.data.set(data)
    return cell
  }
}

/**
 * Two cells a tensor: a step reads the current one and writes the spare one, then they swap. A step
 * that fails has not swapped, so the state is as before.
 */
export interface Memory {
  current: Named<Cell>
  spare: Named<Cell>
  isBusy: boolean
}

/** Memory that holds a copy of some tensors. */
export function memoryOf(cells: CellMaker, tensors: Named<Tensor>): Memory {
  return {
    current: mapNamed(tensors, tensor => cells.copyOf(tensor)),
    spare: mapNamed(tensors, ({ dtype, shape }) => cells.zeros(dtype, shape)),
    isBusy: false,
  }
}

/** Makes what a step wrote the current cells. */
export function advance(memory: Memory, written: readonly string[]): void {
  const { current, spare } = memory
  const swapped = (from: Named<Cell>) =>
    Object.fromEntries(written.map(name => [name, from[name]!]))
  memory.current = { ...current, ...swapped(spare) }
  memory.spare = { ...spare, ...swapped(current) }
}
