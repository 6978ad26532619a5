import assert from 'node:assert/strict'
import { test } from 'node:test'
import { crc32, crc32c, maskedCrc32c } from './crc32.ts'

// RFC 3720, appendix B.4; the last one is the check value of CRC-32/ISCSI in the CRC catalogue.
const known: [what: string, bytes: Uint8Array, crc: number][] = [
  ['no bytes', new Uint8Array(), 0],
  ['32 zeros', new Uint8Array(32), 0x8a9136aa],
  ['32 ones', new Uint8Array(32).fill(0xff), 0x62a8ab43],
  ['0 to 31', Uint8Array.from({ length: 32 }, (_, i) => i), 0x46dd794e],
  ['31 to 0', Uint8Array.from({ length: 32 }, (_, i) => 31 - i), 0x113fdb5c],
  ['"123456789"', new TextEncoder().encode('123456789'), 0xe3069283],
]

for (const [what, bytes, crc] of known)
  test(`the checksum of ${what} is the published one`, () => {
    assert.equal(crc32c(bytes), crc)
  })

test('masking rotates right by 15 and adds its constant modulo 2^32', () => {
  const crc = BigInt(crc32c(new Uint8Array(32)))
  const rotated = ((crc >> 15n) | (crc << 17n)) & 0xffffffffn
  assert.equal(BigInt(maskedCrc32c(new Uint8Array(32))), (rotated + 0xa282ead8n) % 2n ** 32n)
})

test('the CRC-32 of zip files has the check value of the CRC catalogue', () => {
  assert.equal(crc32(new TextEncoder().encode('123456789')), 0xcbf43926)
})
