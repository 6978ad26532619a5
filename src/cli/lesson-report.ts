import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { arch, availableParallelism, cpus, platform } from 'node:os'
import { FormatError } from '../base/index.ts'
import {
  isAsExpected,
  type LessonResult,
  measureText,
  type ReportedLesson,
  reportText,
} from '../lessons/index.ts'
import { writeFileAtomically } from '../runs/node/index.ts'

/**
 * Puts what lessons gave into a report: the table as Markdown, and beside it, as JSON, what it is made
 * of. Lessons that the report has already are replaced, the others stay.
 * Throws FormatError when the JSON beside it is damaged.
 */
export async function updateReport(
  file: string,
  results: readonly LessonResult[],
  order: readonly string[],
): Promise<void> {
  const now = new Date()
  const fresh = results.map(({ lesson, isFull, seconds, findings }) => ({
    lesson,
    isFull,
    seconds: Math.round(seconds * 10) / 10,
    date: now.toISOString().slice(0, 10),
    machine: machineText(),
    findings,
  }))
  const names = new Set(fresh.map(({ lesson }) => lesson))
  const kept = (await readReport(file)).filter(({ lesson }) => !names.has(lesson))
  const lessons = [...kept, ...fresh]
    .filter(({ lesson }) => order.includes(lesson))
    .sort((a, b) => order.indexOf(a.lesson) - order.indexOf(b.lesson))
  await writeFileAtomically(jsonOf(file), `${JSON.stringify(lessons, null, 1)}\n`)
  await writeFileAtomically(file, reportText(lessons))
}

/**
 * Where results differ from those of a report, a sentence each: verdicts that are others, and means outside
 * of what earlier re-runs found. Throws FormatError when the report is damaged.
 */
export async function differencesFrom(
  file: string,
  results: readonly LessonResult[],
): Promise<string[]> {
  const known = new Map(
    (await readReport(file)).flatMap(({ findings }) =>
      findings.map(({ claim, verdict }) => [claim, verdict]),
    ),
  )
  return results.flatMap(({ lesson, findings }) =>
    findings.flatMap(({ claim, verdict, measures }) => {
      const before = known.get(claim)
      const isOther = before !== undefined && before !== verdict
      return [
        ...(isOther ? [`${lesson}, claim ${claim}: ${verdict}, in the report ${before}`] : []),
        ...measures
          .filter(measure => !isAsExpected(measure))
          .map(measure => `${lesson}, claim ${claim}: ${measure.name.en} ${measureText(measure)}`),
      ]
    }),
  )
}

/** The lessons of a report; none where there is none yet. Throws FormatError when it is damaged. */
export async function readReport(file: string): Promise<readonly ReportedLesson[]> {
  const path = jsonOf(file)
  if (!existsSync(path)) return []
  const text = await readFile(path, 'utf8')
  try {
    return JSON.parse(text) as readonly ReportedLesson[]
  } catch (cause) {
    throw new FormatError({
      who: path,
      expected: 'the lessons of a report as JSON',
      received: `${text.length} characters that are no JSON`,
      hint: 'Delete the file, and the report is written anew',
      cause,
    })
  }
}

const jsonOf = (file: string): string => `${file.replace(/\.md$/, '')}.json`

function machineText(): string {
  const model = cpus()[0]?.model.trim() ?? arch()
  return `${model}, ${availableParallelism()} cores, ${platform()} ${arch()}, Node ${process.versions.node}`
}
