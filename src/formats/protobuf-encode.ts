import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire'
import { FormatError } from '../base/index.ts'
import { concat, lengthOf } from './concat.ts'
import {
  type Field,
  type FieldIndex,
  type Message,
  type MessageTable,
  type Scalar,
  scalars,
} from './protobuf-schema.ts'
import { describePlace, type Trail } from './protobuf-trail.ts'

/**
 * From this size on a `bytes` field is copied once, into the result, rather than through the
 * writer's buffer, which grows by doubling and moves what it holds for each enclosing message.
 */
const largeBytes = 4096

type Fields = Readonly<Record<string, unknown>>

interface Sink {
  readonly writer: BinaryWriter
  /** What was taken out of the writer, in order, with the large fields in between. */
  readonly parts: Uint8Array[]
  /** The messages that hold a large field somewhere; all others are written in one go. */
  readonly large: Set<unknown>
  readonly trail: Trail
}

/**
 * The protobuf bytes of an object; fields that are undefined are left out.
 * Throws FormatError, with the path of the field, when a value does not fit it.
 * Source: Protocol Buffers, "Encoding".
 */
export function encodeMessage<T extends object>(
  message: Message<T>,
  value: T,
): Uint8Array<ArrayBuffer> {
  const sink: Sink = { writer: new BinaryWriter(), parts: [], large: new Set(), trail: [] }
  try {
    markLarge(message.fields(), value as Fields, sink.large)
    writeMessage(sink, message, value as Fields)
  } catch (cause) {
    throw new FormatError({
      who: describePlace(message.name, sink.trail),
      expected: 'a value that fits the field',
      received: (cause as Error).message,
      cause,
    })
  }
  const last = sink.writer.finish()
  return sink.parts.length === 0 ? last : concat([...sink.parts, last])
}

/** Collects the messages that hold large bytes, and says whether this one does. */
function markLarge({ nested }: FieldIndex, value: Fields, large: Set<unknown>): boolean {
  let isLarge = false
  for (const { name, kind, label } of nested) {
    const item = value[name]
    if (item === undefined) continue
    for (const one of label ? (item as unknown[]) : [item]) {
      if (typeof kind === 'string') isLarge ||= isLargeBytes(one)
      else if (markLarge(kind.fields(), one as Fields, large)) isLarge = true
    }
  }
  if (isLarge) large.add(value)
  return isLarge
}

function isLargeBytes(bytes: unknown): bytes is Uint8Array {
  return (bytes as Uint8Array).length >= largeBytes
}

function writeMessage(sink: Sink, message: MessageTable, value: Fields): void {
  for (const field of message.fields().all) {
    const item = value[field.name]
    if (item === undefined) continue
    sink.trail.push(field.name)
    if (field.label === undefined) writeOne(sink, field, item)
    else if (field.label === 'packed') writePacked(sink, field, item as unknown[])
    else writeEach(sink, field, item as unknown[])
    sink.trail.pop()
  }
}

function writeEach(sink: Sink, field: Field, items: unknown[]): void {
  for (let i = 0; i < items.length; i++) {
    sink.trail.push(i)
    writeOne(sink, field, items[i])
    sink.trail.pop()
  }
}

function writeOne(sink: Sink, { tag, kind }: Field, item: unknown): void {
  const { writer, large } = sink
  writer.uint32(tag)
  if (typeof kind === 'string') {
    if (kind === 'bytes' && isLargeBytes(item)) writeLargeBytes(sink, item)
    else scalars[kind].write(writer, item as never)
  } else if (large.has(item)) {
    writeLargeMessage(sink, kind, item as Fields)
  } else {
    writer.fork()
    writeMessage(sink, kind, item as Fields)
    writer.join()
  }
}

function writePacked({ writer }: Sink, { number, kind }: Field, items: unknown[]): void {
  if (items.length === 0) return
  const { write } = scalars[kind as Scalar]
  writer.tag(number, WireType.LengthDelimited).fork()
  for (let i = 0; i < items.length; i++) write(writer, items[i] as never)
  writer.join()
}

function writeLargeBytes({ writer, parts }: Sink, bytes: Uint8Array): void {
  parts.push(writer.uint32(bytes.length).finish(), bytes)
}

/** All messages around a large one are large, so the writer is in no fork and can be emptied. */
function writeLargeMessage(sink: Sink, message: MessageTable, value: Fields): void {
  const { writer, parts } = sink
  parts.push(writer.finish())
  const lengthAt = parts.push(new Uint8Array()) - 1
  writeMessage(sink, message, value)
  parts.push(writer.finish())
  parts[lengthAt] = writer.uint32(lengthOf(parts.slice(lengthAt))).finish()
}
