import type { CommandRow } from './command.ts'
import { type OptionName, type OptionRow, options } from './options.ts'

/** The help of the whole program. */
export function programHelp(commands: Readonly<Record<string, CommandRow>>): string {
  return [
    'Usage: justright COMMAND [OPTIONS]',
    '',
    'Commands:',
    ...columns(
      Object.entries(commands).map(([name, { operand, doc }]) => [
        `${name}${operand ? ` ${operand}` : ''}`,
        doc,
      ]),
    ),
    '',
    'justright COMMAND --help tells the options of a command.',
    'Exit codes: 0 done, 1 failed, 2 the call is wrong, 130 interrupted.',
  ].join('\n')
}

/** The help of one command. */
export function commandHelp(name: string, command: CommandRow): string {
  const { operand, doc, notes = [] } = command
  return [
    `Usage: justright ${name}${operand ? ` ${operand}` : ''} [OPTIONS]`,
    '',
    `${doc}.`,
    '',
    'Options:',
    ...columns(command.options.map(option => [written(option), options[option].doc])),
    ...(notes.length > 0 ? ['', ...notes] : []),
  ].join('\n')
}

function written(name: OptionName): string {
  const { value }: OptionRow = options[name]
  return value ? `--${name} ${value}` : `--${name}`
}

function columns(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.map(([left]) => left.length)) + 2
  return rows.map(([left, right]) => `  ${left.padEnd(width)}${right}`)
}
