import type { Named, Tensor } from '../base/index.ts'
import type { EpochRecord, Progress } from '../runs/index.ts'
import type { BadValue } from './first-bad-value.ts'
import { findNonFinite } from './guards.ts'
import { withStep } from './partial.ts'
import type { Trainer } from './trainer.ts'

/** Milliseconds of training between two states that are kept. */
const everyMs = 5000
/** Steps that are replayed before the state is looked at. */
const stride = 32

/** Where a run left the finite numbers. */
export interface Divergence {
  /** The step that made the first bad value, counted from 1. */
  readonly step: number
  readonly bad: BadValue
  /** Sums over the steps of its epoch before it. */
  readonly partial: Progress['partial']
}

/** A state that was good, between two steps. */
interface Good {
  readonly progress: Progress
  readonly tensors: Named<Tensor>
  readonly best: Named<Tensor> | undefined
}

/** What a replay knows of a place in a run. */
interface Place extends Pick<Progress, 'step' | 'partial'> {
  readonly tensors: Named<Tensor>
}

/**
 * Keeps the last good state of a run in memory, so that a step that left the finite numbers can be
 * made again and looked into. Everything of a step follows from its number and the state before it.
 */
export class FlightRecorder {
  readonly #trainer: Trainer
  /** The first of the sitting, and the last two: a state may be finite and yet too far gone. */
  #kept: readonly Good[] = []
  #rewoundTo: Good | undefined
  #keptAt = Number.NEGATIVE_INFINITY

  constructor(trainer: Trainer) {
    this.#trainer = trainer
  }

  /** Keeps the state at a place, if the last one kept is old and this one is good. */
  async keep(progress: Progress): Promise<void> {
    if (!this.#trainer.canReplay || performance.now() - this.#keptAt < everyMs) return
    this.#keptAt = performance.now()
    const tensors = await this.#trainer.state.read()
    if (!findNonFinite(tensors)) this.keepRead(progress, tensors)
  }

  /** Keeps a state that was read anyway and found good; what `progress` holds may grow, and is not copied. */
  keepRead(progress: Progress, tensors: Named<Tensor>): void {
    this.#keptAt = performance.now()
    if (!this.#trainer.canReplay) return
    const [first, ...rest] = [...this.#kept, { progress, tensors, best: this.#trainer.best }]
    this.#kept = [first!, ...rest.slice(-2)]
  }

  /**
   * Goes back to the last good state, makes the steps up to `last` again, and looks into the first whose
   * result is not finite. The trainer is left in the state before that step. Undefined when nothing
   * bad is met again.
   */
  async replay(last: number, history: readonly EpochRecord[]): Promise<Divergence | undefined> {
    const kept = this.#kept.at(-1)
    if (!kept) return undefined
    let good: Place = { ...kept.progress, tensors: kept.tensors }
    this.#trainer.restore(good.tensors)
    while (good.step < last) {
      const until = Math.min(last, good.step + stride)
      const next = await this.#stepTo(good, until, history)
      if (next === undefined) return this.#singleSteps(good, until, history)
      good = next
    }
    return undefined
  }

  /** Goes back to the last good state that was kept, the second time to the one before; tells where that is. */
  rewind(): Progress {
    if (this.#kept.length > 1 && this.#kept.at(-1) === this.#rewoundTo)
      this.#kept = this.#kept.slice(0, -1)
    this.#rewoundTo = this.#kept.at(-1)!
    const { progress, tensors, best } = this.#rewoundTo
    this.#trainer.restore(tensors, best)
    return progress
  }

  /** The state some steps later; undefined when one of them went wrong. */
  async #stepTo(
    { step, partial }: Place,
    until: number,
    history: readonly EpochRecord[],
  ): Promise<Place | undefined> {
    let sums = partial
    for (let at = step; at < until; at++) {
      const [record] = await this.#trainer.advance(at, historyBefore(at, history), 1)
      if (!Number.isFinite(record!.loss)) return undefined
      sums = withStep(sums, record!)
    }
    const tensors = await this.#trainer.state.read()
    return findNonFinite(tensors) ? undefined : { step: until, partial: sums, tensors }
  }

  async #singleSteps(
    from: Place,
    until: number,
    history: readonly EpochRecord[],
  ): Promise<Divergence | undefined> {
    this.#trainer.restore(from.tensors)
    let good = from
    while (good.step < until) {
      const next = await this.#stepTo(good, good.step + 1, history)
      if (next) good = next
      else {
        this.#trainer.restore(good.tensors)
        const bad = await this.#trainer.firstBadValue(good.step, historyBefore(good.step, history))
        return bad && { step: good.step + 1, bad, partial: good.partial }
      }
    }
    return undefined
  }
}

/** The epochs that were done when a step was made. */
const historyBefore = (step: number, history: readonly EpochRecord[]): readonly EpochRecord[] =>
  history.filter(record => record.step <= step)
