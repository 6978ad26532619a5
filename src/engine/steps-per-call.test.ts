import assert from 'node:assert/strict'
import { test } from 'node:test'
import { chooseStepsPerCall, evenSteps } from './steps-per-call.ts'

const small = { multiplyAdds: 1e4, elements: 1e3 }
const medium = { multiplyAdds: 6e7, elements: 3e6 }
const large = { multiplyAdds: 1e10, elements: 1e8 }

for (const [work, callMs, expected] of [
  [small, undefined, 50],
  [medium, undefined, 27],
  [large, undefined, 1],
  [medium, 1, 1],
  [small, 1, 50],
  [small, 0, 1],
] as const)
  test(`${expected} steps of ${work.multiplyAdds} multiplications make a call of ${callMs ?? 'the usual'} ms`, () => {
    assert.equal(chooseStepsPerCall(work, callMs === undefined ? {} : { callMs }), expected)
  })

for (const [most, wholeBatches, expected] of [
  [25, 550, 25],
  [50, 44, 44],
  [50, 51, 25],
  [50, 61, 30],
  [1, 10, 1],
  [50, 1, 1],
] as const)
  test(`${wholeBatches} batches are shared out by ${expected} when they may be ${most}`, () => {
    assert.equal(evenSteps(most, wholeBatches), expected)
  })
