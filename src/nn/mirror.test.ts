import assert from 'node:assert/strict'
import { test } from 'node:test'
import { conv2d, type LayerConfig, linear, mirror, prelu, relu } from './index.ts'

const refusals: readonly (readonly [string, readonly LayerConfig[], RegExp])[] = [
  [
    'a layer without a way back',
    [linear(3), conv2d(2, 3)],
    /^mirror: expected linear layers, .* received conv2d/,
  ],
  ['an activation with parameters', [linear(3), prelu()], /^mirror: .* received prelu/],
  [
    'layers none of which is linear',
    [relu()],
    /^mirror: expected at least one linear layer, received relu/,
  ],
  ['no layer', [], /^mirror: expected at least one linear layer, received none/],
]
for (const [what, layers, message] of refusals)
  test(`mirror refuses ${what}`, () =>
    assert.throws(() => mirror(...layers), { name: 'ConfigError', message }))
