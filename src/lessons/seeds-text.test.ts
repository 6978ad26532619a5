import assert from 'node:assert/strict'
import { test } from 'node:test'
import { proportion } from '../stats/index.ts'
import { seedsText } from './seeds-text.ts'

test('a share of seeds is told with its interval, in both languages', () => {
  // Newcombe 1998, table I, method 3: 81 of 263 is a share between .2553 and .3662.
  assert.deepEqual(seedsText(proportion(81, 263)), {
    en: '81 of 263 seeds (95 % interval 26 to 37 %)',
    ko: '시드 263개 중 81개(95 % 구간 26–37 %)',
  })
})
