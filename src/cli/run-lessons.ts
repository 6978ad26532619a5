import { messageOf } from '../base/index.ts'
import type { Lesson, LessonResult } from '../lessons/index.ts'
import { type Call, exitCodes } from './command.ts'
import { formatDuration, formatGuess } from './format.ts'
import { interruptible } from './interrupt.ts'
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
  const isAlone = lessons.length === 1
  const planned = lessons.map(lesson => ({
    lesson,
    isFull: values.full === true && (isAlone || lesson.seconds.full <= longestAmongOthers),
  }))
  const startedAt = performance.now()
  if (!isAlone) announce(planned, { values, output })
  const says = 'Stopping; Ctrl-C again stops at once.'
  const { results, failures, isStopped } = await interruptible(output, says, signal =>
    tellAll(planned, order, { values, output, signal }),
  )
  if (isStopped) output.print(howToGoOn(lessons, results, values.report))
  if (lessons.length > 1) {
    const duration = formatDuration((performance.now() - startedAt) / 1000)
    output.print(`\n${results.length} of ${lessons.length} lessons in ${duration}.`)
  }
  if (values.against !== undefined)
    failures.push(...(await differencesFrom(values.against, results)))
  for (const failure of failures) output.print(output.colors.red(failure))
  if (values.json) output.json(lessons.length === 1 ? (results[0] ?? null) : results)
  if (isStopped) return exitCodes.interrupted
  return failures.length > 0 ? exitCodes.failed : exitCodes.done
}

/** A lesson, and in which setting it is run. */
interface Planned {
  readonly lesson: Lesson
  readonly isFull: boolean
}

function announce(
  planned: readonly Planned[],
  { values, output }: Pick<Call, 'values' | 'output'>,
) {
  const total = planned.reduce(
    (sum, { lesson, isFull }) => sum + lesson.seconds[isFull ? 'full' : 'short'],
    0,
  )
  output.print(`${planned.length} lessons, about ${formatGuess(total)} on two cores.`)
  if (!values.full) return
  for (const { lesson, isFull } of planned)
    if (!isFull)
      output.print(
        `${lesson.name} is run in its short setting: the full one, "justright lesson ${lesson.name} --full", takes about ${formatGuess(lesson.seconds.full)}.`,
      )
}

interface Told {
  readonly results: readonly LessonResult[]
  readonly failures: string[]
  readonly isStopped: boolean
}

async function tellAll(
  planned: readonly Planned[],
  order: readonly string[],
  { values, output, signal }: Pick<Call, 'values' | 'output'> & { readonly signal: AbortSignal },
): Promise<Told> {
  const results: LessonResult[] = []
  const failures: string[] = []
  const options = {
    language: values.lang ?? 'en',
    out: values.out ?? 'runs',
    output,
    signal,
  }
  for (const { lesson, isFull } of planned) {
    if (signal.aborted) break
    output.print('')
    try {
      const result = await tellLesson(lesson, { ...options, isFull })
      if (result.lacks) continue
      results.push(result)
      if (values.report !== undefined) await updateReport(values.report, [result], order)
    } catch (error) {
      if (!signal.aborted) failures.push(`${lesson.name}: ${messageOf(error)}`)
    }
  }
  return { results, failures, isStopped: signal.aborted }
}

/** A lesson is one experiment, which is not gone on with in its middle. */
function howToGoOn(
  lessons: readonly Lesson[],
  results: readonly LessonResult[],
  report: string | undefined,
): string {
  const kept = results.length > 0 && report !== undefined ? `What was found is in ${report}. ` : ''
  const option = report === undefined ? '' : ` --report ${report}`
  const name = lessons.length === 1 ? lessons[0]!.name : 'NAME'
  return `${kept}A lesson that was stopped starts anew: justright lesson ${name}${option}`
}
