import { maskedCrc32c } from './crc32.ts'

/** Length (8 bytes) and its checksum (4). */
const headBytes = 12
const checksumBytes = 4

/**
 * A TFRecord: length, its masked CRC-32C, the payload, its masked CRC-32C, all little-endian.
 * Source: TensorFlow, "TFRecord and tf.train.Example", TFRecords format details.
 */
export function frameRecord(payload: Uint8Array): Uint8Array<ArrayBuffer> {
  const record = new Uint8Array(headBytes + payload.length + checksumBytes)
  const view = new DataView(record.buffer)
  view.setBigUint64(0, BigInt(payload.length), true)
  view.setUint32(8, maskedCrc32c(record.subarray(0, 8)), true)
  record.set(payload, headBytes)
  view.setUint32(headBytes + payload.length, maskedCrc32c(payload), true)
  return record
}

/** A payload, as a view of the file, and the byte at which its record starts. */
export interface RecordView {
  readonly payload: Uint8Array
  readonly atByte: number
}

/** The whole records of a file, and where the first one that is not whole starts, if any. */
export interface Records {
  readonly records: readonly RecordView[]
  readonly tornAtByte?: number
}

/**
 * The records up to the end or the first tear: a record that is cut, as a writer leaves it that was
 * killed, or whose checksum is wrong. Never throws.
 */
export function readRecords(bytes: Uint8Array): Records {
  const records: RecordView[] = []
  let atByte = 0
  while (atByte < bytes.length) {
    const payload = readRecord(bytes.subarray(atByte))
    if (!payload) return { records, tornAtByte: atByte }
    records.push({ payload, atByte })
    atByte += headBytes + payload.length + checksumBytes
  }
  return { records }
}

function readRecord(rest: Uint8Array): Uint8Array | undefined {
  if (rest.length < headBytes) return undefined
  const view = new DataView(rest.buffer, rest.byteOffset, rest.byteLength)
  if (view.getUint32(8, true) !== maskedCrc32c(rest.subarray(0, 8))) return undefined
  const length = Number(view.getBigUint64(0, true))
  if (rest.length < headBytes + length + checksumBytes) return undefined
  const payload = rest.subarray(headBytes, headBytes + length)
  const isWhole = view.getUint32(headBytes + length, true) === maskedCrc32c(payload)
  return isWhole ? payload : undefined
}
