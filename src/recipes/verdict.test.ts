import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type RungScore, verdictOf } from './verdict.ts'

const sd = 0.001
const plain = { epochs: 15, fullEpochs: 15 }

function score(name: string, testAccuracies: number[], rest: Partial<RungScore> = {}): RungScore {
  return { name, changed: `${name} layers`, testAccuracies, ...plain, ...rest }
}

const cases: Readonly<Record<string, readonly [readonly RungScore[], string]>> = {
  'one rung has no verdict': [[score('a', [0.9])], ''],

  'the largest gain is named, and a single seed is no evidence': [
    [score('a', [0.9]), score('b', [0.95]), score('c', [0.96])],
    'B layers gained most, +5.00 points (90.00 % to 95.00 %); but one seed is no evidence.',
  ],

  'a short run is called short': [
    [score('a', [0.9], { epochs: 2 }), score('b', [0.95], { epochs: 3 })],
    'B layers gained most, +5.00 points (90.00 % to 95.00 %); but this is a short run, 2 to 3 of 15 epochs, and one seed is no evidence.',
  ],

  'where nothing gained, that is said': [
    [score('a', [0.9]), score('b', [0.85])],
    'No step gained anything; b layers lost least, -5.00 points (90.00 % to 85.00 %); but one seed is no evidence.',
  ],

  'a gain below the spread of re-runs is called chance': [
    [
      score('a', [0.9], { expected: { mean: 0.9, sd } }),
      score('b', [0.901], { expected: { mean: 0.9, sd } }),
    ],
    'B layers gained most, +0.10 points (90.00 % to 90.10 %), which chance alone explains (full runs differ by up to about 0.28 by their seed alone); but one seed is no evidence.',
  ],

  'one seed answers a question by the spread of re-runs': [
    [
      score('a', [0.9]),
      score('b', [0.95], { expected: { mean: 0.95, sd } }),
      score('c', [0.945], { expected: { mean: 0.95, sd }, question: 'depth' }),
    ],
    'B layers gained most, +5.00 points (90.00 % to 95.00 %); depth hurt beyond the noise (-0.50 points; full runs differ by up to about 0.28 by their seed alone); but one seed is no evidence.',
  ],

  'a question without any measure of chance stays open': [
    [score('a', [0.9]), score('b', [0.95], { question: 'depth' })],
    'B layers gained most, +5.00 points (90.00 % to 95.00 %); depth changed the accuracy by +5.00 points, with nothing to measure chance by; but one seed is no evidence.',
  ],

  // Both sd 0.01, n 5: t(8) 2.306 * sqrt(2 * 1e-4 / 5) = 0.01458.
  'several seeds answer by their interval: within': [
    [
      score('a', [0.89, 0.89, 0.9, 0.91, 0.91]),
      score('b', [0.9, 0.9, 0.91, 0.92, 0.92], { question: 'depth' }),
    ],
    'B layers gained most, +1.00 points (90.00 % to 91.00 %), which chance alone explains (95 % interval -0.46 to +2.46); depth made no difference beyond the noise (+1.00 points; 95 % interval -0.46 to +2.46).',
  ],

  'several seeds answer by their interval: beyond': [
    [
      score('a', [0.89, 0.89, 0.9, 0.91, 0.91]),
      score('b', [0.94, 0.94, 0.95, 0.96, 0.96], { question: 'depth' }),
    ],
    'B layers gained most, +5.00 points (90.00 % to 95.00 %); depth helped beyond the noise (+5.00 points; 95 % interval +3.54 to +6.46).',
  ],

  'a full run is held against the published figures, and two seeds are few': [
    [
      score('a', [0.9, 0.9], { published: 0.901 }),
      score('b', [0.95, 0.95], { published: 0.94 }),
      score('c', [0.95, 0.95]),
    ],
    'B layers gained most, +5.00 points (90.00 % to 95.00 %); furthest from its published figure is b, by +1.00 points; but 2 seeds are few.',
  ],
}

for (const [name, [scores, verdict]] of Object.entries(cases))
  test(name, () => assert.equal(verdictOf(scores), verdict))
