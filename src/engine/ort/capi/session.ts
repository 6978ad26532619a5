import { sessionSettings } from '../options.ts'
import { forget, freeWith } from './freeing.ts'
import type { Argument, Functions, Pointer } from './functions.ts'
import type { OrtLibrary } from './library.ts'

/** A model made ready to run. It must stay reachable as long as a run of it is under way. */
export interface Session {
  readonly pointer: Pointer
}

/** Makes and frees sessions; one that is dropped without a release is freed when it is collected. */
export class SessionMaker {
  readonly #library: OrtLibrary
  readonly #options: Pointer
  readonly #environment: Pointer

  constructor(library: OrtLibrary, threads: number) {
    this.#library = library
    const { functions, make, check } = library
    const expected = 'an engine that can be set up'
    const errorsOnly = 3
    // ONNX Runtime keeps one environment a process and hands it out again.
    this.#environment = make(made => functions.createEnv(errorsOnly, 'justright', made), expected)
    const options = make(made => functions.createSessionOptions(made), expected)
    const extended = 2
    check(functions.setLogSeverity(options, errorsOnly), expected)
    check(functions.setOptimizationLevel(options, extended), expected)
    check(functions.setIntraOpThreads(options, threads), expected)
    for (const [key, value] of Object.entries(sessionSettings))
      check(functions.addSessionConfig(options, `session.${key}`, value), expected)
    this.#options = options
    freeWith(this, options, functions.releaseSessionOptions)
  }

  /** Throws EngineError when ONNX Runtime refuses the model. */
  create(model: Uint8Array): Session {
    const { make, functions } = this.#library
    const pointer = make(
      made =>
        functions.createSessionFromArray(
          ...([this.#environment, model, model.length, this.#options, made] as const),
        ),
      'a model that ONNX Runtime accepts',
    )
    const session = { pointer }
    freeWith(session, pointer, functions.releaseSession)
    return session
  }

  /** Frees a session of which no run is under way. */
  release(session: Session): void {
    if (forget(session)) this.#library.functions.releaseSession(session.pointer)
  }
}

/** Texts as C has them, each with a zero at its end, and their addresses. */
export interface CTexts {
  readonly addresses: BigUint64Array
  /** The texts themselves, which must stay reachable. */
  readonly texts: readonly Uint8Array[]
}

/** The texts that name inputs or outputs. */
export function textsOf({ addressOf }: OrtLibrary, names: readonly string[]): CTexts {
  const texts = names.map(name => new TextEncoder().encode(`${name}\0`))
  return { texts, addresses: BigUint64Array.from(texts, addressOf) }
}

/** What a run is given beside the session; all of it must stay reachable during the run. */
export interface RunArguments {
  readonly inputNames: CTexts
  readonly inputs: BigUint64Array
  /** Those beyond the outputs given are not computed. */
  readonly outputNames: CTexts
  readonly outputs: BigUint64Array
}

/**
 * Runs a session here, or aside on a thread of libuv's pool, so that the event loop stays free.
 * Throws EngineError with ONNX Runtime's words when the run fails.
 */
export async function runSession(
  { functions, addressOf, check }: OrtLibrary,
  session: Session,
  { inputNames, inputs, outputNames, outputs }: RunArguments,
  isAside: boolean,
): Promise<void> {
  const given = [
    ...[session.pointer, null],
    ...[addressOf(inputNames.addresses), addressOf(inputs), inputs.length],
    ...[addressOf(outputNames.addresses), outputs.length, addressOf(outputs)],
  ]
  check(isAside ? await aside(functions, given) : functions.run(...given), 'a run that succeeds')
}

function aside({ run }: Functions, given: Argument[]): Promise<Pointer | null> {
  return new Promise((resolve, reject) => {
    run.async(...given, (cause, status) => {
      if (cause) reject(cause)
      else resolve(status)
    })
  })
}
