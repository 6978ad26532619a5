import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, readdir, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

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
