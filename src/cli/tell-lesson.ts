import { mkdir } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Language, Text } from '../base/index.ts'
import { type Chart, chartSvg, drawChart, wrapText } from '../charts/index.ts'
import {
  claimOf,
  type Finding,
  groups,
  isAsExpected,
  type Lesson,
  type LessonResult,
  measureText,
  runLesson,
  sources,
} from '../lessons/index.ts'
import { newRunPath, writeFileAtomically } from '../runs/node/index.ts'
import { formatBar, formatGuess } from './format.ts'
import { duration, phrases, verdicts } from './lesson-phrases.ts'
import type { Output } from './output.ts'

/** How a lesson is told. */
export interface TellOptions {
  readonly isFull: boolean
  readonly language: Language
  readonly output: Output
  readonly signal: AbortSignal
  /** Where its folder goes. */
  readonly out: string
}

const plainEveryMs = 5000
const mostColumns = 100

/** Runs a lesson and tells it as it goes; its charts and numbers are kept in a folder of its own. */
export async function tellLesson(lesson: Lesson, options: TellOptions): Promise<LessonResult> {
  const { isFull, language, output, signal } = options
  const columns = Math.min(mostColumns, process.stdout.columns ?? mostColumns)
  const text = (both: Text) => both[language]
  const print = (paragraph: string, indent = '') => {
    for (const line of wrapText(paragraph, columns - indent.length)) output.print(indent + line)
  }
  const { bold, dim } = output.colors
  output.print(dim(text(groups[lesson.group])))
  output.print(bold(text(lesson.title)))
  output.print('')
  for (const paragraph of text(lesson.story).split('\n')) print(paragraph)
  output.print('')
  if (lesson.reduced && !isFull) print(`${text(phrases.reduced)}: ${text(lesson.reduced)}`)
  const { short, full } = lesson.seconds
  print(text(duration(formatGuess(short), formatGuess(full))))
  output.print('')
  const result = await runLesson(lesson, {
    isFull,
    language,
    signal,
    onSay: paragraph => print(paragraph),
    onShow: chart => show(chart, output, columns),
    onProgress: showsProgress(output),
  })
  if (result.lacks) {
    output.print(output.colors.yellow(text(phrases.notRun)))
    print(text(result.lacks))
    return result
  }
  for (const finding of result.findings) tellFinding(finding, text, output, print)
  const folder = await keep(result, options)
  print(`${text(phrases.pictures)}: ${folder}`)
  print(`${text(phrases.source)}: ${sourceOf(lesson)}`)
  return result
}

function show(chart: Chart, output: Output, width: number): void {
  const hasColors = output.colors.isColorSupported
  for (const line of drawChart(chart, { width, hasColors })) output.print(line)
  output.print('')
}

function showsProgress(output: Output): (share: number, now?: string) => void {
  let shownAt = Number.NEGATIVE_INFINITY
  return (share, now = '') => {
    if (output.isTerminal) return output.update(`${formatBar(share, 20)}  ${now}`)
    if (performance.now() - shownAt < plainEveryMs) return
    shownAt = performance.now()
    output.print(`${Math.floor(100 * share)} %  ${now}`)
  }
}

function tellFinding(
  { claim, verdict, reason, measures }: Finding,
  text: (both: Text) => string,
  output: Output,
  print: (paragraph: string, indent?: string) => void,
): void {
  const { bold, green, yellow, red } = output.colors
  const { by, claim: claimed, published } = claimOf(claim)
  const who = by.map(source => text(sources[source])).join(', ')
  print(bold(`${text(phrases.claim)} ${claim}: ${text(claimed)}`))
  print(`${who}${published ? `; ${text(phrases.published)}: ${published}` : ''}`, '  ')
  for (const measure of measures) {
    const figure = measure.published ? `  [${text(phrases.published)} ${measure.published}]` : ''
    const note = isAsExpected(measure) ? '' : `  (${text(phrases.unexpected)})`
    print(`${text(measure.name)}: ${measureText(measure)}${figure}${note}`, '  ')
  }
  const paint = { holds: green, conditional: yellow, fails: red }[verdict]
  output.print(`  ${paint(text(verdicts[verdict]))}`)
  print(text(reason), '  ')
  output.print('')
}

/** The file of a lesson, from where the reader is. */
function sourceOf({ name }: Lesson): string {
  const file = new URL(`../../examples/lessons/${name}.ts`, import.meta.url)
  return relative(process.cwd(), fileURLToPath(file))
}

/** Writes the charts and the result in a new folder; resolves to its path. */
async function keep(result: LessonResult, { out }: TellOptions): Promise<string> {
  const folder = await newRunPath(out, `lesson-${result.lesson}`)
  await mkdir(folder, { recursive: true })
  for (const [i, chart] of result.charts.entries())
    await writeFileAtomically(join(folder, `${i + 1}.svg`), chartSvg(chart))
  await writeFileAtomically(join(folder, 'lesson.json'), `${JSON.stringify(result, null, 2)}\n`)
  return folder
}
