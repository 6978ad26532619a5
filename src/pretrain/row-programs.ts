import { mapNamed, type Named, sizeOf, type Tensor } from '../base/index.ts'
import { type Rows, rowsAt } from '../data/index.ts'
import { type Engine, type Executable, optimised, type State } from '../engine/index.ts'
import { pureProgram, type Value } from '../ir/index.ts'
import { rowsName, type Scaling, seenRows } from './rbm-step.ts'

/** Rows that are computed at once: large enough to be fast, small enough to fit. */
const blockRows = 1000

/** What is computed of rows: outputs [B, ...] of rows [B, V]. */
export interface RowFunction {
  /** Tells compiled programs apart. */
  readonly name: string
  readonly build: (v: Value) => Named<Value>
  /** What the program reads beside rows and parameters, for the rows from `start` on. */
  readonly feeds?: (start: number, count: number) => Named<Tensor>
}

/** Compiled functions of rows, which read the parameters of a state. */
export class RowPrograms {
  readonly #engine: Engine
  readonly #state: State
  readonly #scaling: Scaling
  readonly #compiled = new Map<string, Executable>()

  constructor(engine: Engine, state: State, scaling: Scaling) {
    this.#engine = engine
    this.#state = state
    this.#scaling = scaling
  }

  /** The outputs of all rows, [N, ...] each. */
  async run(rows: Rows, { name, build, feeds }: RowFunction): Promise<Named<Tensor>> {
    const [total = 0] = rows.shape
    const whole: Record<string, Tensor> = {}
    for (let start = 0; start < total; start += blockRows) {
      const count = Math.min(blockRows, total - start)
      const executable = await this.#executable(name, rows, count, build)
      const block = { [rowsName]: rowsAt(rows, start, count), ...feeds?.(start, count) }
      const outputs = await executable.run(block, this.#state)
      for (const [output, { shape, data }] of Object.entries(outputs)) {
        const row = shape.slice(1)
        whole[output] ??= {
          dtype: 'float32',
          shape: [total, ...row],
          data: new Float32Array(total * sizeOf(row)),
        }
        whole[output].data.set(data, start * sizeOf(row))
      }
    }
    return whole
  }

  /** Gives the compiled programs back. */
  async release(): Promise<void> {
    for (const executable of this.#compiled.values()) await executable.release()
    this.#compiled.clear()
  }

  async #executable(
    name: string,
    rows: Rows,
    count: number,
    build: RowFunction['build'],
  ): Promise<Executable> {
    const key = `${name} ${count} ${rows.dtype} ${rows.shape.slice(1)}`
    const known = this.#compiled.get(key)
    if (known) return known
    const outputs = mapNamed(build(seenRows(rows, this.#scaling, count)), value => value)
    const made = await this.#engine.compile(optimised(pureProgram(outputs)))
    this.#compiled.set(key, made)
    return made
  }
}
