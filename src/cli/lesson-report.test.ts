import assert from 'node:assert/strict'
import { mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type { LessonResult } from '../lessons/index.ts'
import { differencesFrom, readReport, updateReport } from './lesson-report.ts'

const order = ['first', 'second']
const resultOf = (lesson: string, claim: '1' | '2', value: number): LessonResult => ({
  lesson,
  isFull: false,
  seconds: 1.26,
  charts: [],
  findings: [
    {
      claim,
      verdict: 'holds',
      reason: { en: 'as | measured', ko: '재어 보니' },
      measures: [
        {
          name: { en: 'accuracy', ko: '정확도' },
          values: [value, value],
          format: 'percent',
          published: '.5 (a table)',
          expected: [0.4, 0.6],
        },
      ],
    },
  ],
})
const newFile = async () => join(await mkdtemp(join(tmpdir(), 'justright-report-')), 'RESULTS.md')

test('a report has a row for each claim, those that were not run included', async () => {
  const file = await newFile()
  await updateReport(file, [resultOf('first', '1', 0.5)], order)
  const rows = (await readFile(file, 'utf8')).split('\n').filter(line => /^\| \d+b? \|/.test(line))
  assert.equal(rows.length, 66)
  assert.match(rows[0]!, /accuracy: 50\.00 ± 0\.00 % \(n = 2\) \[\.5 \(a table\)\]/)
  assert.match(rows[0]!, /\*\*holds\*\*: as \\\| measured \| first \|$/)
  assert.match(rows[1]!, /not run/)
})

test('a lesson that is run again replaces its rows, and the others stay in order', async () => {
  const file = await newFile()
  await updateReport(file, [resultOf('second', '2', 0.5)], order)
  await updateReport(file, [resultOf('first', '1', 0.5)], order)
  await updateReport(file, [resultOf('second', '2', 0.9)], order)
  const lessons = await readReport(file)
  assert.deepEqual(
    lessons.map(({ lesson, seconds }) => [lesson, seconds]),
    [
      ['first', 1.3],
      ['second', 1.3],
    ],
  )
  assert.match(await readFile(file, 'utf8'), /90\.00 ± 0\.00 % \(n = 2\) \*\*!\*\*/)
})

test('verdicts and means that differ from a report are told', async () => {
  const file = await newFile()
  await updateReport(file, [resultOf('first', '1', 0.5)], order)
  assert.deepEqual(await differencesFrom(file, [resultOf('first', '1', 0.5)]), [])
  const [finding] = resultOf('first', '1', 0.7).findings
  const other = {
    ...resultOf('first', '1', 0),
    findings: [{ ...finding!, verdict: 'fails' as const }],
  }
  assert.deepEqual(await differencesFrom(file, [other]), [
    'first, claim 1: fails, in the report holds',
    'first, claim 1: accuracy 70.00 ± 0.00 % (n = 2)',
  ])
})

test('a damaged report is refused with a sentence, not overwritten', async () => {
  const file = await newFile()
  await writeFile(file.replace('.md', '.json'), '[{')
  await assert.rejects(updateReport(file, [resultOf('first', '1', 0.5)], order), {
    name: 'FormatError',
    message: /2 characters that are no JSON/,
  })
})
