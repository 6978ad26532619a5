import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type ScaleOptions, scaleOf, valueText } from './scale.ts'

type Scales = 'linear' | 'log'

const tickCases: readonly (readonly [
  scale: Scales,
  values: readonly number[],
  options: ScaleOptions,
  labels: readonly string[],
])[] = [
  ['linear', [0, 0.5, 1], { ticks: 5 }, ['0', '0.2', '0.4', '0.6', '0.8', '1.0']],
  ['linear', [1, 15], { ticks: 7 }, ['2', '4', '6', '8', '10', '12', '14']],
  ['linear', [1, 3], { ticks: 8 }, ['1', '2', '3']],
  ['linear', [-0.3, 0.3], { ticks: 4 }, ['-0.2', '0', '0.2']],
  ['linear', [0.123, 0.187], { ticks: 3, isRounded: true }, ['0.10', '0.15', '0.20']],
  ['linear', [0, 60000], { ticks: 3 }, ['0', '20,000', '40,000', '60,000']],
  ['linear', [0, 5e6], { ticks: 5 }, ['0', '1e+6', '2e+6', '3e+6', '4e+6', '5e+6']],
  ['linear', [0, 3e-5], { ticks: 3 }, ['0', '1e-5', '2e-5', '3e-5']],
  [
    'linear',
    [0.9, 0.98],
    { ticks: 4, format: 'percent' },
    ['90 %', '92 %', '94 %', '96 %', '98 %'],
  ],
  ['linear', [5, 5], { ticks: 2, isRounded: true }, ['4', '5', '6']],
  ['log', [0.01, 10], { ticks: 5 }, ['0.01', '0.1', '1', '10']],
  ['log', [1e-7, 1], { ticks: 4 }, ['1e-7', '1e-5', '0.001', '0.1']],
  ['log', [1, 10], { ticks: 5 }, ['1', '2', '5', '10']],
  ['log', [3, 4.5], { ticks: 3 }, ['3.0', '3.5', '4.0', '4.5']],
]

for (const [scale, values, options, labels] of tickCases)
  test(`ticks of a ${scale} axis over ${values.join(' to ')}: ${labels.join(' ')}`, () => {
    const { ticks } = scaleOf({ label: '', scale }, values, options)
    assert.deepEqual(
      ticks.map(({ label }) => label),
      labels,
    )
  })

test('ticks are on the axis, ascending, differently labelled, and not many more than wished for', () => {
  const number = fc.double({ min: -1e30, max: 1e30, noNaN: true })
  const positive = fc.double({ min: 1e-30, max: 1e30, noNaN: true })
  fc.assert(
    fc.property(
      fc.constantFrom<Scales>('linear', 'log'),
      fc.boolean(),
      fc.integer({ min: 1, max: 12 }),
      fc.array(number, { minLength: 1, maxLength: 5 }),
      fc.array(positive, { minLength: 1, maxLength: 5 }),
      (scale, isRounded, ticks, numbers, positives) => {
        const values = scale === 'log' ? positives : numbers
        const made = scaleOf({ label: '', scale }, values, { ticks, isRounded })
        const places = made.ticks.map(({ value }) => made.place(value))
        for (const [i, place] of places.entries()) {
          assert.ok(place > -1e-6 && place < 1 + 1e-6, `tick at ${place}`)
          assert.ok(i === 0 || place > places[i - 1]!)
        }
        for (const value of values) {
          const place = made.place(value)
          assert.ok(place > -1e-6 && place < 1 + 1e-6, `${value} at ${place}`)
        }
        assert.equal(new Set(made.ticks.map(({ label }) => label)).size, places.length)
        assert.ok(places.length <= 3 * ticks + 3, `${places.length} ticks`)
      },
    ),
    { seed: 1, numRuns: 2000 },
  )
})

test('a range is shown as it is', () => {
  const { low, high, place } = scaleOf({ label: '', range: [0.93, 0.99] }, [0.5], {
    ticks: 5,
    isRounded: true,
  })
  assert.deepEqual([low, high], [0.93, 0.99])
  assert.ok(place(0.5) < 0)
})

test('values have the digits that matter', () => {
  assert.deepEqual(
    [0, 0.41234, 123.456, 1.23e-7, 2e9, Number.NaN].map(x => valueText(x)),
    ['0', '0.4123', '123.5', '1.2e-7', '2.0e+9', 'NaN'],
  )
  assert.equal(valueText(0.97834, 'percent'), '97.83 %')
})
