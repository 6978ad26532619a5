import type { OptionName, OptionValues } from './options.ts'
import type { Output } from './output.ts'

/** The exit codes of the program. */
export const exitCodes = { done: 0, failed: 1, wrongCall: 2, interrupted: 130 } as const

/** A call, parsed. */
export interface Call {
  /** What stands after the command. */
  readonly operands: readonly string[]
  readonly values: OptionValues
  readonly output: Output
}

/** One command: its help, its options and what it does. */
export interface CommandRow {
  /** One line for the help, without a full stop. */
  readonly doc: string
  /** What it takes, as the help writes it; it takes at most one, unless it takes more. */
  readonly operand?: string
  readonly takesMore?: boolean
  readonly options: readonly OptionName[]
  /** Lines at the end of its help. */
  readonly notes?: readonly string[]
  /** Resolves to the exit code. */
  readonly run: (call: Call) => Promise<number>
}
