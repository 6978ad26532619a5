import assert from 'node:assert/strict'
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { createColors } from 'picocolors'
import type { Lesson } from '../lessons/index.ts'
import type { Output } from './output.ts'
import { runLessons } from './run-lessons.ts'

const main = fileURLToPath(new URL('main.ts', import.meta.url))
const justright = (...words: readonly string[]) =>
  promisify(execFile)(process.execPath, [main, ...words])

test('the list has every lesson under its chapter, in either language', async () => {
  const { stdout } = await justright('lessons')
  assert.match(stdout, /Why deep nets failed\n(?: .*\n)* {2}xor-one-unit +One logistic unit/)
  assert.match((await justright('lessons', '--lang', 'ko')).stdout, /xor-one-unit +로지스틱 유닛/)
})

test('a lesson tells its story, draws, gives the verdict, and keeps pictures and numbers', async () => {
  const out = await mkdtemp(join(tmpdir(), 'justright-lesson-'))
  const { stdout, stderr } = await justright(
    ...['lesson', 'xor-one-unit', '--json', '--lang', 'ko', '--out', out],
  )
  const { lesson, findings } = JSON.parse(stdout)
  assert.equal(lesson, 'xor-one-unit')
  assert.deepEqual(
    findings.map(({ claim, verdict }: Record<string, string>) => [claim, verdict]),
    [['1', 'holds']],
  )
  assert.match(stderr, /주장 1:/)
  assert.match(stderr, /맞다/)
  const [folder] = await readdir(out)
  const svg = await readFile(join(out, folder!, '1.svg'), 'utf8')
  assert.match(svg, /^<svg[^>]*>[\s\S]*<\/svg>\s*$/)
  assert.equal(JSON.parse(await readFile(join(out, folder!, 'lesson.json'), 'utf8')).lesson, lesson)
})

test('among others, a lesson that takes days in full is run in its short setting, and that is said', async () => {
  const lines: string[] = []
  const ran: boolean[] = []
  const lesson = (name: string, full: number): Lesson => ({
    ...{ name, group: 'optimizers', claims: [], seconds: { short: 1, full } },
    title: { en: name, ko: name },
    story: { en: '', ko: '' },
    async run({ isFull }) {
      ran.push(isFull)
      return []
    },
  })
  const out = await mkdtemp(join(tmpdir(), 'justright-lesson-'))
  const output = {
    ...{ print: (line: string) => void lines.push(line), update: () => {}, json: () => {} },
    ...{ isTerminal: false, colors: createColors(false), columns: 80 },
  } as unknown as Output
  const [night, week] = [lesson('night', 20_000), lesson('week', 600_000)]
  await runLessons([night, week], ['night', 'week'], { values: { full: true, out }, output })
  await runLessons([week], ['week'], { values: { full: true, out }, output })
  assert.deepEqual(ran, [true, false, true])
  assert.match(lines.join('\n'), /week is run in its short setting: .*takes about 166 h/)
})

test('a lesson that trains seeds is left at Ctrl-C, and says how to go on', async () => {
  const child = spawn(process.execPath, [main, 'lesson', 'overfitting'], { cwd: tmpdir() })
  let text = ''
  child.stdout.on('data', chunk => {
    text += chunk
  })
  while (!text.includes('2 hidden layers')) await once(child.stdout, 'data')
  // In the midst of its first training.
  await new Promise(resolve => setTimeout(resolve, 500))
  const startedAt = performance.now()
  child.kill('SIGINT')
  const [code] = await once(child, 'close')
  assert.equal(code, 130, text)
  // Generous to a busy machine; the lesson takes twenty.
  assert.ok(performance.now() - startedAt < 5000)
  assert.match(text, /A lesson that was stopped starts anew: justright lesson overfitting\n/)
})

for (const [words, message] of [
  [['lesson'], /the name of a lesson/],
  [['lesson', 'xor-one-unti'], /xor-one-unit/],
  [['lessons', '--lang', 'fr'], /en.*ko/],
] as const)
  test(`"justright ${words.join(' ')}" is refused with a sentence`, async () => {
    await assert.rejects(justright(...words), (error: { code: number; stderr: string }) => {
      assert.equal(error.code, 2)
      assert.match(error.stderr, message)
      return true
    })
  })
