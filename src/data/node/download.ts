import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, open, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { DataError } from '../../base/index.ts'
import { openStream } from './archive.ts'

/** A file that lies on the network. */
export interface RemoteFile {
  /** Where it lies, tried in order. */
  readonly mirrors: readonly string[]
  /** In hexadecimal, of the file as it travels, or unzipped. */
  readonly sha256: string
  /** Whether it is gzipped and its SHA-256 is that of what is inside; default false. */
  readonly isGzipped?: boolean
}

/** How a file is downloaded. */
export interface DownloadOptions {
  /** Tries of each mirror, as long as the error is one that may pass; default 3. */
  readonly attempts?: number
  /** Milliseconds before the second try, twice as many before the third; default 1000. */
  readonly retryAfterMs?: number
  /** Milliseconds without a byte after which a try is given up; default 30,000. */
  readonly stallMs?: number
  /** Is told of the bytes that are there, and of all where the server says so. */
  readonly onBytes?: (received: number, total: number | undefined, file: string) => void
  readonly signal?: AbortSignal
}

/** A reason to leave a mirror: trying it again would not help. */
class Hopeless extends Error {}

/**
 * Downloads a file to a path, unless it is there. What was received of it stays beside it as `.part`, and
 * the next try goes on from there; the path itself only ever holds the whole, verified file.
 * Throws DataError that tells what every mirror answered when none has the file.
 */
export async function download(
  file: RemoteFile,
  path: string,
  options: DownloadOptions = {},
): Promise<void> {
  if (existsSync(path)) return
  await mkdir(dirname(path), { recursive: true })
  const part = `${path}.part`
  const answers: string[] = []
  for (const url of file.mirrors) {
    const answer = await tryMirror(url, part, file, options)
    if (answer === undefined) return rename(part, path)
    answers.push(`${url}: ${answer}`)
  }
  throw new DataError({
    who: `download of ${basename(path)}`,
    expected: `a file of SHA-256 ${file.sha256}`,
    received: answers.join('; '),
    hint: existsSync(part)
      ? 'What arrived is kept, and the next try goes on from there'
      : `Where there is no network, bring the file to ${path}`,
  })
}

/** Downloads and verifies; what went wrong in the end, or undefined. */
async function tryMirror(
  url: string,
  part: string,
  { sha256, isGzipped = false }: RemoteFile,
  options: DownloadOptions,
): Promise<string | undefined> {
  const { attempts = 3, retryAfterMs = 1000, signal } = options
  let answer: string | undefined
  for (let attempt = 0; attempt < attempts; attempt++) {
    if (attempt > 0) await wait(retryAfterMs * 2 ** (attempt - 1), undefined, signal && { signal })
    try {
      const wasResumed = await receive(url, part, options)
      const received = await sha256Of(part, isGzipped)
      if (received === sha256) return undefined
      answer = received ? `SHA-256 ${received}` : 'a damaged gzip file'
      await rm(part)
      // Its beginning may have come from elsewhere: the mirror gets a chance to send all of it.
      if (!wasResumed) return answer
    } catch (error) {
      signal?.throwIfAborted()
      answer = messageOf(error)
      if (error instanceof Hopeless) return answer
    }
  }
  return answer
}

/** Receives what is missing of a file; whether something was there before. */
async function receive(url: string, part: string, options: DownloadOptions): Promise<boolean> {
  const { stallMs = 30_000, onBytes = () => {}, signal } = options
  const stall = new AbortController()
  const timer = setTimeout(() => stall.abort(new Error(`no byte in ${stallMs} ms`)), stallMs)
  try {
    const before = existsSync(part) ? (await stat(part)).size : 0
    const response = await fetch(url, {
      signal: signal ? AbortSignal.any([signal, stall.signal]) : stall.signal,
      // The bytes as they lie there: a gzipped file must not arrive unzipped.
      headers: { 'accept-encoding': 'identity', ...(before > 0 && { range: `bytes=${before}-` }) },
    })
    const start = startOf(response, before)
    let done = start
    const total = totalOf(response, start)
    await using file = await open(part, start > 0 ? 'a' : 'w')
    for await (const piece of bodyOf(response)) {
      await file.writeFile(piece)
      done += piece.length
      timer.refresh()
      onBytes(done, total, basename(url))
    }
    return start > 0
  } finally {
    clearTimeout(timer)
  }
}

/** Nothing where the server says that nothing is missing: its answer is a page for people. */
function bodyOf({ status, body }: Response): AsyncIterable<Uint8Array> | readonly Uint8Array[] {
  return status === 416 ? [] : (body ?? [])
}

/**
 * The byte from which on a response is the file; a server may send all of it though asked for the rest.
 * Throws when the response is an error.
 */
function startOf({ status, statusText, headers }: Response, before: number): number {
  if (status === 200) return 0
  const from = Number(/^bytes (\d+)-/.exec(headers.get('content-range') ?? '')?.[1])
  if (status === 206 && from === before) return before
  // Nothing lies beyond: all of it is there already.
  if (status === 416) return before
  const answer = `${status} ${statusText}`.trim()
  const mayPass = status >= 500 || status === 408 || status === 429
  throw mayPass ? new Error(answer) : new Hopeless(answer)
}

function totalOf({ status, headers }: Response, start: number): number | undefined {
  const length = headers.get('content-length')
  return length === null || status === 416 ? undefined : start + Number(length)
}

/** Undefined when a gzipped file cannot be unzipped. */
async function sha256Of(path: string, isGzipped: boolean): Promise<string | undefined> {
  const hash = createHash('sha256')
  try {
    for await (const piece of openStream(path, isGzipped).stream) hash.update(piece)
    return hash.digest('hex')
  } catch (error) {
    if (isGzipped) return undefined
    throw error
  }
}

/** What went wrong, with the reason that fetch hides in its cause. */
function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const { cause } = error
  return cause instanceof Error ? `${error.message} (${cause.message})` : error.message
}
