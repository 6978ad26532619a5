import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { decodeJson, encodeJson } from './json.ts'

test('every number comes back as it was, those that JSON lacks too', () => {
  const bits = fc.double()
  fc.assert(
    fc.property(fc.array(fc.record({ loss: bits, name: fc.string() })), rows => {
      const back = decodeJson(encodeJson(rows)) as typeof rows
      assert.equal(back.length, rows.length)
      rows.forEach(({ loss, name }, i) => {
        assert.ok(Object.is(back[i]!.loss, loss), `${loss}`)
        assert.equal(back[i]!.name, name)
      })
    }),
  )
})

const texts: readonly (readonly [unknown, string])[] = [
  [Number.NaN, '{"$number":"NaN"}'],
  [[1, -0], '[1,{"$number":"-0"}]'],
  [{ a: Number.NEGATIVE_INFINITY, b: 'NaN' }, '{"a":{"$number":"-Infinity"},"b":"NaN"}'],
]
for (const [value, text] of texts)
  test(`${text} is what is written, and read again`, () => {
    assert.equal(encodeJson(value), text)
    assert.deepEqual(decodeJson(text), value)
  })

test('a $number of another name is left as it is', () => {
  assert.deepEqual(decodeJson('{"$number":"constructor"}'), { $number: 'constructor' })
})
