import type { Named, Tensor } from '../base/index.ts'
import type { EpochRecord } from '../runs/index.ts'
import type { BadValue } from './first-bad-value.ts'
import { findNonFinite } from './guards.ts'
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
}

/** A state that was good, and after how many steps. */
interface Good {
  readonly step: number
  readonly tensors: Named<Tensor>
}

/**
 * Keeps the last good state of a run in memory, so that a step that left the finite numbers can be
 * made again and looked into. Everything of a step follows from its number and the state before it.
 */
export class FlightRecorder {
  readonly #trainer: Trainer
  #good: Good | undefined
  #keptAt = Number.NEGATIVE_INFINITY

  constructor(trainer: Trainer) {
    this.#trainer = trainer
  }

  /** Keeps the state after so many steps, if the last one kept is old and this one is good. */
  async keep(step: number): Promise<void> {
    if (!this.#trainer.canReplay || performance.now() - this.#keptAt < everyMs) return
    this.keepRead(step, await this.#trainer.state.read())
  }

  /** Keeps a state that was read anyway. */
  keepRead(step: number, tensors: Named<Tensor>): void {
    this.#keptAt = performance.now()
    if (this.#trainer.canReplay && !findNonFinite(tensors)) this.#good = { step, tensors }
  }

  /**
   * Goes back to the last good state, makes the steps up to `last` again, and looks into the first whose
   * result is not finite. The trainer is left in the state before that step. Undefined when nothing
   * bad is met again.
   */
  async replay(last: number, history: readonly EpochRecord[]): Promise<Divergence | undefined> {
    let good = this.#good
    if (!good) return undefined
    this.#trainer.restore(good.tensors)
    while (good.step < last) {
      const until = Math.min(last, good.step + stride)
      const next = await this.#stepTo(good, until, history)
      if (next === undefined) return this.#singleSteps(good, until, history)
      good = next
    }
    return undefined
  }

  /** The state some steps later; undefined when one of them went wrong. */
  async #stepTo(
    { step }: Good,
    until: number,
    history: readonly EpochRecord[],
  ): Promise<Good | undefined> {
    for (let at = step; at < until; at++) {
      const [record] = await this.#trainer.advance(at, historyBefore(at, history), 1)
      if (!Number.isFinite(record!.loss)) return undefined
    }
    const tensors = await this.#trainer.state.read()
    return findNonFinite(tensors) ? undefined : { step: until, tensors }
  }

  async #singleSteps(
    from: Good,
    until: number,
    history: readonly EpochRecord[],
  ): Promise<Divergence | undefined> {
    this.#trainer.restore(from.tensors)
    let good = from
    while (good.step < until) {
      const next = await this.#stepTo(good, good.step + 1, history)
      if (next) good = next
      else {
        this.#good = good
        this.#trainer.restore(good.tensors)
        const bad = await this.#trainer.firstBadValue(good.step, historyBefore(good.step, history))
        return bad && { step: good.step + 1, bad }
      }
    }
    return undefined
  }
}

/** The epochs that were done when a step was made. */
const historyBefore = (step: number, history: readonly EpochRecord[]): readonly EpochRecord[] =>
  history.filter(record => record.step <= step)
