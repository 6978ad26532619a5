import { type ClaimId, claimIds, claimOf } from './claims/index.ts'
import type { Finding, Verdict } from './lesson.ts'
import { isAsExpected, measureText } from './measure-text.ts'
import { textualFindings } from './textual.ts'

/** One lesson as it was run: what a report is made of, and all that it keeps. */
export interface ReportedLesson {
  readonly lesson: string
  readonly isFull: boolean
  readonly seconds: number
  /** The day: `2026-11-25`. */
  readonly date: string
  readonly machine: string
  readonly findings: readonly Finding[]
}

const verdictTexts: Readonly<Record<Verdict, string>> = {
  holds: 'holds',
  conditional: 'holds with a condition',
  fails: 'does not hold as stated',
}

/** The report of all claims, a row each, as Markdown. */
export function reportText(lessons: readonly ReportedLesson[]): string {
  const rows = claimIds.map(id => rowOf(id, lessons))
  return `${intro(lessons)}

${table(['#', 'claim', 'published', 'measured', 'verdict', 'lesson'], rows)}

${table(
  ['lesson', 'setting', 'seconds', 'date', 'machine'],
  lessons.map(({ lesson, isFull, seconds, date, machine }) => [
    lesson,
    isFull ? 'full' : 'short',
    seconds.toFixed(0),
    date,
    machine,
  ]),
)}
`
}

function intro(lessons: readonly ReportedLesson[]): string {
  const found = claimIds.map(id => findingOf(id, lessons)?.finding.verdict)
  const count = (verdict: Verdict) => found.filter(one => one === verdict).length
  return `# Every claim of the lectures, measured

Written by \`justright lessons --all --report\` from the runs listed below the table. A number is the mean over
seeds with its 95 % interval; one without an interval is exact or of one run. **!** marks a mean outside
of what earlier re-runs of the same setting found.

${count('holds')} claims hold, ${count('conditional')} hold with a condition, ${count('fails')} do not hold as stated${
    found.includes(undefined) ? `, ${found.filter(one => !one).length} were not run` : ''
  }.`
}

function rowOf(id: ClaimId, lessons: readonly ReportedLesson[]): string[] {
  const { claim, published = '' } = claimOf(id)
  const entry = findingOf(id, lessons)
  if (!entry) return [id, claim.en, published, '', 'not run', '']
  const { finding, lesson } = entry
  const measured = finding.measures.map(
    measure =>
      `${measure.name.en}: ${measureText(measure)}${isAsExpected(measure) ? '' : ' **!**'}${
        measure.published ? ` [${measure.published}]` : ''
      }`,
  )
  const verdict = `**${verdictTexts[finding.verdict]}**: ${finding.reason.en}`
  return [id, claim.en, published, measured.join('<br>'), verdict, lesson]
}

/** What was found about a claim, and by which lesson. */
function findingOf(
  id: ClaimId,
  lessons: readonly ReportedLesson[],
): { readonly finding: Finding; readonly lesson: string } | undefined {
  for (const { lesson, findings } of lessons)
    for (const finding of findings) if (finding.claim === id) return { finding, lesson }
  const finding = textualFindings.find(({ claim }) => claim === id)
  return finding && { finding, lesson: 'no experiment' }
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map(cell => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}
