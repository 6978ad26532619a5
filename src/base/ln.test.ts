import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ln } from './ln.ts'

test('ln agrees with Math.log within 1e-15 of the value over 200 binary orders and close to 1', () => {
  let worst = 0
  for (let i = 1; i < 20_000; i++) {
    const fraction = (i * 0.6180339887498949) % 1
    for (const x of [(1 + fraction) * 2 ** ((i % 200) - 120), 1 + (fraction - 0.5) / 2 ** (i % 50)])
      if (x !== 1) worst = Math.max(worst, Math.abs(ln(x) / Math.log(x) - 1))
  }
  assert.ok(worst < 1e-15, `relative error ${worst}`)
})

test('ln is exact where the result is known', () => {
  assert.equal(ln(1), 0)
  assert.equal(ln(2), Math.LN2)
  assert.equal(ln(0.5), -Math.LN2)
})
