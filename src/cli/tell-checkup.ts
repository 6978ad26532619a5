import type { Language, Text } from '../base/index.ts'
import { drawChart, wrapText } from '../charts/index.ts'
import type { Checkup, Diagnosis, Evidence, Severity } from '../doctor/index.ts'
import { formatNumber } from './format.ts'
import type { Output } from './output.ts'

const severities: Readonly<Record<Severity, Text>> = {
  error: { en: 'error', ko: '오류' },
  warning: { en: 'warning', ko: '경고' },
  note: { en: 'note', ko: '참고' },
}

const phrases = {
  layer: { en: 'layer', ko: '층' },
  step: { en: 'since step', ko: '시작 걸음' },
  limit: { en: 'limit', ko: '기준' },
  try: { en: 'Try', ko: '처방' },
  source: { en: 'Source', ko: '출처' },
  well: { en: 'Nothing found. Looked at', ko: '이상이 없습니다. 살펴본 것' },
  looked: { en: 'Looked at', ko: '살펴본 것' },
  skipped: { en: 'Could not look at', ko: '살펴보지 못한 것' },
} as const satisfies Readonly<Record<string, Text>>

const columns = 100

/** Tells what was found, the worst first, or what was looked at when that is nothing. */
export function tellCheckup(
  { findings, checked, skipped, remarks = [] }: Checkup,
  language: Language,
  output: Output,
): void {
  const text = (both: Text) => both[language]
  const print = (paragraph: string, indent = '') => {
    for (const line of wrapText(paragraph, columns - indent.length)) output.print(indent + line)
  }
  for (const remark of remarks) print(text(remark))
  if (remarks.length > 0) output.print('')
  for (const finding of findings) tellFinding(finding, text, output, print)
  const looked = text(findings.length === 0 ? phrases.well : phrases.looked)
  print(`${looked}: ${checked.join(', ')}.`)
  if (skipped.length > 0) {
    const reasons = skipped.map(({ rule, reason }) => `${rule} (${reason})`)
    print(`${text(phrases.skipped)}: ${reasons.join(', ')}.`)
  }
}

function tellFinding(
  finding: Diagnosis,
  text: (both: Text) => string,
  output: Output,
  print: (paragraph: string, indent?: string) => void,
): void {
  const { bold, red, yellow, dim } = output.colors
  const { severity, layer, rule, title, meaning, evidence, prescriptions, chart, source } = finding
  const paint = { error: red, warning: yellow, note: dim }[severity]
  const places = [
    ...(layer === undefined ? [] : [`${text(phrases.layer)} ${layer || '.'}`]),
    ...(finding.step ? [`${text(phrases.step)} ${finding.step}`] : []),
  ]
  const where = places.length > 0 ? ` (${places.join(', ')})` : ''
  output.print(`${paint(text(severities[severity]))} ${bold(text(title))}${where}  ${dim(rule)}`)
  for (const one of evidence) print(evidenceLine(one, text), '  ')
  print(text(meaning), '  ')
  if (chart) {
    output.print('')
    for (const line of drawChart(chart, { width: columns - 4, height: 10 }))
      output.print(`  ${line}`)
  }
  for (const [i, { text: advice, settings }] of prescriptions.entries()) {
    print(`${text(phrases.try)} ${i + 1}: ${text(advice)}`, '  ')
    // Not wrapped: to be copied as it is.
    for (const setting of settings) output.print(`      --set ${quoted(setting)}`)
  }
  print(dim(`${text(phrases.source)}: ${source}`), '  ')
  output.print('')
}

function evidenceLine(
  { name, value, limit, beyond }: Evidence,
  text: (both: Text) => string,
): string {
  const sign = beyond === 'above' ? '>' : '<'
  const beside =
    limit === undefined ? '' : ` (${text(phrases.limit)}: ${sign} ${formatNumber(limit, 3)})`
  return `${text(name)}: ${formatNumber(value, 3)}${beside}`
}

/** As a shell takes it. */
function quoted(setting: string): string {
  return /[[\]{}"' ]/.test(setting) ? `'${setting.replaceAll("'", "'\\''")}'` : setting
}
