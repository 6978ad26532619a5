import { copyTensor, EngineError, mapNamed, type Named, type Tensor } from '../base/index.ts'
import { formatProgram, type Program } from '../ir/index.ts'
import { replicate } from '../rewrite/index.ts'
import type { CompileOptions, Engine, Executable, State } from './contract.ts'
import { isEqual, partOf, stacked } from './stacking.ts'

/** Engines that look alone and work together. */
export interface Together {
  /** One for each copy, to be used as any engine by computations that do the same in the same order. */
  readonly engines: readonly Engine[]
  /** To be called when a copy is done, or has failed: the others no longer wait for it. */
  leave(copy: number): void
}

/**
 * Engines for `count` computations that run the same programs on tensors of their own, such as
 * trainings that differ only in their seed. What all of them are about to run runs once, as one
 * program for all copies, in which tensors of one's own have a leading axis of copies.
 * A call waits until every copy has made it. A copy must not wait for another one's result in between.
 * Throws EngineError, to all copies, when they come with different programs or states.
 */
export function together(engine: Engine, count: number): Together {
  const team = new Team(engine, count)
  return {
    engines: Array.from({ length: count }, (_, copy) => ({
      name: engine.name,
      description: `${engine.description}, ${count} runs in one graph`,
      ...(engine.callMs === undefined ? {} : { callMs: engine.callMs }),
      isShared: true,
      compile: (program, options) => team.compile(copy, program, options),
      createState: tensors => team.createState(copy, tensors),
    })),
    leave: copy => team.leave(copy),
  }
}

/** A run that a copy waits for. */
interface Waiting {
  readonly program: SharedProgram
  readonly feeds: Named<Tensor>
  readonly state: CopyState | undefined
  readonly resolve: (outputs: Named<Tensor>) => void
  readonly reject: (error: unknown) => void
}

class Team {
  readonly engine: Engine
  readonly count: number
  readonly #present: Set<number>
  readonly #programs: SharedProgram[] = []
  readonly #states: SharedState[] = []
  /** How many programs and states each copy has asked for. */
  readonly #compiled: number[]
  readonly #created: number[]
  readonly #waiting = new Map<number, Waiting>()

  constructor(engine: Engine, count: number) {
    this.engine = engine
    this.count = count
    this.#present = new Set(Array(count).keys())
    this.#compiled = Array<number>(count).fill(0)
    this.#created = Array<number>(count).fill(0)
  }

  async compile(
    copy: number,
    program: Program,
    { stepsPerCall = 1 }: CompileOptions = {},
  ): Promise<Executable> {
    const number = next(this.#compiled, copy)
    const text = `${stepsPerCall} ${formatProgram(program)}`
    const { engine, count } = this
    const users = [...this.#present]
    this.#programs[number] ??= new SharedProgram({
      engine,
      count,
      users,
      program,
      text,
      stepsPerCall,
    })
    const shared = this.#programs[number]
    if (shared.text !== text) throw differ('program', number)
    return {
      run: (feeds, state) =>
        new Promise((resolve, reject) => {
          const held = state as CopyState | undefined
          this.#waiting.set(copy, { program: shared, feeds, state: held, resolve, reject })
          this.#runWhenAllWait()
        }),
      release: () => shared.release(copy),
    }
  }

