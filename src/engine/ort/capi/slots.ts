import { copyTensor, type Tensor } from '../../../base/index.ts'
import type { TensorType } from '../../feeds.ts'
import type { Pointer } from './functions.ts'
import type { OrtLibrary } from './library.ts'
import type { Cell, CellMaker } from './memory.ts'
import { type RunArguments, runSession, type Session, textsOf } from './session.ts'

/** Runs that take at least this long leave the event loop free; shorter ones cost less in place. */
const asideFromMs = 5

/** Runs of a session that may be aside at once; koffi refuses the 257th of all. */
const mostAside = 32

/** A session, and what its runs read and write. */
export interface SlotsOptions {
  readonly library: OrtLibrary
  readonly cells: CellMaker
  readonly canRunAside: boolean
  readonly session: Session
  readonly inputNames: readonly string[]
  /** Outputs, then what a run may write into cells it is given. */
  readonly outputNames: readonly string[]
  readonly outputTypes: readonly TensorType[]
}

/** What a run reads: a cell where it is, or a tensor of the user's, which is copied first. */
export type RunInput = { readonly held: Cell } | { readonly fed: Tensor }

/** The cells of one run. */
interface Slot {
  /** By place among the inputs; only those that were ever fed. */
  readonly feeds: (Cell | undefined)[]
  readonly outputs: readonly Cell[]
}

/**
 * The runs of a session. Each has cells of its own, so that any number may be under way at once, and
 * user code may do what it likes with its tensors meanwhile.
 */
export class Slots {
  readonly session: Session
  readonly #options: SlotsOptions
  readonly #names: Pick<RunArguments, 'inputNames' | 'outputNames'>
  readonly #free: Slot[] = []
  /** Runs, with all that must stay reachable during them. */
  readonly #underway = new Map<Promise<void>, unknown>()
  #lastMs = Number.POSITIVE_INFINITY

  constructor(options: SlotsOptions) {
    const { library, session, inputNames, outputNames } = options
    this.#options = options
    this.session = session
    this.#names = {
      inputNames: textsOf(library, inputNames),
      outputNames: textsOf(library, outputNames),
    }
  }

  /** Runs, writes the last outputs into the cells given for them, returns copies of the others. */
  async run(inputs: readonly RunInput[], written: readonly Cell[]): Promise<Tensor[]> {
    const { library, canRunAside } = this.#options
    const slot = this.#free.pop() ?? this.#newSlot()
    const read = inputs.map((input, i) =>
      'held' in input ? input.held : this.#feed(slot, i, input.fed),
    )
    const asked = [...slot.outputs, ...written]
    const given: RunArguments = {
      ...this.#names,
      inputs: pointersOf(read),
      outputs: pointersOf(asked),
    }
    const isAside = canRunAside && this.#lastMs >= asideFromMs && this.#underway.size < mostAside
    const start = performance.now()
    const work = runSession(library, this.session, given, isAside)
    this.#underway.set(work, [given, read, asked])
    try {
      await work
      this.#lastMs = performance.now() - start
      return slot.outputs.map(copyTensor)
    } finally {
      this.#underway.delete(work)
      this.#free.push(slot)
    }
  }

  /** Resolves when no run is under way. */
  async idle(): Promise<void> {
    await Promise.allSettled(this.#underway.keys())
  }

  #newSlot(): Slot {
    const { cells, outputTypes } = this.#options
    return { feeds: [], outputs: outputTypes.map(({ dtype, shape }) => cells.zeros(dtype, shape)) }
  }

  #feed(slot: Slot, place: number, { dtype, shape, data }: Tensor): Cell {
    slot.feeds[place] ??= this.#options.cells.zeros(dtype, shape)
    slot.feeds[place].data.set(data)
    return slot.feeds[place]
  }
}

function pointersOf(cells: readonly Cell[]): BigUint64Array {
  return BigUint64Array.from(cells, ({ value }): Pointer => value)
}
