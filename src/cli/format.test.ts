import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  formatBar,
  formatCount,
  formatDuration,
  formatGuess,
  formatLoss,
  formatPercent,
  formatScores,
} from './format.ts'

const cases: readonly (readonly [received: string, expected: string])[] = [
  [formatPercent(0.97834), '97.83 %'],
  [formatPercent(1), '100.00 %'],
  [formatDuration(0), '0.0 s'],
  [formatDuration(4.12), '4.1 s'],
  [formatDuration(59.96), '1 min 0 s'],
  [formatDuration(80), '1 min 20 s'],
  [formatDuration(3599.7), '1 h 0 min'],
  [formatDuration(7500), '2 h 5 min'],
  [formatGuess(0.2), '1 s'],
  [formatGuess(61), '1 min 1 s'],
  [formatCount(45210.4), '45,210'],
  [formatLoss(0), '0'],
  [formatLoss(0.41234), '0.4123'],
  [formatLoss(123.456), '123.5'],
  [formatLoss(1.23e-7), '1.2e-7'],
  [formatLoss(3e9), '3.0e+9'],
  [formatBar(0, 4), '░░░░'],
  [formatBar(0.5, 4), '██░░'],
  [formatBar(0.625, 4), '██▌░'],
  [formatBar(2, 4), '████'],
  [formatScores({ loss: 0.5, accuracy: 0.9, examples: 1 }), '90.00 %, loss 0.5'],
  [formatScores({ loss: 0.5, examples: 1 }), 'loss 0.5'],
]

for (const [received, expected] of cases)
  test(`a number is written as "${expected}"`, () => assert.equal(received, expected))
