import { exitCodes } from './command.ts'
import type { Output } from './output.ts'

/** One press of Ctrl-C can arrive twice, from the terminal and from npm. */
const samePressMs = 400

/** Ctrl-C as a signal, for as long as it is held. */
export interface Interrupt {
  readonly signal: AbortSignal
  /** Gives Ctrl-C its usual meaning back. */
  release(): void
}

/** Does some work that Ctrl-C asks to stop, by its signal; `says` what happens then. */
export async function interruptible<T>(
  output: Pick<Output, 'print'>,
  says: string,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const interrupt = holdInterrupt(() => output.print(says))
  try {
    return await work(interrupt.signal)
  } finally {
    interrupt.release()
  }
}

/**
 * Turns the first Ctrl-C, or the first SIGTERM, into an aborted signal, so that the step under way
 * finishes and is saved; a second Ctrl-C ends the process at once.
 */
export function holdInterrupt(onFirst: () => void): Interrupt {
  const controller = new AbortController()
  let pressedAt = Number.NEGATIVE_INFINITY
  const stop = () => {
    pressedAt = performance.now()
    controller.abort()
    onFirst()
  }
  const onPress = () => {
    if (!controller.signal.aborted) stop()
    else if (performance.now() - pressedAt > samePressMs) process.exit(exitCodes.interrupted)
  }
  // Supervisors repeat SIGTERM; who is out of patience has SIGKILL.
  const onTerm = () => {
    if (!controller.signal.aborted) stop()
  }
  process.on('SIGINT', onPress)
  process.on('SIGTERM', onTerm)
  return {
    signal: controller.signal,
    release() {
      process.off('SIGINT', onPress)
      process.off('SIGTERM', onTerm)
    },
  }
}
