// The published recipe of the restricted Boltzmann machine on MNIST, and how fast it learns.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { mnist } from '../src/data/node/index.ts'
import { fitRbm, rbm, unlabelled } from '../src/pretrain/index.ts'

/**
 * |v - P(v | drawn h)|² per image in epochs 1 to 10 of rbm.m (Hinton and Salakhutdinov, 2006) with 500
 * hidden units on the 60,000 training images, from a run of the recipe in another program.
 */
const errors = [15.06, 9.28, 8.25, 7.8, 7.56, 7.98, 7.55, 7.31, 7.14, 7.02]
/** KL(v || v^) of the test images in nats, after epochs 1 and 10. */
const divergences = [20.3, 11.5] as const

test('784-500 learns MNIST as the published recipe does, within 5 %', async () => {
  const data = unlabelled(await mnist(), { measureOn: 'test' })
  const { history, engine } = await fitRbm(rbm({ hidden: 500 }), { data, epochs: 10 })
  for (const { epoch, squaredError, validation, freeEnergyGap, seconds } of history)
    console.log(
      `epoch ${epoch}: error ${squaredError.toFixed(2)} (${errors[epoch - 1]}), test error ${validation!.squaredError.toFixed(2)}, KL ${validation!.klDivergence!.toFixed(1)}, free-energy gap ${freeEnergyGap!.toFixed(2)}, ${seconds.toFixed(2)} s`,
    )
  console.log(engine.description)
  const isNear = (a: number, b: number) => Math.abs(a / b - 1) < 0.05
  for (const { epoch, squaredError } of history)
    assert.ok(isNear(squaredError, errors[epoch - 1]!), `epoch ${epoch}: ${squaredError}`)
  assert.ok(isNear(history[0]!.validation!.klDivergence!, divergences[0]))
  assert.ok(isNear(history[9]!.validation!.klDivergence!, divergences[1]))
})
