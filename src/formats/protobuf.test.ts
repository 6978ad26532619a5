import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire'
import { FormatError } from '../base/index.ts'
import { decodeMessage } from './protobuf-decode.ts'
import { encodeMessage } from './protobuf-encode.ts'
import { type Message, message } from './protobuf-schema.ts'

interface Knot {
  readonly name?: string
  readonly count?: number
  readonly code?: number
  readonly weight?: number
  readonly isTied?: boolean
  readonly payload?: Uint8Array<ArrayBuffer>
  readonly packed?: readonly number[]
  readonly loose?: readonly number[]
  readonly strands?: readonly string[]
  readonly child?: Knot
  readonly children: readonly Knot[]
}

const knot: Message<Knot> = message('Knot', { children: [] }, () => ({
  name: [1, 'string'],
  count: [2, 'int64'],
  code: [3, 'int32'],
  weight: [4, 'float'],
  isTied: [5, 'bool'],
  payload: [6, 'bytes'],
  packed: [7, 'int64', 'packed'],
  loose: [8, 'double', 'repeated'],
  strands: [9, 'string', 'repeated'],
  child: [10, knot],
  children: [11, knot, 'repeated'],
}))

const full: Knot = {
  name: 'bowline – ½',
  count: -(2 ** 53 - 1),
  code: -1,
  weight: 0.5,
  isTied: true,
  payload: Uint8Array.of(1, 2, 3),
  packed: [0, 1, -1, 2 ** 32, Number.MAX_SAFE_INTEGER],
  loose: [0.1, -0, Infinity],
  strands: ['', 'a'],
  child: { name: 'inner', children: [] },
  children: [{ count: 0, children: [{ code: 7, children: [] }] }, { children: [] }],
}

/** Bytes written field by field, as a writer with another schema would. */
function write(build: (writer: BinaryWriter) => unknown): Uint8Array {
  const writer = new BinaryWriter()
  build(writer)
  return writer.finish()
}

const large = (fill: number, length = 5000) => new Uint8Array(length).fill(fill)

test('every kind of field comes back', () => {
  assert.deepEqual(decodeMessage(knot, encodeMessage(knot, full)), full)
})

test('bytes equal those of the reference encoding', () => {
  // protobuf.dev, "Encoding": field 2 = 150 is 10 96 01; field 1 = "testing" is 0a 07 and the text.
  assert.deepEqual([...encodeMessage(knot, { count: 150, children: [] })], [0x10, 0x96, 0x01])
  assert.deepEqual(
    Buffer.from(encodeMessage(knot, { name: 'testing', children: [] })).toString('hex'),
    '0a0774657374696e67',
  )
  // Packed list 3, 270, 86942 from the same page, with our field number 7.
  assert.deepEqual(
    Buffer.from(encodeMessage(knot, { packed: [3, 270, 86942], children: [] })).toString('hex'),
    '3a06038e029ea705',
  )
})

for (const lengths of [[4095], [4096], [5000, 0, 1, 70_000], [300_000]])
  test(`large and small payloads of ${lengths} bytes stand in the same order`, () => {
    const leaves = lengths.map((n, i) => ({ payload: large(i, n), name: `${i}`, children: [] }))
    const tree: Knot = {
      name: 'root',
      child: { child: leaves[0]!, children: leaves, code: 1 },
      children: [{ children: [] }, ...leaves],
    }
    assert.deepEqual(decodeMessage(knot, encodeMessage(knot, tree)), tree)
  })

test('lists are read packed and loose, whatever the schema writes', () => {
  const bytes = write(w => {
    w.tag(7, WireType.Varint).int64(1)
    w.tag(7, WireType.LengthDelimited).fork().int64(2).int64(3).join()
    w.tag(8, WireType.LengthDelimited).fork().double(0.5).join()
    w.tag(8, WireType.Bit64).double(1.5)
  })
  assert.deepEqual(decodeMessage(knot, bytes), {
    packed: [1, 2, 3],
    loose: [0.5, 1.5],
    children: [],
  })
})

test('an empty list takes no bytes', () => {
  assert.equal(encodeMessage(knot, { packed: [], loose: [], children: [] }).length, 0)
})

test('unknown fields of every wire type are skipped', () => {
  const bytes = write(w => {
    w.tag(100, WireType.Varint).int64(-5)
    w.tag(101, WireType.Bit64).double(1)
    w.tag(102, WireType.LengthDelimited).string('unknown')
    w.tag(103, WireType.Bit32).float(1)
    w.tag(104, WireType.StartGroup).tag(1, WireType.Varint).int32(3).tag(104, WireType.EndGroup)
    w.tag(1, WireType.LengthDelimited).string('known')
  })
  assert.deepEqual(decodeMessage(knot, bytes), { name: 'known', children: [] })
})

test('a message in two pieces is merged, and the last scalar wins', () => {
  const bytes = write(w => {
    w.tag(10, WireType.LengthDelimited).bytes(
      encodeMessage(knot, { name: 'a', count: 1, children: [full] }),
    )
    w.tag(10, WireType.LengthDelimited).bytes(encodeMessage(knot, { name: 'b', children: [] }))
  })
  assert.deepEqual(decodeMessage(knot, bytes).child, { name: 'b', count: 1, children: [full] })
})

