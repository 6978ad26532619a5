import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cosine, sine } from './trigonometry.ts'

test('sine and cosine agree with Math within 3e-16 for angles up to 1000', () => {
  let worst = 0
  for (let i = -20_000; i <= 20_000; i++) {
    const x = (i / 20_000) ** 3 * 1000
    worst = Math.max(worst, Math.abs(sine(x) - Math.sin(x)), Math.abs(cosine(x) - Math.cos(x)))
  }
  assert.ok(worst < 3e-16, `error ${worst}`)
})

test('sine and cosine are exact where the result is known', () => {
  assert.deepEqual([sine(0), cosine(0)], [0, 1])
  assert.deepEqual([sine(Math.PI / 2), cosine(Math.PI), sine(-Math.PI / 2)], [1, -1, -1])
  assert.ok(Math.abs(cosine(Math.PI / 2)) < 1e-16)
})
