import assert from 'node:assert/strict'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { temporaryFolder } from '../../../test/runs/samples.ts'
import { removeTemporaries, shareFile, stageFile, writeFileAtomically } from './write-file.ts'

test('a file is written, and written over, and nothing else is left', async () => {
  const folder = temporaryFolder()
  const path = join(folder, 'a.bin')
  await writeFileAtomically(path, Uint8Array.of(1, 2))
  await writeFileAtomically(path, 'text')
  assert.equal(readFileSync(path, 'utf8'), 'text')
  assert.deepEqual(readdirSync(folder), ['a.bin'])
})

test('where a file cannot be written the error names path and reason, and nothing is left', async () => {
  const folder = temporaryFolder()
  await assert.rejects(writeFileAtomically(join(folder, 'no', 'a.bin'), ''), {
    name: 'RunError',
    message: /a\.bin: expected a file that can be written, received ENOENT/,
  })
  mkdirSync(join(folder, 'taken', 'by-a-folder'), { recursive: true })
  await assert.rejects(writeFileAtomically(join(folder, 'taken'), ''), { name: 'RunError' })
  assert.deepEqual(readdirSync(folder), ['taken'])
})

test('two names that already share a file go on sharing it, without a temporary name left', async () => {
  const folder = temporaryFolder()
  const [a, b] = [join(folder, 'a'), join(folder, 'b')]
  writeFileSync(a, 'content')
  await shareFile(a, b)
  await shareFile(a, b)
  assert.equal(readFileSync(b, 'utf8'), 'content')
  assert.deepEqual(readdirSync(folder).sort(), ['a', 'b'])
})

test('only our own temporary files are removed', async () => {
  const folder = temporaryFolder()
  writeFileSync(join(folder, 'notes.tmp'), '')
  await stageFile(join(folder, 'a.bin'), 'half')
  assert.equal(readdirSync(folder).length, 2)
  await removeTemporaries(folder)
  assert.deepEqual(readdirSync(folder), ['notes.tmp'])
})
