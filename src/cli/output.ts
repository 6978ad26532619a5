import type { WriteStream } from 'node:tty'
import { createLogUpdate } from 'log-update'
import picocolors from 'picocolors'

/** Where the program writes. */
export interface Output {
  /** Whether people watch it live. */
  readonly isTerminal: boolean
  readonly colors: ReturnType<typeof picocolors.createColors>
  /** A line that stays. */
  print(line: string): void
  /** On a terminal, the last lines, until the next update or print. */
  update(lines: string): void
  /** The result for programs: one line of JSON on stdout. */
  json(value: unknown): void
}

/** Writes for people on stdout, or on stderr where stdout belongs to a program that reads JSON. */
export function createOutput({ isJson = false } = {}): Output {
  const stream: WriteStream = isJson ? process.stderr : process.stdout
  const isTerminal = stream.isTTY === true
  const live = createLogUpdate(stream, { showCursor: true })
  return {
    isTerminal,
    colors: picocolors.createColors(isTerminal && picocolors.isColorSupported),
    print(line) {
      if (isTerminal) live.clear()
      stream.write(`${line}\n`)
    },
    update(lines) {
      if (isTerminal) live(lines)
    },
    json(value) {
      process.stdout.write(`${JSON.stringify(value)}\n`)
    },
  }
}
