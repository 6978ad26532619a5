import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { ConfigError, keyOf, ShapeError, splitKey } from '../base/index.ts'
import { evaluate } from '../engine/index.ts'
import { relu as irRelu, type Value, constant as value } from '../ir/index.ts'
import * as ops from '../ops/index.ts'
import {
  constant,
  expectedMoments,
  fansOf,
  type GainName,
  gainFor,
  greedyRbm,
  heNormal,
  heUniform,
  type InitConfig,
  identity,
  initialize,
  initializers,
  lectureHe,
  lectureXavier,
  lecunNormal,
  lsuv,
  normal,
  ones,
  orthogonal,
  sparse,
  truncatedNormal,
  uniform,
  varianceScaling,
  xavierNormal,
  xavierUniform,
  zeros,
} from './index.ts'

const key = splitKey(keyOf(2006), 'init')

interface Golden {
  readonly weightShape: readonly number[]
  readonly [figure: string]: number | readonly number[]
}
const goldens = JSON.parse(
  readFileSync(new URL('../../test/goldens/initializers.json', import.meta.url), 'utf8'),
) as { readonly cases: readonly [{ readonly cases: Golden[] }, { gains: Record<string, number> }] }

function assertClose(actual: number, expected: unknown, what: string): void {
  assert.ok(Math.abs(actual / Number(expected) - 1) < 1e-12, `${what}: ${actual} for ${expected}`)
}

for (const golden of goldens.cases[0].cases)
  test(`fans, bounds and deviations for [${golden.weightShape}] are those of PyTorch`, () => {
    const shape = golden.weightShape
    assert.deepEqual(fansOf(shape), { fanIn: golden.fanIn, fanOut: golden.fanOut })
    const figures: readonly (readonly [string, InitConfig, 'std' | 'high'])[] = [
      ['xavierUniformBound', xavierUniform(), 'high'],
      ['xavierNormalStd', xavierNormal(), 'std'],
      ['kaimingUniformBound', heUniform(), 'high'],
      ['kaimingNormalStd', heNormal(), 'std'],
      ['lecunNormalStd', lecunNormal(), 'std'],
      ['lectureXavierStd', lectureXavier(), 'std'],
      ['lectureHeStd', lectureHe(), 'std'],
    ]
    for (const [name, config, figure] of figures)
      assertClose(expectedMoments(config, shape)[figure], golden[name], name)
  })

test('gains are those of PyTorch', () => {
  const { gains } = goldens.cases[1]
  const figures = {
    linear: gainFor('identity'),
    conv: gainFor('identity'),
    sigmoid: gainFor('sigmoid'),
    tanh: gainFor('tanh'),
    relu: gainFor('relu'),
    'leakyRelu(0.01)': gainFor('leakyRelu'),
    'leakyRelu(0.2)': gainFor('leakyRelu', 0.2),
    selu: gainFor('selu'),
  }
  for (const [name, gain] of Object.entries(figures)) assertClose(gain, gains[name], name)
  assert.throws(() => gainFor('swish' as 'relu'), ConfigError)
})

const meanSquareGains: Readonly<Partial<Record<GainName, (x: Value) => Value>>> = {
  relu: irRelu,
  leakyRelu: ops.leakyRelu,
  elu: ops.elu,
  gelu: ops.gelu,
  geluTanh: ops.geluTanh,
  silu: ops.silu,
  mish: ops.mish,
  softplus: ops.softplus,
  logSigmoid: ops.logSigmoid,
  softsign: ops.softsign,
  hardtanh: ops.hardtanh,
}
for (const [name, activation] of Object.entries(meanSquareGains))
  test(`the gain of ${name} keeps the mean square of a normal signal`, () => {
    const step = 1 / 512
    const grid = Float64Array.from({ length: 24 / step + 1 }, (_, i) => i * step - 12)
    const [after] = evaluate([
      activation(value({ dtype: 'float64', shape: [grid.length], data: grid })),
    ])
    const meanSquare = [...after!.data].reduce(
      (sum, y, i) => sum + y * y * Math.exp(-(grid[i]! ** 2) / 2),
      0,
    )
    const expected = 1 / Math.sqrt((meanSquare * step) / Math.sqrt(2 * Math.PI))
    assert.ok(Math.abs(gainFor(name as GainName) / expected - 1) < 1e-6, `${expected}`)
  })

/** Every initialiser with other options than its defaults where it has any. */
const described: readonly InitConfig[] = [
  zeros(),
  ones(),
  constant(-0.5),
  uniform(-3, 1),
  normal(2, 0.1),
  truncatedNormal(-1, 0.2),
  identity(-2),
  xavierUniform(),
  xavierUniform({ gain: 5 / 3 }),
  xavierNormal(),
  xavierNormal({ gain: 0.5 }),
  heUniform(),
  heUniform({ mode: 'fanOut', negativeSlope: Math.sqrt(5) }),
  heNormal(),
  heNormal({ mode: 'fanOut', negativeSlope: 0.2 }),
  lecunNormal(),
  lectureXavier(),
  lectureHe(),
  varianceScaling(),
  varianceScaling({ scale: 2, mode: 'fanOut', distribution: 'normal' }),
  varianceScaling({ scale: 3, mode: 'fanAverage', distribution: 'uniform' }),
  orthogonal({ gain: 0.7 }),
  sparse({ connections: 20, std: 0.5 }),
  lsuv(),
  greedyRbm({ std: 0.3 }),
]

/** Those whose numbers do not depend on the key, and those that fill a vector too. */
const isFixed = ({ kind }: InitConfig) => /^(zeros|ones|constant|identity)$/.test(kind)
const isForVectors = ({ kind }: InitConfig) =>
  /^(zeros|ones|constant|uniform|normal|truncatedNormal|greedyRbm)$/.test(kind)

