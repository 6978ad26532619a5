import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { catalogue } from './catalogue/catalogue.ts'
import { sections } from './catalogue/sections.ts'

test('docs/catalogue.md is what the tables say: run "npm run catalogue"', () => {
  const stored = readFileSync(new URL('../docs/catalogue.md', import.meta.url), 'utf8')
  assert.equal(stored, catalogue())
})

test('every row of every table has its line', () => {
  for (const { title, rows } of sections)
    for (const [name, { doc }] of Object.entries(rows))
      assert.ok(doc !== '' || title === 'Toys', `${title}: ${name} has a line`)
})
