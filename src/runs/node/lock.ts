import { link, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { RunError } from '../../base/index.ts'
import { runFiles } from './layout.ts'
import { temporaryPath } from './write-file.ts'

/** A process that writes a run. */
interface Holder {
  readonly pid: number
  readonly host: string
  /** When the process started, where the platform tells: pids are used again. */
  readonly started?: string
}

/** The right to write a run, until it is released. */
export interface Lock {
  /** The process that held the lock before and died without giving it back, for the reader. */
  readonly takenFrom?: string
  release(): Promise<void>
}

/**
 * Takes the lock of a run directory; one that a dead process left is taken over.
 * Throws RunError, which names the process, when another one holds it.
 */
export async function lockRun(folder: string): Promise<Lock> {
  const path = join(folder, runFiles.lock)
  const me: Holder = { pid: process.pid, host: hostname(), ...(await startOf(process.pid)) }
  const text = JSON.stringify(me)
  const release = async () => {
    if ((await readText(path)) === text) await rm(path, { force: true })
  }
  let takenFrom: string | undefined
  while (!(await create(path, text))) {
    const found = await readText(path)
    if (found === undefined) continue
    const holder = parseHolder(found)
    if (holder && (await isAlive(holder))) throw isHeld(folder, holder)
    if (await remove(path, found)) takenFrom = holder ? nameOf(holder) : 'an unknown process'
  }
  return { release, ...(takenFrom === undefined ? {} : { takenFrom }) }
}

/** Whether a process holds the lock of a run directory; one on another machine counts as alive. */
export async function isLocked(folder: string): Promise<boolean> {
  const text = await readText(join(folder, runFiles.lock))
  const holder = text === undefined ? undefined : parseHolder(text)
  return holder !== undefined && (await isAlive(holder))
}

/** Creates the lock with its content at once, so that nobody finds it empty; false when it exists. */
async function create(path: string, text: string): Promise<boolean> {
  const staged = temporaryPath(path)
  try {
    await writeFile(staged, text, { flag: 'wx' })
    // Where there are no hard links, the content comes a moment later.
    await link(staged, path).catch(error => {
      if (error.code === 'EEXIST') throw error
      return writeFile(path, text, { flag: 'wx' })
    })
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  } finally {
    await rm(staged, { force: true })
  }
}

/** Removes a stale lock, unless another process has just put its own in place. */
async function remove(path: string, stale: string): Promise<boolean> {
  const aside = temporaryPath(path)
  try {
    await rename(path, aside)
    if ((await readText(aside)) === stale) return true
    await link(aside, path)
  } catch (error) {
    // Another process was faster, in one step or in the other.
    if (!['ENOENT', 'EEXIST'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error
  } finally {
    await rm(aside, { force: true })
  }
  return false
}

async function readText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

function parseHolder(text: string): Holder | undefined {
  try {
    const { pid, host, started } = JSON.parse(text)
    return Number.isInteger(pid) && typeof host === 'string' ? { pid, host, started } : undefined
  } catch {
    return undefined
  }
}

async function isAlive({ pid, host, started }: Holder): Promise<boolean> {
  if (host !== hostname()) return true
  try {
    process.kill(pid, 0)
  } catch (error) {
    // EPERM: it lives and is somebody else's.
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false
  }
  const now = await startOf(pid)
  return started === undefined || now.started === undefined || now.started === started
}

/** On Linux the clock ticks since boot at which a process started. Source: proc(5), stat, field 22. */
async function startOf(pid: number): Promise<{ started?: string }> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined)
  // The name of the program, in brackets, may hold spaces.
  const started = stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19]
  return started === undefined ? {} : { started }
}

function isHeld(folder: string, holder: Holder): RunError {
  return new RunError({
    who: `run directory "${folder}"`,
    expected: 'no other process that writes it',
    received: nameOf(holder),
    from: runFiles.lock,
    hint: `Wait until it ends or choose another directory; if it is surely gone, delete ${runFiles.lock}`,
  })
}

function nameOf({ pid, host }: Holder): string {
  return host === hostname() ? `process ${pid}` : `process ${pid} on "${host}"`
}
