import { decodeMessage } from './protobuf-decode.ts'
import { encodeMessage } from './protobuf-encode.ts'
import { type Event, eventMessage, type SummaryValue } from './tfevents-schema.ts'
import { readRecords } from './tfrecord.ts'

/**
 * The protobuf bytes of an event; a file holds them as records, see `frameRecord`.
 * Throws FormatError when a number does not fit its field.
 * Source: TensorFlow, core/util/event.proto.
 */
export function encodeEvent(event: Event): Uint8Array<ArrayBuffer> {
  return encodeMessage(eventMessage, event)
}

/** The event that every event file starts with. Units: wallTime in seconds since 1970. */
export function fileVersionEvent(wallTime: number): Event {
  return { wallTime, fileVersion: 'brain.Event:2' }
}

/**
 * The event that starts a session: TensorBoard forgets what earlier files of the run say of this step
 * and later ones. Units: wallTime in seconds since 1970.
 * Source: TensorBoard, event_accumulator.py, SessionLog.START.
 */
export function sessionStartEvent(wallTime: number, step: number): Event {
  return { wallTime, step, sessionLog: { status: 1 } }
}

/** A text, shown as Markdown, as a summary value. */
export function textValue(tag: string, text: string): SummaryValue {
  return {
    tag,
    tensor: { dtype: 7, tensorShape: { dim: [{ size: 1 }] }, stringVal: [text] },
    metadata: { pluginData: { pluginName: 'text' }, dataClass: 2 },
  }
}

/** The events of a file, and the byte at which it is torn, if it is. */
export interface EventFile {
  readonly events: readonly Event[]
  readonly tornAtByte?: number
}

/**
 * The events up to the end or the first tear: a record that is cut, as a writer leaves it that was
 * killed, or whose checksum is wrong.
 * Throws FormatError when a whole record is no event.
 */
export function readEvents(bytes: Uint8Array, who = 'event file'): EventFile {
  const { records, ...tear } = readRecords(bytes)
  const events = records.map(({ payload, atByte }) =>
    decodeMessage(eventMessage, payload, `${who}, record from byte ${atByte} on`),
  )
  return { events, ...tear }
}
