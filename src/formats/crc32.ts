/** The remainders of all bytes for a reflected polynomial. */
function tableOf(polynomial: number): Uint32Array {
  return Uint32Array.from({ length: 256 }, (_, byte) => {
    let remainder = byte
    for (let bit = 0; bit < 8; bit++)
      remainder = remainder & 1 ? (remainder >>> 1) ^ polynomial : remainder >>> 1
    return remainder
  })
}

const castagnoli = tableOf(0x82f63b78)
const ieee = tableOf(0xedb88320)

function checksum(bytes: Uint8Array, table: Uint32Array): number {
  let crc = 0xffffffff
  for (let i = 0; i < bytes.length; i++) crc = (crc >>> 8) ^ table[(crc ^ bytes[i]!) & 0xff]!
  return (crc ^ 0xffffffff) >>> 0
}

/**
 * The CRC-32 checksum of bytes, unsigned, as zip and gzip have it.
 * Source: RFC 1952, section 8.
 */
export const crc32 = (bytes: Uint8Array): number => checksum(bytes, ieee)

/**
 * The CRC-32C checksum of bytes, unsigned.
 * Source: RFC 3720, section 12.1 and appendix B.4.
 */
export const crc32c = (bytes: Uint8Array): number => checksum(bytes, castagnoli)

/**
 * The checksum as TFRecord stores it, `rotateRight(crc, 15) + 0xa282ead8`: the checksum of bytes
 * that hold their own checksum would say little.
 * Source: TensorFlow, core/lib/hash/crc32c.h.
 */
export function maskedCrc32c(bytes: Uint8Array): number {
  const crc = crc32c(bytes)
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0
}
