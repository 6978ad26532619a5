import { copyTensor, EngineError, mapNamed, type Named, type Tensor } from '../base/index.ts'
import type { State } from './contract.ts'
import { checkFeeds, checkState, checkStateTensors, type TensorType } from './feeds.ts'

/** What a run is of, as far as its state is concerned. */
export interface HostRun {
  readonly inputs: ReadonlyMap<string, TensorType>
  /** What the program carries on. */
  readonly next: Named<TensorType>
  readonly stepsPerCall: number
}

/** The states of an engine that keeps them in host memory. */
export class HostStates {
  readonly #who: string
  readonly #held = new WeakMap<State, Named<Tensor>>()

  constructor(who: string) {
    this.#who = who
  }

  /** Throws EngineError when a tensor is not what its shape and element type say. */
  create(tensors: Named<Tensor>): State {
    checkStateTensors(this.#who, tensors)
    const state: State = { read: async () => mapNamed(this.#held.get(state)!, copyTensor) }
    this.#held.set(state, mapNamed(tensors, copyTensor))
    return state
  }

  /**
   * The tensors that a state holds, once they and the feeds are known to fit the program; none without
   * a state. Throws EngineError when they do not fit, or another engine made the state.
   */
  heldFor(run: HostRun, feeds: Named<Tensor>, state: State | undefined): Named<Tensor> {
    const held = state ? this.#held.get(state) : {}
    if (!held)
      throw new EngineError({
        who: this.#who,
        expected: 'a state that this engine created',
        received: 'another',
      })
    const { inputs, next, stepsPerCall } = run
    const isHeld = (name: string) => Object.hasOwn(held, name)
    checkFeeds(this.#who, inputs, feeds, { stepsPerCall, isHeld })
    if (state) checkState(this.#who, inputs, next, name => (isHeld(name) ? held[name] : undefined))
    return held
  }

  /** What a state holds from now on. */
  set(state: State, tensors: Named<Tensor>): void {
    this.#held.set(state, tensors)
  }
}
