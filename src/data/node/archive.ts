import { closeSync, createReadStream, openSync, readSync, statSync } from 'node:fs'
import { pipeline, type Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { FormatError } from '../../base/index.ts'
import { readTar, type TarEntry } from '../../formats/index.ts'
import { unreadable } from './read-file.ts'

/**
 * The files of a `.tar` or `.tar.gz`, one after the other; gzip is recognised by its first two bytes.
 * `onShare` is told how much of the archive was read, from 0 to 1.
 * Throws DataError when it cannot be read, FormatError when it is cut short or damaged.
 */
export async function* readArchive(
  path: string,
  onShare: (share: number) => void = () => {},
): AsyncGenerator<TarEntry> {
  const [size, isZipped] = examine(path)
  const { stream, bytesRead } = openStream(path, isZipped)
  try {
    for await (const entry of readTar(stream, path)) {
      onShare(bytesRead() / size)
      yield entry
    }
  } catch (cause) {
    const isZlib = cause instanceof Error && 'code' in cause && String(cause.code).startsWith('Z_')
    if (!isZlib) throw cause
    throw new FormatError({
      who: path,
      expected: 'a whole gzip file',
      received: cause.message,
      cause,
    })
  } finally {
    stream.destroy()
  }
}

/**
 * The bytes of a file in pieces, unzipped where asked for, and how many were read of it. Errors of
 * reading and of unzipping end the iteration with them.
 */
export function openStream(
  path: string,
  isGzipped: boolean,
): { readonly stream: Readable; readonly bytesRead: () => number } {
  const source = createReadStream(path, { highWaterMark: 2 ** 18 })
  const stream = isGzipped ? pipeline(source, createGunzip(), () => {}) : source
  return { stream, bytesRead: () => source.bytesRead }
}

/** The size of a file, and whether it is gzipped. */
function examine(path: string): [size: number, isZipped: boolean] {
  try {
    const { size } = statSync(path)
    const first = new Uint8Array(2)
    const file = openSync(path, 'r')
    readSync(file, first, 0, 2, 0)
    closeSync(file)
    return [size, first[0] === 0x1f && first[1] === 0x8b]
  } catch (cause) {
    throw unreadable(path, cause)
  }
}
