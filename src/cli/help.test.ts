import assert from 'node:assert/strict'
import { test } from 'node:test'
import { commands } from './commands/index.ts'
import { commandHelp, programHelp } from './help.ts'
import { options } from './options.ts'

test('the help of the program names every command with its one line', () => {
  const help = programHelp(commands)
  for (const [name, { doc }] of Object.entries(commands))
    assert.ok(
      help.split('\n').some(line => line.startsWith(`  ${name} `) && line.endsWith(doc)),
      name,
    )
})

for (const [name, command] of Object.entries(commands))
  test(`the help of ${name} has a line for each of its options and for no other`, () => {
    const lines = commandHelp(name, command).split('\n')
    const named = lines.flatMap(line => /^ {2}--([a-z-]+) .* \S/.exec(line)?.[1] ?? [])
    assert.deepEqual(named, command.options)
    for (const line of lines) assert.ok(line.length <= 100, line)
  })

test('every option belongs to a command, or to the program', () => {
  const used = new Set(Object.values(commands).flatMap(command => command.options))
  const unused = Object.keys(options).filter(name => !used.has(name as keyof typeof options))
  assert.deepEqual(unused, ['version'])
})
