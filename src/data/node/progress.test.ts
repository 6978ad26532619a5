import assert from 'node:assert/strict'
import { test } from 'node:test'
import { slowly } from './progress.ts'

test('progress is told after two seconds, then four times a second at most', () => {
  let now = 5000
  const told: number[] = []
  const tell = slowly(
    share => told.push(share),
    () => now,
  )
  for (; now <= 8000; now += 50) tell(now, 'a file')
  assert.deepEqual(told, [7000, 7250, 7500, 7750, 8000])
})
