import assert from 'node:assert/strict'
import { test } from 'node:test'
import { findDuplicateKey } from './json-keys.ts'

const cases: [what: string, text: string, twice: string | undefined][] = [
  ['different keys', '{"a":1,"b":{"a":2}}', undefined],
  ['a key twice', '{"a":1,"b":2,"a":3}', 'a'],
  ['a key twice further inside', '{"a":{"b":1, "b" :2}}', 'b'],
  ['a key twice in different spellings', '{"a":1,"\\u0061":2}', 'a'],
  ['values like keys', '{"a":"a","b":["a","a",":"]}', undefined],
  ['quotes and braces in strings', '{"a\\"{":1,"b\\\\":"}{","a":"\\"a\\":"}', undefined],
  ['a key inside and again behind', '{"a":{"b":1},"b":2}', undefined],
  ['equal keys of neighbours', '[{"a":1},{"a":1}]', undefined],
  ['a key named like a method', '{"__proto__":1,"constructor":2,"__proto__":3}', '__proto__'],
]

for (const [what, text, twice] of cases)
  test(`${what}: ${twice === undefined ? 'nothing' : `"${twice}"`} is found twice`, () => {
    JSON.parse(text)
    assert.equal(findDuplicateKey(text), twice)
  })
