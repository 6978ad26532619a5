import { createHash } from 'node:crypto'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { DataError, FormatError, messageOf, type Tensor } from '../../base/index.ts'
import { decodeIdx } from '../../formats/index.ts'
import { readBytes } from './read-file.ts'

const unzip = promisify(gunzip)

/** What to expect of a file besides its format. */
export interface IdxFileOptions {
  /** SHA-256 of the IDX bytes, unzipped, in hexadecimal. */
  readonly sha256?: string
}

/**
 * The tensor in an IDX file, plain or gzipped (recognised by its first two bytes).
 * Throws DataError when the file cannot be read or its SHA-256 is another one, FormatError when it is
 * cut short, too long, or no IDX file.
 */
export async function readIdxFile(path: string, options: IdxFileOptions = {}): Promise<Tensor> {
  const bytes = await unzipped(await readBytes(path), path)
  const decoded = decodeIdx(bytes, path)
  const { sha256 } = options
  if (sha256 === undefined) return decoded
  const received = createHash('sha256').update(bytes).digest('hex')
  if (received !== sha256)
    throw new DataError({
      who: path,
      expected: `SHA-256 ${sha256}`,
      received,
      hint: 'The file is another version or was damaged: get it again',
    })
  return decoded
}

async function unzipped(bytes: Uint8Array, path: string): Promise<Uint8Array> {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes
  try {
    return await unzip(bytes)
  } catch (cause) {
    throw new FormatError({
      who: path,
      expected: 'a whole gzip file',
      received: messageOf(cause),
      cause,
    })
  }
}
