import assert from 'node:assert/strict'
import { test } from 'node:test'
import { tensor } from '../base/index.ts'
import { evaluate } from '../engine/index.ts'
import { gradients } from '../grad/index.ts'
import { constant, input, sum } from '../ir/index.ts'
import { binaryCrossEntropyPerElement } from './index.ts'

test('binary cross-entropy of confident right answers keeps its last bits, and its slope', () => {
  const x = input('x', [4])
  const losses = binaryCrossEntropyPerElement(x, constant(tensor([1, 0, 1, 0])))
  const logits = [20, -20, 60, -60]
  const [found, slope] = evaluate([losses, ...gradients(sum(losses), [x])], { x: tensor(logits) })
  for (const [i, logit] of logits.entries()) {
    const exact = Math.log1p(Math.exp(-Math.abs(logit)))
    const isClose = (y: number, wanted: number) => Math.abs(y / wanted - 1) < 1e-6
    assert.ok(isClose(found!.data[i]!, exact), `${found!.data[i]} at ${logit}`)
    assert.ok(isClose(slope!.data[i]!, -Math.sign(logit) * exact), `${slope!.data[i]} at ${logit}`)
  }
})
