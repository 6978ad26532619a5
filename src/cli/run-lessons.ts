import { messageOf } from '../base/index.ts'
import type { Lesson, LessonResult } from '../lessons/index.ts'
import { type Call, exitCodes } from './command.ts'
import { formatDuration, formatGuess } from './format.ts'
import { holdInterrupt } from './interrupt.ts'
import { differencesFrom, updateReport } from './lesson-report.ts'
import { tellLesson } from './tell-lesson.ts'

/** Seconds, half a day: what takes longer is run in full by itself alone. */
const longestAmongOthers = 12 * 3600

/**
 * Runs lessons one after the other and tells each as it goes; resolves to the exit code. One that fails
 * does not keep the others from being run. A report has every lesson as soon as it is done, so that
 * nothing is lost when the rest is stopped.
 */
export async function runLessons(
  lessons: readonly Lesson[],
  order: readonly string[],
  { values, output }: Pick<Call, 'values' | 'output'>,
): Promise<number> {
  const interrupt = holdInterrupt(() => output.print('Stopping; Ctrl-C again stops at once.'))
  const { signal } = interrupt
  const isFull = ({ seconds }: Lesson) =>
    values.full === true && (lessons.length === 1 || seconds.full <= longestAmongOthers)
  const results: LessonResult[] = []
  const failures: string[] = []
  const run = async (lesson: Lesson): Promise<void> => {
    const result = await tellLesson(lesson, {
      isFull: isFull(lesson),
      language: values.lang ?? 'en',
      out: values.out ?? 'runs',
      output,
      signal,
    })
    if (result.lacks) return
    results.push(result)
    if (values.report !== undefined) await updateReport(values.report, [result], order)
  }
  const startedAt = performance.now()
  if (lessons.length > 1) {
    const total = lessons.reduce(
      (sum, lesson) => sum + lesson.seconds[isFull(lesson) ? 'full' : 'short'],
      0,
    )
    output.print(`${lessons.length} lessons, about ${formatGuess(total)} on two cores.`)
    for (const lesson of values.full ? lessons.filter(lesson => !isFull(lesson)) : [])
      output.print(
        `${lesson.name} is run in its short setting: the full one, "justright lesson ${lesson.name} --full", takes about ${formatGuess(lesson.seconds.full)}.`,
      )
  }
  try {
    for (const lesson of lessons) {
      if (signal.aborted) break
      output.print('')
      await run(lesson).catch((error: unknown) => {
        if (!signal.aborted) failures.push(`${lesson.name}: ${messageOf(error)}`)
      })
    }
  } finally {
    interrupt.release()
  }
  if (lessons.length > 1) {
    const duration = formatDuration((performance.now() - startedAt) / 1000)
    output.print(`\n${results.length} of ${lessons.length} lessons in ${duration}.`)
  }
  if (values.against !== undefined)
    failures.push(...(await differencesFrom(values.against, results)))
  for (const failure of failures) output.print(output.colors.red(failure))
  if (values.json) output.json(lessons.length === 1 ? (results[0] ?? null) : results)
  if (signal.aborted) return exitCodes.interrupted
  return failures.length > 0 ? exitCodes.failed : exitCodes.done
}
