import { ConfigError, unknownName } from '../../base/index.ts'
import type { Call, CommandRow } from '../command.ts'
import { loadLessons } from '../lesson-files.ts'
import { runLessons } from '../run-lessons.ts'

/** Runs one lesson and tells its story. */
export const lessonCommand: CommandRow = {
  doc: 'Runs a lesson: a claim of the lectures, measured, and the verdict',
  operand: '<lesson>',
  options: ['full', 'lang', 'out', 'report', 'json', 'help'],
  notes: [
    'Examples:',
    '  justright lesson xor-one-unit',
    '  justright lesson xor-one-unit --lang ko',
    '"justright lessons" lists them.',
  ],
  run,
}

async function run({ operands: [name], values, output }: Call): Promise<number> {
  const lessons = await loadLessons()
  const names = lessons.map(lesson => lesson.name)
  if (name === undefined)
    throw new ConfigError({
      who: 'lesson',
      expected: 'the name of a lesson',
      received: 'none',
      hint: '"justright lessons" lists them',
    })
  const lesson = lessons.find(one => one.name === name)
  if (!lesson) throw unknownName('lesson', name, names)
  return runLessons([lesson], names, { values, output })
}
