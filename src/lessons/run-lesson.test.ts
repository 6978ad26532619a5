import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Lesson } from './lesson.ts'
import { runLesson } from './run-lesson.ts'

const text = { en: 'text', ko: '글' }
const lesson: Lesson = {
  name: 'sample',
  group: 'activations',
  claims: ['44'],
  title: text,
  story: text,
  seconds: { short: 1, full: 1 },
  run: async () => [],
}

test('a lesson that lacks its data is not run, and says what to get', async () => {
  const lacks = { en: 'Get the data', ko: '데이터를 받으세요' }
  const result = await runLesson({ ...lesson, lacks: async () => lacks })
  assert.deepEqual(result.lacks, lacks)
  assert.deepEqual(result.findings, [])
})

test('one that has them gives a finding for each of its claims, or is refused', async () => {
  const lacks = async () => undefined
  await assert.rejects(runLesson({ ...lesson, lacks }), /one finding for each .* received none/)
  const finding = { claim: '44', verdict: 'holds', reason: text, measures: [] } as const
  const { findings, ...rest } = await runLesson({ ...lesson, lacks, run: async () => [finding] })
  assert.deepEqual(findings, [finding])
  assert.ok(!('lacks' in rest))
})

test('one that is stopped is left at once, whatever it is at', async () => {
  const stop = new AbortController()
  const run = () => new Promise<never>(() => {})
  const stopped = runLesson({ ...lesson, run }, { signal: stop.signal })
  await new Promise(resolve => setTimeout(resolve))
  stop.abort()
  await assert.rejects(stopped, { name: 'AbortError' })
  await assert.rejects(runLesson(lesson, { signal: stop.signal }), { name: 'AbortError' })
})
