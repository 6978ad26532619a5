import { readFile } from 'node:fs/promises'
import { DataError, messageOf } from '../../base/index.ts'

/** The bytes of a file. Throws DataError that names it when it cannot be read. */
export async function readBytes(path: string): Promise<Buffer<ArrayBuffer>> {
  try {
    return await readFile(path)
  } catch (cause) {
    throw unreadable(path, cause)
  }
}

/** The error about a file, or a folder, that cannot be read. */
export function unreadable(path: string, cause: unknown, what = 'file'): DataError {
  return new DataError({
    who: path,
    expected: `a ${what} that can be read`,
    received: messageOf(cause),
    cause,
  })
}
