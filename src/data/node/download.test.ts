import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, beforeEach, test } from 'node:test'
import { fillBits, keyOf } from '../../base/index.ts'
import { download } from './download.ts'

const words = new Uint32Array(75_000)
fillBits(keyOf(2006), words)
const content = Buffer.from(words.buffer)
const sha256 = createHash('sha256').update(content).digest('hex')

const folder = mkdtempSync(join(tmpdir(), 'download-'))
let seen: string[] = []

/** Sends the content from the byte that the request asks for. */
function send(request: IncomingMessage, response: ServerResponse, bytes = content): Buffer {
  const start = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0)
  if (start >= bytes.length) {
    response.writeHead(416, { 'content-range': `bytes */${bytes.length}` })
    return Buffer.from('nothing there')
  }
  const rest = bytes.subarray(start)
  response.writeHead(start > 0 ? 206 : 200, {
    'content-length': rest.length,
    ...(start > 0 && { 'content-range': `bytes ${start}-${bytes.length - 1}/${bytes.length}` }),
  })
  return rest
}

type Answer = (request: IncomingMessage, response: ServerResponse, time: number) => void

const cut: Answer = (request, response) => {
  const rest = send(request, response)
  response.write(rest.subarray(0, 100_000), () => setTimeout(() => response.destroy(), 100))
}
const whole: Answer = (request, response) => void response.end(send(request, response))

const answers: Readonly<Record<string, Answer>> = {
  '/whole': whole,
  '/cut': (request, response, time) => (time < 3 ? cut : whole)(request, response, time),
  '/always-cut': (_, response) => {
    response.writeHead(200, { 'content-length': content.length })
    response.write(content.subarray(0, 50_000), () => setTimeout(() => response.destroy(), 100))
  },
  '/no-ranges': (_, response) => void response.end(content),
  '/busy': (request, response, time) =>
    time === 1 ? void response.writeHead(503).end('later') : whole(request, response, time),
  '/other': (request, response) =>
    void response.end(send(request, response, Buffer.from('another file'))),
  '/stalls': (request, response) => void response.write(send(request, response).subarray(0, 1000)),
}

const server = createServer((request, response) => {
  const { url = '' } = request
  seen.push(`${url} ${request.headers.range ?? 'all'}`)
  const answer = answers[url]
  if (answer) answer(request, response, seen.filter(line => line.startsWith(`${url} `)).length)
  else response.writeHead(404).end('not here')
})
await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
const { port } = server.address() as AddressInfo
const at = (...paths: readonly string[]) => ({
  mirrors: paths.map(path => `http://127.0.0.1:${port}${path}`),
  sha256,
})
after(() => {
  server.close()
  server.closeAllConnections()
  rmSync(folder, { recursive: true })
})

let path = ''
let count = 0
beforeEach(() => {
  seen = []
  path = join(folder, `${count++}`, 'file')
})

const quick = { retryAfterMs: 1 }
const arrived = () => existsSync(path) && readFileSync(path).equals(content)

test('a file arrives whole, with progress, and is not asked for again', async () => {
  const told: (number | undefined)[][] = []
  await download(at('/whole'), path, { onBytes: (received, total) => told.push([received, total]) })
  assert.ok(arrived())
  assert.deepEqual(told.at(-1), [content.length, content.length])
  assert.ok(told.every(([received], i) => i === 0 || received! > told[i - 1]![0]!))
  await download(at('/whole'), path)
  assert.deepEqual(seen, ['/whole all'])
  assert.ok(!existsSync(`${path}.part`))
})

test('a connection that is cut is taken up where it broke', async () => {
  await download(at('/cut'), path, quick)
  assert.ok(arrived())
  const starts = seen.map(line => Number(/bytes=(\d+)-/.exec(line)?.[1] ?? 0))
  assert.equal(starts.length, 3)
  assert.ok(starts[0] === 0 && starts[1]! > 0 && starts[2]! > starts[1]!, seen.join(', '))
})

test('what an earlier process left is completed, by another mirror too', async () => {
  await assert.rejects(download(at('/always-cut'), path, { ...quick, attempts: 1 }), {
    name: 'DataError',
    message: /download of file: expected a file of SHA-256 .*always-cut: .*What arrived is kept/,
  })
  assert.ok(!existsSync(path))
  const kept = readFileSync(`${path}.part`).length
  assert.ok(kept > 0 && content.subarray(0, kept).equals(readFileSync(`${path}.part`)))
  await download(at('/whole'), path)
  assert.ok(arrived())
  assert.equal(seen.at(-1), `/whole bytes=${kept}-`)
})

test('a part that holds everything is only verified, and a server without ranges sends all again', async () => {
  await download(at('/whole'), path)
  for (const [kept, mirror] of [
    [content, '/whole'],
    [content.subarray(0, 1000), '/no-ranges'],
  ] as const) {
    path = join(folder, `${count++}-file`)
    writeFileSync(`${path}.part`, kept)
    await download(at(mirror), path)
    assert.ok(arrived(), mirror)
  }
})

test('a damaged beginning is thrown away and fetched anew', async () => {
  path = join(folder, `${count++}-file`)
  writeFileSync(`${path}.part`, Buffer.alloc(2000, 7))
  await download(at('/whole'), path, quick)
  assert.ok(arrived())
  assert.deepEqual(seen, ['/whole bytes=2000-', '/whole all'])
})

test('a mirror without the file, or with another one, is passed over', async () => {
  await download(at('/nowhere', '/other', '/busy'), path, quick)
  assert.ok(arrived())
  assert.deepEqual(seen, ['/nowhere all', '/other all', '/busy all', '/busy all'])
})

test('when no mirror helps, each answer is told and nothing stands at the path', async () => {
  await assert.rejects(download(at('/nowhere', '/other'), path, quick), {
    name: 'DataError',
    message:
      /nowhere: 404 Not Found; http:\S+other: SHA-256 [0-9a-f]{64}\. Where there is no network, bring the file to .*file$/,
  })
  assert.ok(!existsSync(path) && !existsSync(`${path}.part`))
})

test('a server that falls silent is given up, and one that is not there too', async () => {
  await assert.rejects(download(at('/stalls'), path, { attempts: 1, stallMs: 100 }), {
    message: /stalls: no byte in 100 ms/,
  })
  const nobody = { mirrors: ['http://127.0.0.1:1/file'], sha256 }
  await assert.rejects(download(nobody, path, { ...quick, attempts: 2 }), {
    name: 'DataError',
    message: /http:\/\/127\.0\.0\.1:1\/file: /,
  })
})

test('a download is stopped by its signal', async () => {
  const stop = new AbortController()
  const stopped = download(at('/stalls'), path, {
    signal: stop.signal,
    onBytes: () => stop.abort(),
  })
  await assert.rejects(stopped, { name: 'AbortError' })
})