/** How many of the elements are drawn at all: the spread of a variance is that of so many squares. */
const drawnShare = (config: InitConfig, columns: number): number =>
  config.kind === 'sparse' ? Math.min(1, config.connections! / columns) : 1

test('the cases below hold every initialiser of the table', () => {
  assert.deepEqual(new Set(described.map(({ kind }) => kind)), new Set(Object.keys(initializers)))
})

for (const config of described)
  for (const shape of [
    [150, 392],
    [64, 48, 5, 3],
  ])
    test(`${JSON.stringify(config)} of [${shape}] has the mean, deviation and bounds it promises`, () => {
      const { mean, std, low, high } = expectedMoments(config, shape)
      const { data } = initialize(config, shape, key, 'float64')
      const n = data.length
      let sum = 0
      let squares = 0
      for (const x of data) {
        sum += x - mean
        squares += (x - mean) ** 2
        if (x < low || x > high) assert.fail(`${x} outside ${low} .. ${high}`)
      }
      // Five standard errors: of a mean std / √n, of a variance at most std² √(2 / n).
      assert.ok(Math.abs(sum / n) <= (5 * std) / Math.sqrt(n), `mean off by ${sum / n}`)
      const variance = squares / n
      const squaresDrawn = n * drawnShare(config, n / shape[0]!)
      assert.ok(
        Math.abs(variance - std ** 2) <= 5 * std ** 2 * Math.sqrt(2 / squaresDrawn),
        `${variance}`,
      )
    })

test('options change the deviation as their formulas say', () => {
  const shape = [10, 40]
  assertClose(expectedMoments(heNormal({ mode: 'fanOut' }), shape).std, Math.sqrt(2 / 10), 'fanOut')
  const slope = heUniform({ negativeSlope: Math.sqrt(5) })
  assertClose(expectedMoments(slope, shape).high, 1 / Math.sqrt(40), 'the default of PyTorch')
  assertClose(expectedMoments(xavierNormal({ gain: 3 }), shape).std, 3 * Math.sqrt(2 / 50), 'gain')
})

test('the first numbers are the golden ones on every platform', () => {
  // Source: a second implementation of the generator in Python.
  const cases: readonly (readonly [InitConfig, readonly number[]])[] = [
    [xavierUniform(), [-0.06692742556333542, -0.034522365778684616, 0.04436939209699631]],
    [heNormal(), [-0.00831587240099907, -0.004289476666599512, 0.05824199318885803]],
  ]
  for (const [config, golden] of cases)
    assert.deepEqual([...initialize(config, [256, 784], key).data.subarray(0, 3)], golden)
  const { data } = initialize(xavierUniform(), [256, 784], key, 'float64')
  assert.equal(data[0], -0.06692741648175426)
})

test('one key draws the same tensor again, and another key another one', () => {
  for (const config of described.filter(config => !isFixed(config))) {
    const drawn = initialize(config, [20, 30], key)
    assert.equal(drawn.dtype, 'float32')
    assert.deepEqual(drawn, initialize(config, [20, 30], key))
    assert.notDeepEqual(drawn, initialize(config, [20, 30], splitKey(key, 1)))
  }
})

test('a description is frozen, writes out every option, and survives JSON', () => {
  assert.deepEqual(heUniform(), { kind: 'heUniform', mode: 'fanIn', negativeSlope: 0 })
  for (const config of described) {
    assert.ok(Object.isFrozen(config))
    const stored = JSON.parse(JSON.stringify(config)) as InitConfig
    assert.deepEqual(initialize(stored, [3, 4], key), initialize(config, [3, 4], key))
  }
  assert.deepEqual(
    initialize({ kind: 'xavierUniform' }, [3, 4], key),
    initialize(xavierUniform(), [3, 4], key),
  )
})

const refusals: readonly (readonly [unknown, RegExp])[] = [
  [{ kind: 'xavierUnifrom' }, /expected one of zeros, .*received "xavierUnifrom".*xavierUniform\?/],
  [{ kind: 'toString' }, /initializer: expected one of/],
  [{}, /received "undefined"/],
  [{ kind: 'heNormal', slope: 1 }, /option of initializer heNormal: expected one of mode, neg/],
  [{ kind: 'zeros', value: 1 }, /expected nothing, received "value"/],
  [
    { kind: 'heNormal', mode: 'fan_in' },
    /option mode: expected "fanIn" or "fanOut", received "fan_in"/,
  ],
  [{ kind: 'normal', std: -1 }, /option std: expected a number >= 0, received -1/],
  [{ kind: 'constant', value: null }, /option value: expected a finite number, received null/],
  [{ kind: 'varianceScaling', scale: -1 }, /option scale: expected a number >= 0/],
  [
    { kind: 'varianceScaling', distribution: 'gauss' },
    /option distribution: expected "truncatedNormal" or "normal" or "uniform", received "gauss"/,
  ],
  [
    { kind: 'sparse', connections: 1.5 },
    /option connections: expected a positive integer, received 1\.5/,
  ],
  [{ kind: 'lsuv', tolerance: 0 }, /option tolerance: expected a number >= 0\.00001/],
]
for (const [config, message] of refusals)
  test(`${JSON.stringify(config)} is refused`, () => {
    const refused = { name: 'ConfigError', message }
    assert.throws(() => initialize(config as InitConfig, [3, 4], key), refused)
  })

test('kinds that need fans refuse a vector, and the others do not', () => {
  for (const config of described.filter(config => !isForVectors(config)))
    assert.throws(() => initialize(config, [8], key), ShapeError, config.kind)
  assert.deepEqual([...initialize(constant(2), [2], key).data], [2, 2])
  assert.equal(initialize(normal(), [], key).data.length, 1)
})