  createState(copy: number, tensors: Named<Tensor>): State {
    const number = next(this.#created, copy)
    this.#states[number] ??= new SharedState(this.engine, this.count)
    return this.#states[number].part(copy, tensors)
  }

  leave(copy: number): void {
    this.#present.delete(copy)
    // What it never came to compile waits for no release of its own.
    void Promise.allSettled(this.#programs.map(program => program.release(copy)))
    this.#runWhenAllWait()
  }

  #runWhenAllWait(): void {
    if (this.#waiting.size === 0 || this.#waiting.size < this.#present.size) return
    const waiting = [...this.#waiting].sort(([a], [b]) => a - b)
    this.#waiting.clear()
    runTogether(waiting).catch((error: unknown) => {
      for (const [, { reject }] of waiting) reject(error)
    })
  }
}

/** The count of a copy, which goes up by one. */
function next(counts: number[], copy: number): number {
  const count = counts[copy] ?? 0
  counts[copy] = count + 1
  return count
}

async function runTogether(waiting: readonly (readonly [copy: number, Waiting])[]): Promise<void> {
  const [, { program, state }] = waiting[0]!
  if (
    waiting.some(([, other]) => other.program !== program || other.state?.shared !== state?.shared)
  )
    throw differ('call', program.calls)
  const outputs = await program.run(
    waiting.map(([copy, { feeds }]) => [copy, feeds]),
    state?.shared,
  )
  for (const [copy, { resolve }] of waiting) resolve(outputs(copy))
}

function differ(what: string, number: number): EngineError {
  return new EngineError({
    who: 'runs in one graph',
    expected: `the same ${what} from every run`,
    received: `another ${what} ${number + 1} from one of them`,
    hint: 'Runs that go ways of their own, as by early stopping, are made one by one',
  })
}

/** What a shared program is made of. */
interface SharedSetup {
  readonly engine: Engine
  readonly count: number
  /** The copies that will use it. */
  readonly users: readonly number[]
  readonly program: Program
  /** Tells other programs from it. */
  readonly text: string
  readonly stepsPerCall: number
}

/** A program for all copies, compiled for what they feed alike and what each feeds of its own. */
class SharedProgram {
  calls = 0
  readonly #setup: SharedSetup
  readonly #compiled = new Map<string, Promise<Executable>>()
  /** The copies that have not released it. */
  readonly #users: Set<number>

  constructor(setup: SharedSetup) {
    this.#setup = setup
    this.#users = new Set(setup.users)
  }

  get text(): string {
    return this.#setup.text
  }

  /**
   * Runs for all copies; returns what each of them receives. A copy that left goes on with the first
   * one's feeds.
   */
  async run(
    feeds: readonly (readonly [copy: number, Named<Tensor>])[],
    state: SharedState | undefined,
  ): Promise<(copy: number) => Named<Tensor>> {
    this.calls++
    const [, first] = feeds[0]!
    const names = Object.keys(first)
    const own = names.filter(name => feeds.some(([, other]) => !isEqual(other[name], first[name]!)))
    const held = state?.names ?? []
    const executable = await this.#executable([...own, ...held])
    const all = Array.from({ length: this.#setup.count }, () => first)
    for (const [copy, fed] of feeds) all[copy] = fed
    const given = Object.fromEntries(
      names.map(name => [
        name,
        own.includes(name)
          ? stacked(
              all.map(fed => fed[name]!),
              this.#lead,
            )
          : first[name]!,
      ]),
    )
    const outputs = await executable.run(given, state?.whole())
    state?.changed()
    return copy =>
      mapNamed(outputs, (output, name) => {
        const alone = this.#setup.program.outputs[name]!.shape.length + this.#lead
        return output.shape.length === alone ? output : partOf(output, copy, this.#lead)
      })
  }

  /** Gives the memory back once every copy has said that it is done with the program. */
  async release(copy: number): Promise<void> {
    this.#users.delete(copy)
    if (this.#users.size > 0) return
    const all = [...this.#compiled.values()]
    this.#compiled.clear()
    for (const made of all) await (await made).release()
  }

  /** Axes before the copies': that of several steps. */
  get #lead(): number {
    return this.#setup.stepsPerCall === 1 ? 0 : 1
  }

  #executable(own: readonly string[]): Promise<Executable> {
    const key = own.join('\n')
    const known = this.#compiled.get(key)
    if (known) return known
    const { engine, count, program, stepsPerCall } = this.#setup
    const replicated = replicate(program, count, name => own.includes(name))
    const made = engine.compile(replicated, { stepsPerCall })
    this.#compiled.set(key, made)
    // What did not compile has nothing to give back.
    made.catch(() => this.#compiled.delete(key))
    return made
  }
}

/** The tensors of all copies, each with a leading axis of copies. */
class SharedState {
  readonly #engine: Engine
  /** What each copy gave, until it is stacked. */
  #parts: (Named<Tensor> | undefined)[]
  #whole: State | undefined
  #read: Promise<Named<Tensor>> | undefined
  /** The names that every part has. */
  names: readonly string[] = []

  constructor(engine: Engine, count: number) {
    this.#engine = engine
    this.#parts = Array(count).fill(undefined)
  }

  part(copy: number, tensors: Named<Tensor>): CopyState {
    this.names = Object.keys(tensors)
    if (!this.#whole) this.#parts[copy] = mapNamed(tensors, copyTensor)
    return new CopyState(this, copy)
  }

  /** Stacked once every copy that is still there has given its part. */
  whole(): State {
    if (!this.#whole) {
      this.#whole = this.#engine.createState(this.#stack())
      this.#parts = []
    }
    return this.#whole
  }

  changed(): void {
    this.#read = undefined
  }

  async read(copy: number): Promise<Named<Tensor>> {
    if (!this.#whole) return mapNamed(this.#parts[copy]!, copyTensor)
    this.#read ??= this.#whole.read()
    return mapNamed(await this.#read, tensor => partOf(tensor, copy, 0))
  }

  #stack(): Named<Tensor> {
    const first = this.#parts.find(part => part)!
    return mapNamed(first, (tensor, name) =>
      stacked(
        this.#parts.map(part => part?.[name] ?? tensor),
        0,
      ),
    )
  }
}

/** What one copy sees of a shared state. */
class CopyState implements State {
  readonly shared: SharedState
  readonly #copy: number

  constructor(shared: SharedState, copy: number) {
    this.shared = shared
    this.#copy = copy
  }

  read(): Promise<Named<Tensor>> {
    return this.shared.read(this.#copy)
  }
}