test('decoding from the middle of a Buffer reads its own bytes only', () => {
  const bytes = encodeMessage(knot, full)
  const pool = Buffer.concat([Buffer.from('junk'), bytes, Buffer.from('junk')])
  const read = decodeMessage(knot, pool.subarray(4, 4 + bytes.length))
  assert.deepEqual(read, full)
  assert.equal(read.payload?.constructor, Uint8Array)
})

test('an absent list is not shared between two decoded objects', () => {
  const a = decodeMessage(knot, encodeMessage(knot, { children: [full] }))
  const b = decodeMessage(knot, encodeMessage(knot, { children: [full] }))
  assert.notEqual(a.children, b.children)
  assert.equal(decodeMessage(knot, new Uint8Array()).children.length, 0)
})

const deep = Array.from({ length: 101 }).reduce<Knot>(child => ({ child, children: [] }), {
  children: [],
})
const inChild = (bytes: Uint8Array) => write(w => w.tag(10, WireType.LengthDelimited).bytes(bytes))

const hostile: [what: string, bytes: Uint8Array, message: RegExp][] = [
  [
    'a string cut short',
    Uint8Array.of(0x0a, 5, 0x61),
    /^file at name: expected a whole field from byte 0 on, received premature EOF \(3 bytes of Knot\)$/,
  ],
  [
    'a message cut short',
    Uint8Array.of(0x10, 1, 0x52, 9, 0x10),
    /^file at child: .* from byte 2 on, received 1 of 9 bytes/,
  ],
  ['a double cut short', Uint8Array.of(0x41, 0, 0), /^file at loose\[0\]: .* byte 0/],
  ['a varint without an end', Uint8Array.of(0x10, 0xff, 0xff), /^file at count: .* byte 0/],
  [
    'a varint of eleven bytes',
    Uint8Array.of(0x10, ...new Array(11).fill(0xff), 1),
    /file at count/,
  ],
  ['field number 0', Uint8Array.of(0x00, 0), /illegal tag: field no 0/],
  ['wire type 7', Uint8Array.of(0x0f, 0), /illegal tag: .* wire type 7/],
  ['an end without a group', Uint8Array.of(0xa4, 0x06), /cant skip wire type 4/],
  [
    'a string where a number belongs',
    Uint8Array.of(0x12, 1, 0x61),
    /file at count: .* wire type 2/,
  ],
  ['text that is not UTF-8', Uint8Array.of(0x0a, 1, 0xff), /file at name/],
  [
    'an int64 beyond the safe integers',
    write(w => w.tag(2, WireType.Varint).int64(2n ** 53n)),
    /file at count: .* int64 9007199254740992, beyond the safe integers/,
  ],
  [
    'a field that leaves its message',
    Uint8Array.of(...inChild(Uint8Array.of(0x0a, 2, 0x61)), 0x61),
    /file at child: .* a field past the end of its message at byte 5/,
  ],
  [
    'an element that leaves its list',
    Uint8Array.of(0x3a, 1, 0x80, 0x01),
    /file at packed\[0\]: .* an element past the end of its list at byte 3/,
  ],
  ['101 nested messages', encodeMessage(knot, deep), /nested deeper than 100/],
]

for (const [what, bytes, expected] of hostile)
  test(`${what} is refused with its place`, () => {
    assert.throws(
      () => decodeMessage(knot, bytes, 'file'),
      (error: Error) => error instanceof FormatError && expected.test(error.message),
    )
  })

test('the path in a complaint goes through lists', () => {
  const bytes = write(w => {
    w.tag(11, WireType.LengthDelimited).bytes(new Uint8Array())
    w.tag(11, WireType.LengthDelimited).bytes(inChild(Uint8Array.of(0x12, 0)))
  })
  assert.throws(
    () => decodeMessage(knot, bytes, 'file'),
    /^FormatError: file at children\[1\]\.child\.count: .*byte 6 on/,
  )
})

test('every cut of a file either reads or says FormatError', () => {
  const bytes = encodeMessage(knot, full)
  let refused = 0
  for (let length = 0; length < bytes.length; length++) {
    try {
      decodeMessage(knot, bytes.subarray(0, length))
    } catch (error) {
      assert.ok(error instanceof FormatError, String(error))
      refused++
    }
  }
  // Only cuts between two fields leave a shorter but valid message.
  assert.ok(refused > bytes.length / 2, `${refused} of ${bytes.length}`)
})

const unwritable: [what: string, value: Knot, message: RegExp][] = [
  [
    '2^53 as int64',
    { children: [{ count: 2 ** 53, children: [] }] },
    /^Knot at children\[0\]\.count: .*9007199254740992/,
  ],
  [
    'half a count',
    { packed: [0.5], children: [] },
    /^Knot at packed: .*0\.5, which is no safe integer/,
  ],
  ['2^31 as int32', { code: 2 ** 31, children: [] }, /^Knot at code: .*2147483648/],
  ['1e39 as float', { weight: 1e39, children: [] }, /^Knot at weight: .*1e\+39/],
]

for (const [what, value, expected] of unwritable)
  test(`${what} is refused on writing`, () => {
    assert.throws(
      () => encodeMessage(knot, value),
      (error: Error) => error instanceof FormatError && expected.test(error.message),
    )
  })
