import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { points } from '../../test/training.ts'
import { ConfigError, RunError, type Tensor, tensor, tensorOf } from '../base/index.ts'
import type { DataSource } from '../data/index.ts'
import { referenceEngine } from '../engine/index.ts'
import {
  crossEntropy,
  hinge,
  type LayerConfig,
  linear,
  meanSquaredError,
  sequential,
} from '../nn/index.ts'
import type { Combination } from './combine.ts'
import { ensemble } from './ensemble.ts'
import type { Member } from './member.ts'

const engine = referenceEngine()

describe('what cannot be one ensemble is refused', () => {
  const blank = (model: LayerConfig, data: DataSource, rest: Partial<Member> = {}): Member => ({
    model,
    data,
    loss: crossEntropy(),
    parameters: { weight: zeros(3, 4), bias: zeros(3) },
    ...rest,
  })
  const zeros = (...shape: number[]): Tensor =>
    tensorOf('float32', shape, new Float32Array(shape.reduce((a, b) => a * b, 1)))
  let one: Member
  let data: DataSource
  before(async () => {
    data = await points(8, 4)
    one = blank(linear(3), data)
  })

  const cases: Readonly<Record<string, readonly [() => unknown, RegExp]>> = {
    'no member': [() => ensemble([]), /^ensemble: expected at least two members, received 0$/],
    'a single one': [() => ensemble([one]), /at least two members, received 1$/],
    'other rows': [
      () =>
        ensemble([
          one,
          blank(
            linear(3),
            { ...data, train: { ...data.train, inputs: zeros(2, 5) } },
            {
              parameters: { weight: zeros(3, 5), bias: zeros(3) },
            },
          ),
        ]),
      /^ensemble, member 2: expected inputs: rows \[4\] of float32, as member 1, received rows \[5\] of float32$/,
    ],
    'other classes': [
      () =>
        ensemble([
          one,
          blank(
            linear(4),
            { ...data, train: { ...data.train, classes: 4 } },
            {
              parameters: { weight: zeros(4, 4), bias: zeros(4) },
            },
          ),
        ]),
      /^ensemble, member 2: expected number of classes: 3, as member 1, received 4$/,
    ],
    'classes of other names': [
      () => {
        const named = (...classNames: string[]) =>
          blank(linear(3), { ...data, description: { ...data.description, classNames } })
        return ensemble([named('a', 'b', 'c'), one, named('a', 'c', 'b')])
      },
      /^ensemble, member 3: expected class names: \["a","b","c"\], as member 1, received \["a","c","b"\]$/,
    ],
    'another task': [
      () => ensemble([one, blank(linear(3), data, { loss: meanSquaredError() })]),
      /^ensemble, member 2: expected task: classes, as member 1, received numbers$/,
    ],
    'probabilities of a hinge': [
      () => ensemble([one, blank(linear(3), data, { loss: hinge() })], { by: 'probabilities' }),
      /^ensemble: expected logits or votes of members trained with crossEntropy, hinge, received "probabilities"$/,
    ],
    'a combination that is not known': [
      () => ensemble([one, one], { by: 'median' as Combination }),
      /^ensemble: expected probabilities or logits or votes of members .*, received "median"$/,
    ],
  }
  for (const [name, [make, message]] of Object.entries(cases))
    test(name, () =>
      assert.throws(make, error => {
        assert.ok(error instanceof ConfigError)
        assert.match(error.message, message)
        return true
      }),
    )

  test('parameters of another model', () => {
    assert.throws(
      () => ensemble([one, blank(sequential(linear(3)), data)]),
      error => error instanceof RunError && /^ensemble, member 2: expected /.test(error.message),
    )
  })

  test('a class without an output, once there are rows', async () => {
    const rows = { ...data.train, targets: tensor([0, 3], 'uint8'), inputs: zeros(2, 4) }
    const { classes: _, ...train } = rows
    const member = blank(linear(3), { ...data, train, validation: train })
    await assert.rejects(ensemble([member, member]).score({ engine }), /an output for each class/)
  })
})
