import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startChild } from './child.ts'
import { contest, median } from './contest.ts'
import { makeRow } from './report.ts'
import { matmulFlops, workloads } from './workloads.ts'

const workload = workloads.find(({ name }) => name === 'mlp-16-32-4')!

/** A contestant whose answer to a command is an expression over `command` and the count of steps. */
function contestant(ready: string, measured: string) {
  const script = `
    let done = 0
    require('node:readline').createInterface({ input: process.stdin }).on('line', line => {
      const command = JSON.parse(line)
      if (command.cmd === 'exit') process.exit()
      if (command.cmd === 'prepare') return console.log(JSON.stringify(${ready}))
      done += command.steps
      console.log(JSON.stringify(${measured}))
    })`
  return { command: process.execPath, args: ['-e', script] }
}
const ready = (ms: number) => `{ ready: true, engine: 'fake', version: '1', ms: ${ms}, loss: 1 }`
const steps = (ms: number | string, loss: string, firstMs = 100) =>
  contestant(ready(firstMs), `{ ms: Array(command.steps).fill(${ms}), loss: ${loss} }`)

test('contestants that train get the median of their steps, the others a note', async () => {
  const outcomes = await contest(
    workload,
    [
      steps(100, '1 / done'),
      steps(100, '1 + done'),
      contestant("{ unavailable: 'not today' }", '{}'),
      { command: process.execPath, args: ['-e', "throw new Error('broken')"] },
      { command: 'no-such-program', args: [] },
    ],
    1,
  )
  assert.deepEqual(
    outcomes.map(({ medianMs }) => medianMs),
    [100, null, null, null, null],
  )
  const notes = outcomes.map(({ note }) => note ?? '')
  assert.equal(notes[0], '')
  assert.match(notes[1]!, /error: its loss did not fall/)
  assert.match(notes[2]!, /not today/)
  assert.match(notes[3]!, /ended with code 1/)
  assert.match(notes[4]!, /ENOENT/)
})

test('a slow contestant takes the first batch again, and few turns', async () => {
  const again = (loss: string) => `command.batch === 0 || done > 1 ? ${loss} : 2`
  const outcomes = await contest(
    workload,
    [
      // 4, 8 and 12 s, and then it is enough.
      steps('4000 * done', again('1 / (1 + done)'), 4000),
      steps(4000, again('1'), 4000),
      // Only its first step is slow.
      steps(100, '1 / done', 4000),
    ],
    5,
  )
  assert.deepEqual(
    outcomes.map(({ medianMs }) => medianMs),
    [8000, null, 100],
  )
  assert.match(outcomes[1]!.note!, /its loss did not fall \(1 to 1\)/)
})

test('a contestant that hangs is given up', async () => {
  const child = startChild(
    { command: process.execPath, args: ['-e', 'setInterval(() => {}, 1e3)'] },
    200,
  )
  const answer = await child.ask({ cmd: 'measure', steps: 1 })
  assert.deepEqual(answer, { unavailable: 'no answer to measure within 0.2 s' })
})

test('the fastest way to run a peer counts, and the ratio is ours over the peer', () => {
  const outcome = (engine: string, medianMs: number | null) => ({ engine, version: '1', medianMs })
  const row = makeRow(workload, outcome('ours', 3), 'pytorch', [
    outcome('none', null),
    outcome('slow', 4),
    outcome('fast', 2),
  ])
  assert.deepEqual([row.peerEngine, row.peerMedianMs, row.ratio], ['fast', 2, 1.5])
})

test('the median is the middle value or the mean of the middle two', () => {
  assert.equal(median([5, 1, 2]), 2)
  assert.equal(median([4, 1, 2, 100]), 3)
  assert.equal(median([7]), 7)
})

test('a step of three square layers has eight products', () => {
  const square = workloads.find(({ name }) => name === 'mlp-1024x3')!
  assert.equal(matmulFlops(square), 8 * 2 * 256 * 1024 * 1024)
})
