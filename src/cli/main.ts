import { ConfigError, JustrightError, rowNamed, version } from '../base/index.ts'
import { type CommandRow, exitCodes } from './command.ts'
import { commands } from './commands/index.ts'
import { commandHelp, programHelp } from './help.ts'
import { createOutput } from './output.ts'
import { parseCall } from './parse.ts'

/** Does what the words after `justright` say; resolves to the exit code. */
async function main(words: readonly string[]): Promise<number> {
  const [name, ...rest] = words
  if (name === undefined) {
    console.error(programHelp(commands))
    return exitCodes.wrongCall
  }
  if (name.startsWith('-')) return programOption(words)
  const command = rowNamed('command', commands, name)
  const { positionals: operands, values } = parseCall(rest, command.options)
  if (values.help) {
    console.log(commandHelp(name, command))
    return exitCodes.done
  }
  checkOperands(name, command, operands)
  return command.run({ operands, values, output: createOutput({ isJson: values.json === true }) })
}

function programOption(words: readonly string[]): number {
  const { values } = parseCall(words, ['help', 'version'])
  console.log(values.version ? version : programHelp(commands))
  return exitCodes.done
}

function checkOperands(
  name: string,
  { operand, takesMore }: CommandRow,
  given: readonly string[],
): void {
  const most = operand ? 1 : 0
  if (takesMore || given.length <= most) return
  throw new ConfigError({
    who: name,
    expected: operand ? `one ${operand}` : 'nothing after it',
    received: given.map(word => `"${word}"`).join(' '),
    hint: 'Options start with two dashes',
  })
}

/** Prints an error as its reader wants it: one sentence where the project raised it on purpose. */
function explain(error: unknown): number {
  const isDebug = process.env.DEBUG?.split(',').includes('justright') === true
  if (error instanceof JustrightError && !isDebug) console.error(`justright: ${error.message}`)
  else console.error(error)
  if (!(error instanceof JustrightError))
    console.error('justright: this is a bug of Justright; please report it with the lines above.')
  return error instanceof ConfigError ? exitCodes.wrongCall : exitCodes.failed
}

// A reader that has seen enough, such as `head`, is no error.
process.stdout.on('error', error => {
  if ((error as NodeJS.ErrnoException).code === 'EPIPE') process.exit()
  throw error
})
const code = await main(process.argv.slice(2)).catch(explain)
// What was interrupted has been written; nobody waits for what is still computed.
if (code === exitCodes.interrupted) process.exit(code)
process.exitCode = code
