/**
 * A reader of event files that shares nothing with the product: the wire format alone, fields by their
 * numbers. Source: "TFRecord and tf.train.Example" and "Protocol Buffers, Encoding".
 */
export type Fields = ReadonlyMap<number, readonly (bigint | Buffer)[]>

/** The payloads of all records; checksums are left to other tests. */
export function rawEvents(file: Buffer): Fields[] {
  const events: Fields[] = []
  for (let at = 0; at < file.length; ) {
    const length = Number(file.readBigUInt64LE(at))
    events.push(fieldsOf(file.subarray(at + 12, at + 12 + length)))
    at += 12 + length + 4
  }
  return events
}

/** A message as its fields: varints and fixed numbers as integers of their bits, all else as bytes. */
export function fieldsOf(bytes: Buffer): Fields {
  const fields = new Map<number, (bigint | Buffer)[]>()
  let at = 0
  const varint = () => {
    let [value, shift] = [0n, 0n]
    for (;;) {
      const byte = bytes[at++]!
      value |= BigInt(byte & 127) << shift
      if (byte < 128) return value
      shift += 7n
    }
  }
  const fixed = (size: number) => {
    at += size
    return size === 8 ? bytes.readBigUInt64LE(at - 8) : BigInt(bytes.readUInt32LE(at - 4))
  }
  const take = (wire: number) => {
    if (wire === 0) return varint()
    if (wire === 1 || wire === 5) return fixed(wire === 1 ? 8 : 4)
    const length = Number(varint())
    at += length
    return bytes.subarray(at - length, at)
  }
  while (at < bytes.length) {
    const tag = Number(varint())
    const value = take(tag & 7)
    fields.set(tag >> 3, [...(fields.get(tag >> 3) ?? []), value])
  }
  return fields
}

/** The messages under a number. */
export const messages = (fields: Fields, number: number): Fields[] =>
  (fields.get(number) ?? []).map(bytes => fieldsOf(bytes as Buffer))

/** The texts under a number. */
export const texts = (fields: Fields, number: number): string[] =>
  (fields.get(number) ?? []).map(bytes => (bytes as Buffer).toString('utf8'))

/** The integers under a number, signed. */
export const integers = (fields: Fields, number: number): number[] =>
  (fields.get(number) ?? []).map(bits => Number(BigInt.asIntN(64, bits as bigint)))

/** The float32 under a number. */
export function floatAt(fields: Fields, number: number): number | undefined {
  const bits = fields.get(number)?.[0] as bigint | undefined
  if (bits === undefined) return undefined
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(Number(bits))
  return bytes.readFloatLE()
}

/** Packed doubles under a number. */
export function doublesAt(fields: Fields, number: number): number[] {
  const bytes = fields.get(number)?.[0] as Buffer
  return Array.from({ length: bytes.length / 8 }, (_, i) => bytes.readDoubleLE(i * 8))
}
