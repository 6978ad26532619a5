import { copyFile, link, open, readdir, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { messageOf, RunError } from '../../base/index.ts'

const temporarySuffix = '.justright-tmp'
let temporaries = 0

/**
 * Writes a file so that whoever reads it, even after a crash, finds the old content or the new one,
 * never a part: temporary name in the same folder, fsync, rename, fsync of the folder.
 * Throws RunError, which names the path and the reason, when that fails; the old file is untouched then.
 */
export async function writeFileAtomically(path: string, bytes: Uint8Array | string): Promise<void> {
  try {
    const staged = await stageFile(path, bytes)
    await replaceFile(staged, path)
  } catch (cause) {
    throw new RunError({
      who: path,
      expected: 'a file that can be written',
      received: messageOf(cause),
      cause,
    })
  }
}

/** Writes and fsyncs a file under a temporary name beside the path, and returns that name. */
export async function stageFile(path: string, bytes: Uint8Array | string): Promise<string> {
  const staged = temporaryPath(path)
  try {
    const file = await open(staged, 'wx')
    try {
      await file.writeFile(bytes)
      await file.sync()
    } finally {
      await file.close()
    }
  } catch (error) {
    await rm(staged, { force: true })
    throw error
  }
  return staged
}

/** Gives a staged file its final name, for good. */
export async function replaceFile(staged: string, path: string): Promise<void> {
  try {
    await rename(staged, path)
  } finally {
    await rm(staged, { force: true })
  }
  await syncFolder(dirname(path))
}

/** Lets a second name stand for the content of a file, in place of what that name stood for. */
export async function shareFile(from: string, to: string): Promise<void> {
  const staged = temporaryPath(to)
  try {
    // Some file systems have no hard links.
    await link(from, staged).catch(() => copyFile(from, staged))
    await rename(staged, to)
  } finally {
    // A rename between two names of one file leaves both.
    await rm(staged, { force: true })
  }
}

/** Removes the temporary files that a killed writer left in a folder. */
export async function removeTemporaries(folder: string): Promise<void> {
  for (const name of await readdir(folder))
    if (name.endsWith(temporarySuffix)) await rm(join(folder, name), { force: true })
}

/** A name beside the path that no other writer takes. */
export function temporaryPath(path: string): string {
  return `${path}.${process.pid}-${++temporaries}${temporarySuffix}`
}

async function syncFolder(folder: string): Promise<void> {
  // Windows opens no folders, and needs none of this.
  if (process.platform === 'win32') return
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } catch (error) {
    // Some network file systems do not fsync folders.
    if ((error as NodeJS.ErrnoException).code !== 'EINVAL') throw error
  } finally {
    await handle.close()
  }
}
