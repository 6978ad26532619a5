import type { Text } from '../../base/index.ts'
import { type GroupName, groups, type Lesson } from '../../lessons/index.ts'
import { type Call, type CommandRow, exitCodes } from '../command.ts'
import { formatGuess } from '../format.ts'
import { loadLessons } from '../lesson-files.ts'
import { runLessons } from '../run-lessons.ts'

/** Lists the lessons, or runs them all. */
export const lessonsCommand: CommandRow = {
  doc: 'Lists the lessons, or runs them all with --all',
  options: ['all', 'full', 'lang', 'out', 'report', 'against', 'json', 'help'],
  notes: [
    'Examples:',
    '  justright lessons --lang ko',
    '  justright lessons --all --report lessons.md',
    '"justright lesson NAME" runs one.',
  ],
  run: async ({ values, output }) => {
    const lessons = await loadLessons()
    if (values.all)
      return runLessons(
        lessons,
        lessons.map(({ name }) => name),
        { values, output },
      )
    list(lessons, { values, output })
    return exitCodes.done
  },
}

function list(lessons: readonly Lesson[], { values, output }: Pick<Call, 'values' | 'output'>) {
  const { bold, dim } = output.colors
  const text = (both: Text) => both[values.lang ?? 'en']
  const width = Math.max(...lessons.map(({ name }) => name.length))
  for (const group of Object.keys(groups) as GroupName[]) {
    const chapter = lessons.filter(lesson => lesson.group === group)
    if (chapter.length === 0) continue
    output.print(bold(text(groups[group])))
    for (const { name, title, seconds } of chapter)
      output.print(
        `  ${name.padEnd(width)}  ${text(title)}  ${dim(`(${formatGuess(seconds.short)})`)}`,
      )
  }
  if (values.json)
    output.json(lessons.map(({ run: _, title, ...facts }) => ({ ...facts, title: text(title) })))
}
