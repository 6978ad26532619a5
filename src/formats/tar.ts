import { FormatError } from '../base/index.ts'

/** A file of an archive. */
export interface TarEntry {
  /** Its path, as the archive writes it. */
  readonly name: string
  readonly bytes: Uint8Array
}

const block = 512
const latin = new TextDecoder('latin1')
const utf8 = new TextDecoder()

/**
 * The files of a tar archive, one after the other, from its bytes in pieces of any size. Folders, links
 * and devices are passed over.
 * Throws FormatError, naming the archive `who`, when it is cut short or a header is damaged.
 * Source: POSIX.1-2017, pax, "ustar Interchange Format" and "pax Header Block"; GNU tar, "Basic Tar
 * Format", for names of type L and sizes in base 256.
 */
export async function* readTar(
  pieces: AsyncIterable<Uint8Array>,
  who: string,
): AsyncGenerator<TarEntry> {
  const read = readerOf(pieces, who)
  let name: string | undefined
  for (;;) {
    const header = await read(block, 'the end of its last file')
    // An archive ends with two blocks of zeros, or where its writer stopped.
    if (!header || header.every(byte => byte === 0)) return
    checkHeader(header, who)
    const size = numberAt(header, 124, 12)
    const type = String.fromCharCode(header[156]!)
    const from = name ?? pathOf(header)
    const padded = await read(Math.ceil(size / block) * block, from)
    const bytes = (padded ?? new Uint8Array()).subarray(0, size)
    // A long name stands in an entry of its own, before the file.
    name = undefined
    if (type === 'L') name = textAt(bytes, 0, size, utf8)
    else if (type === 'x') name = paxPath(utf8.decode(bytes))
    else if (type === '0' || type === '\0' || type === '7') yield { name: from, bytes }
  }
}

/** Bytes read on from where the last ones ended; undefined at the end of the pieces. */
type Read = (length: number, from: string) => Promise<Uint8Array | undefined>

function readerOf(pieces: AsyncIterable<Uint8Array>, who: string): Read {
  const iterator = pieces[Symbol.asyncIterator]()
  let rest: Uint8Array = new Uint8Array()
  return async (length, from) => {
    const bytes = new Uint8Array(length)
    let done = 0
    while (done < length) {
      if (rest.length === 0) {
        const { value } = await iterator.next()
        if (value === undefined) break
        rest = value
        continue
      }
      const taken = rest.subarray(0, length - done)
      bytes.set(taken, done)
      done += taken.length
      rest = rest.subarray(taken.length)
    }
    if (done === length) return bytes
    if (done === 0 && length === block) return undefined
    throw new FormatError({
      who,
      expected: `${length} bytes more`,
      received: `${done}`,
      from,
      hint: 'The archive was cut short: get it again',
    })
  }
}

/** The sum of a header's bytes, its own eight counted as spaces, as old tars did with signs or without. */
function checkHeader(header: Uint8Array, who: string): void {
  let sum = 0
  for (let i = 0; i < block; i++) sum += i >= 148 && i < 156 ? 32 : header[i]!
  const received = numberAt(header, 148, 8)
  if (sum !== received)
    throw new FormatError({
      who,
      expected: 'a tar archive',
      received: `a header whose bytes sum up to ${sum} where it says ${received}`,
      from: pathOf(header),
    })
}

/** A number in octal digits, or in base 256 where its first bit is set. */
function numberAt(header: Uint8Array, start: number, length: number): number {
  const bytes = header.subarray(start, start + length)
  if (bytes[0]! < 0x80)
    return Number.parseInt(textAt(header, start, length, latin).trim() || '0', 8)
  return bytes.subarray(1).reduce((value, byte) => value * 256 + byte, bytes[0]! & 0x7f)
}

function pathOf(header: Uint8Array): string {
  const isUstar = textAt(header, 257, 6, latin) === 'ustar'
  const prefix = isUstar ? textAt(header, 345, 155, utf8) : ''
  const name = textAt(header, 0, 100, utf8)
  return prefix ? `${prefix}/${name}` : name
}

function textAt(bytes: Uint8Array, start: number, length: number, decoder: TextDecoder): string {
  const field = bytes.subarray(start, start + length)
  const end = field.indexOf(0)
  return decoder.decode(end < 0 ? field : field.subarray(0, end))
}

/** The path among records `length key=value\n`. */
function paxPath(records: string): string | undefined {
  return /(?:^|\n)\d+ path=([^\n]*)\n/.exec(records)?.[1]
}
