import type { Named, Tensor } from '../base/index.ts'
import type { Program } from '../ir/index.ts'

/** The engines that can run a program. */
export type EngineName = 'native' | 'capi' | 'wasm' | 'js' | 'reference'

/** How a program is compiled. */
export interface CompileOptions {
  /**
   * Steps of the program in one call, default 1. Above 1 every fed tensor and every output has a
   * leading axis of that size, and the state advances once per step.
   */
  readonly stepsPerCall?: number
}

/**
 * Tensors that live inside an engine between runs: parameters, optimiser state. Programs compiled by
 * the same engine share them by name. Reading copies; nothing has to be disposed.
 */
export interface State {
  /** A copy of every tensor. */
  read(): Promise<Named<Tensor>>
}

/** A compiled program. */
export interface Executable {
  /**
   * Runs the program and advances the state, or leaves it untouched when the run fails.
   * Feeds: every input that the state does not hold.
   * Throws EngineError when an input is missing or has another shape or element type.
   */
  run(feeds: Named<Tensor>, state?: State): Promise<Named<Tensor>>
  /** Gives the engine's memory back at once instead of whenever it is collected. */
  release(): Promise<void>
}

/** Compiles programs and keeps their state. The contract suite holds for every engine. */
export interface Engine {
  readonly name: EngineName
  /** What runs underneath, with version and threads; written into every run. */
  readonly description: string
  /** Milliseconds of work that hide what a call costs, default 40: steps are put together to reach it. */
  readonly callMs?: number
  /** Several computations make every call together, so that none may make one of its own. */
  readonly isShared?: true
  compile(program: Program, options?: CompileOptions): Promise<Executable>
  createState(tensors: Named<Tensor>): State
}
