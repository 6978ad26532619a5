import { ConfigError, ShapeError, type Tensor } from '../base/index.ts'
import { type RowSource, type Rows, rowSizeOf, rowsOfValues, type Values } from '../data/index.ts'
import { type Engine, type EngineOption, engineOfRun, type State, workOf } from '../engine/index.ts'
import { input, pureProgram, type Value } from '../ir/index.ts'
import { biasOfMeans } from './first-tensors.ts'
import type { RbmConfig } from './rbm.ts'
import { type RbmValues, type RbmWeights, rbmValues, sidesOf, weightInputs } from './rbm-graph.ts'
import type { Scaling } from './rbm-step.ts'
import { RowPrograms } from './row-programs.ts'

/** Rows as people have them, scaled as those the machine was trained on. */
export type RowsLike = Values | RowSource

/** How a machine computes. */
export interface RbmSettings extends Scaling {
  /** By default the fastest that works here for its size. */
  readonly engine?: EngineOption
}

/** What a machine computes with, once an engine is chosen. */
export interface MachineParts {
  readonly engine: Engine
  /** Holds the parameters by name. */
  readonly state: State
  /** Functions of rows as the machine was trained on, scaled in the graph. */
  readonly rows: RowPrograms
  /** Functions of hidden states. */
  readonly codes: RowPrograms
}

/** A machine with parameters, ready to compute; the engine is chosen when it is first needed. */
export class Machine {
  readonly config: RbmConfig
  readonly weights: RbmWeights
  /** V and H. */
  readonly visible: number
  readonly hidden: number
  /** Its expressions over inputs that the state holds. */
  readonly values: RbmValues
  readonly #settings: RbmSettings
  #parts: Promise<MachineParts> | undefined

  /** Throws ConfigError when the parameters do not fit each other or the description. */
  constructor(config: RbmConfig, weights: RbmWeights, settings: RbmSettings) {
    const { hidden, visible } = sidesOf(weights)
    if (hidden !== config.hidden)
      throw new ConfigError({
        who: 'rbm weights',
        expected: `[${config.hidden}, V]`,
        received: `[${hidden}, ${visible}]`,
      })
    this.config = config
    this.weights = weights
    this.hidden = hidden
    this.visible = visible
    this.values = rbmValues(config, weightInputs(hidden, visible))
    this.#settings = settings
  }

  parts(): Promise<MachineParts> {
    this.#parts ??= this.#prepare()
    return this.#parts
  }

  /** A function of each row. Throws ShapeError when rows have another size. */
  async map(name: string, rows: RowsLike, build: (v: Value) => Value): Promise<Tensor> {
    const { rows: programs } = await this.parts()
    const { y } = await programs.run(this.rowsOf(rows), { name, build: v => ({ y: build(v) }) })
    return y!
  }

  /** A function of hidden states. Throws ShapeError when they have another size. */
  async mapCodes(name: string, codes: RowsLike, build: (h: Value) => Value): Promise<Tensor> {
    const { codes: programs } = await this.parts()
    const rows = requireSize(rowsOfValues(codes), this.hidden, 'hidden units')
    const { y } = await programs.run(rows, { name, build: h => ({ y: build(h) }) })
    return y!
  }

  /** Rows that fit. Throws ShapeError when they have another size. */
  rowsOf(rows: RowsLike): Rows {
    return requireSize(rowsOfValues(rows), this.visible, 'visible units')
  }

  /** The visible biases at which units without weights have the means of rows. */
  biasOfMeans(rows: RowsLike): Tensor {
    const { engine: _, ...scaling } = this.#settings
    return biasOfMeans(this.config.visibleUnits, this.rowsOf(rows), scaling)
  }

  async #prepare(): Promise<MachineParts> {
    const { engine: choice, ...scaling } = this.#settings
    const { hiddenInput, visibleInput } = this.values
    const y = visibleInput(hiddenInput(input('v', [100, this.visible])))
    const { engine } = await engineOfRun(choice, workOf(pureProgram({ y })))
    const state = engine.createState({ ...this.weights })
    const rows = new RowPrograms(engine, state, scaling)
    return { engine, state, rows, codes: new RowPrograms(engine, state, {}) }
  }
}

function requireSize(rows: Rows, size: number, units: string): Rows {
  if (rows.shape.length > 1 && rowSizeOf(rows) === size) return rows
  throw new ShapeError({
    who: 'rbm',
    expected: `rows [N, ...] of ${size} numbers, as many as ${units}`,
    received: `[${rows.shape}]`,
  })
}
