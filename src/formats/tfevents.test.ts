import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { FormatError } from '../base/index.ts'
import { encodeEvent, fileVersionEvent, readEvents, textValue } from './tfevents.ts'
import type { Event, SummaryValue } from './tfevents-schema.ts'
import { frameRecord } from './tfrecord.ts'

const write = (events: readonly Event[]) =>
  new Uint8Array(Buffer.concat(events.map(event => frameRecord(encodeEvent(event)))))

const histo = {
  min: -1,
  max: 2,
  num: 3,
  sum: 1,
  sumSquares: 5,
  bucketLimit: [0, 2],
  bucket: [1, 2],
}

const events: readonly Event[] = [
  fileVersionEvent(1.5),
  { wallTime: 2.5, step: 0, summary: { value: [{ tag: 'loss', simpleValue: 0.5 }] } },
  { wallTime: 3.5, step: 1, summary: { value: [{ tag: 'weights', histo }] } },
  { wallTime: 4.5, step: 2 ** 40, summary: { value: [textValue('notes', '# Größe')] } },
]

const file = write(events)

test('events of every kind come back', () => {
  assert.deepEqual(readEvents(file), { events })
})

test('any scalars come back in their order', () => {
  const plain = { noNullPrototype: true }
  const scalar = fc.record({ tag: fc.string(), simpleValue: fc.float() }, plain)
  const summary = fc.record({ value: fc.array(scalar, { maxLength: 4 }) }, plain)
  const wallTime = fc.double({ noNaN: true })
  const anyEvent = fc.record({ wallTime, step: fc.maxSafeInteger(), summary }, plain)
  fc.assert(
    fc.property(fc.array(anyEvent, { maxLength: 5 }), list => {
      assert.deepEqual(readEvents(write(list)), { events: list })
    }),
    { seed: 1, numRuns: 100 },
  )
})

test('the first record is the one that TensorBoard expects', () => {
  // Written by tensorboard 2.21.0, tensorboard.summary.writer.record_writer: length 24 and its
  // checksum, wall_time 0.5 and file_version, their checksum.
  const expected = [
    '1800000000000000a37f4b22',
    '09000000000000e03f1a0d627261696e2e4576656e743a32',
    '66f7e1a8',
  ]
  assert.equal(Buffer.from(write([fileVersionEvent(0.5)])).toString('hex'), expected.join(''))
})

const eventStart = '09000000000000e03f10012a'
const tensorShape = { dim: [{ size: 1 }] }

// Written by tensorboard 2.21.0: event_pb2.Event(wall_time=0.5, step=1, summary=…), serialised.
const foreign: [what: string, value: SummaryValue, hex: string][] = [
  ['a scalar', { tag: 't', simpleValue: 0.5 }, '0a0a080a0174150000003f'],
  [
    'a histogram',
    { tag: 't', histo: { ...histo, bucketLimit: [0.5], bucket: [3] } },
    '480a460a01742a4109000000000000f0bf11000000000000004019000000000000084021000000000000f03f' +
      '2900000000000014403208000000000000e03f3a080000000000000840',
  ],
  [
    'a text with its plugin',
    {
      tag: 't',
      metadata: {
        pluginData: { pluginName: 'text', content: Uint8Array.of(1) },
        displayName: 'd',
        summaryDescription: 's',
        dataClass: 2,
      },
      tensor: { dtype: 7, tensorShape, stringVal: ['x'] },
    },
    '270a250a0174420b08071204120208014201784a130a090a04746578741201011201641a01732002',
  ],
  [
    'a list of floats',
    { tag: 't', tensor: { dtype: 1, tensorShape, floatVal: [0.5] } },
    '150a130a0174420e08011204120208012a040000003f',
  ],
  [
    'raw tensor bytes',
    { tag: 't', tensor: { dtype: 1, tensorShape, tensorContent: Uint8Array.of(0, 0, 0, 0x3f) } },
    '150a130a0174420e080112041202080122040000003f',
  ],
]

for (const [what, value, hex] of foreign)
  test(`${what} is read from the bytes that TensorBoard writes`, () => {
    const bytes = frameRecord(Buffer.from(eventStart + hex, 'hex'))
    const event = { wallTime: 0.5, step: 1, summary: { value: [value] } }
    assert.deepEqual(readEvents(bytes), { events: [event] })
  })

test('no bytes are a file without events', () => {
  assert.deepEqual(readEvents(new Uint8Array()), { events: [] })
})

test('a file cut anywhere yields the whole records before the cut', () => {
  const ends = events.map((_, i) => write(events.slice(0, i + 1)).length)
  for (let length = 0; length < file.length; length++) {
    const whole = ends.filter(end => end <= length)
    const start = whole.at(-1) ?? 0
    const tear = start === length ? {} : { tornAtByte: start }
    const expected = { events: events.slice(0, whole.length), ...tear }
    assert.deepEqual(readEvents(file.subarray(0, length)), expected, `cut at ${length}`)
  }
})

test('one changed byte anywhere tears the file at its record', () => {
  const starts = events.map((_, i) => write(events.slice(0, i)).length)
  for (let at = 0; at < file.length; at++) {
    const changed = file.slice()
    changed[at]! ^= 0x10
    const record = starts.filter(start => start <= at).length - 1
    assert.deepEqual(readEvents(changed), {
      events: events.slice(0, record),
      tornAtByte: starts[record],
    })
  }
})

test('zeros behind the last record, as a crash may leave them, are a tear', () => {
  const padded = new Uint8Array(file.length + 64)
  padded.set(file)
  assert.deepEqual(readEvents(padded), { events, tornAtByte: file.length })
})

test('a length of 2^63 with a right checksum is a tear', () => {
  // The header of a record is framed like a payload: take it from a record of 8 bytes of length.
  const length = new Uint8Array(BigUint64Array.of(2n ** 63n).buffer)
  const checksum = frameRecord(length).subarray(-4)
  const bytes = new Uint8Array(Buffer.concat([length, checksum, new Uint8Array(40)]))
  assert.deepEqual(readEvents(bytes), { events: [], tornAtByte: 0 })
})

test('a whole record that is no event is refused with its byte', () => {
  const first = write(events.slice(0, 1))
  const bytes = new Uint8Array(Buffer.concat([first, frameRecord(Uint8Array.of(0x09, 1))]))
  assert.throws(
    () => readEvents(bytes, 'run.tfevents'),
    (error: Error) =>
      error instanceof FormatError &&
      error.message.startsWith(`run.tfevents, record from byte ${first.length} on at wallTime: `),
  )
})
