import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { lessons } from '../../examples/lessons/index.ts'
import { readReport } from '../../src/cli/lesson-report.ts'
import {
  type ClaimId,
  claimIds,
  isAsExpected,
  measureText,
  runLesson,
  textualFindings,
  type Verdict,
} from '../../src/lessons/index.ts'

/** Of the exact lessons, those whose claims do not simply hold. */
const expectedVerdicts: { readonly [claim in ClaimId]?: Verdict } = {
  4: 'conditional',
  '8b': 'fails',
  16: 'conditional',
  17: 'conditional',
  43: 'conditional',
  50: 'conditional',
  52: 'conditional',
  53: 'fails',
}

test('no claim is decided twice, and no lesson has the name of another', () => {
  const decided = [
    ...lessons.flatMap(({ claims }) => claims),
    ...textualFindings.map(({ claim }) => claim),
  ]
  assert.deepEqual(
    decided.filter((claim, i) => decided.indexOf(claim) !== i),
    [],
  )
  const names = lessons.map(({ name }) => name)
  assert.deepEqual([...new Set(names)], names)
})

test('claims are numbered from 1 to 65, with 8b after 8', () => {
  assert.equal(claimIds.length, 66)
  assert.deepEqual(claimIds.slice(0, 10), ['1', '2', '3', '4', '5', '6', '7', '8', '8b', '9'])
  assert.equal(claimIds.at(-1), '65')
})

test('every text of a lesson is told in Korean too', () => {
  const hangul = /\p{Script=Hangul}/u
  for (const { name, title, story, reduced } of lessons)
    for (const text of [title, story, ...(reduced ? [reduced] : [])]) {
      assert.match(text.ko, hangul, name)
      assert.notEqual(text.en, '', name)
    }
})

for (const lesson of lessons.filter(({ isExact }) => isExact))
  test(`lesson ${lesson.name} comes out as expected`, async () => {
    const { findings, charts } = await runLesson(lesson)
    assert.ok(charts.length > 0, 'shows no picture')
    for (const { claim, verdict, measures, reason } of findings) {
      for (const measure of measures)
        assert.ok(
          isAsExpected(measure),
          `claim ${claim}, ${measure.name.en}: ${measureText(measure)}, expected ${measure.expected}`,
        )
      assert.match(reason.ko, /\p{Script=Hangul}/u)
      assert.equal(verdict, expectedVerdicts[claim] ?? 'holds', `claim ${claim}: ${reason.en}`)
    }
  })

test('the shipped report has every claim once, from lessons that there are, with the means where they belong', async () => {
  const shipped = await readReport(
    fileURLToPath(new URL('../../docs/lessons/RESULTS.md', import.meta.url)),
  )
  const findings = [...shipped.flatMap(one => one.findings), ...textualFindings]
  assert.deepEqual(
    claimIds.filter(id => findings.filter(({ claim }) => claim === id).length !== 1),
    [],
  )
  const names = lessons.map(({ name }) => name)
  assert.deepEqual(
    shipped.map(({ lesson }) => lesson),
    names,
  )
  const beyond = findings.flatMap(({ claim, measures }) =>
    measures.filter(measure => !isAsExpected(measure)).map(({ name }) => `${claim}: ${name.en}`),
  )
  assert.deepEqual(beyond, [])
})
