import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { contest } from './contest.ts'
import { ours, peers } from './peers.ts'
import { describeMachine, formatTable, makeRow, type Row } from './report.ts'
import { type Workload, workloads } from './workloads.ts'

const { values: options } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    rounds: { type: 'string', default: '7' },
    workload: { type: 'string' },
    peers: { type: 'string' },
    write: { type: 'boolean', default: false },
  },
})

/** The items of a comma-separated option, all of them if it is not given. */
function choose(option: string, text: string | undefined, known: readonly string[]): string[] {
  const chosen = text?.split(',') ?? [...known]
  const unknown = chosen.find(name => !known.includes(name))
  if (unknown !== undefined)
    throw new Error(`--${option}: expected one of ${known.join(', ')}, received ${unknown}`)
  return chosen
}

async function compare(workload: Workload, names: readonly string[], rounds: number) {
  const entries = names.map(name => ({ name, lines: peers[name]!() }))
  console.error(`${workload.name}: ours and ${names.join(', ')}`)
  const [own, ...rest] = await contest(
    workload,
    [ours, ...entries.flatMap(({ lines }) => lines)],
    rounds,
  )
  return entries.map(({ name, lines }) =>
    makeRow(workload, own!, name, rest.splice(0, lines.length)),
  )
}

const rounds = Number(options.rounds)
if (!Number.isInteger(rounds) || rounds < 1)
  throw new Error(`--rounds: expected a whole number of at least 1, received ${options.rounds}`)
const chosenPeers = choose('peers', options.peers, Object.keys(peers))
const chosenWorkloads = choose(
  'workload',
  options.workload,
  workloads.map(({ name }) => name),
)

const rows: Row[] = []
for (const workload of workloads) {
  const names = workload.peers.filter(name => chosenPeers.includes(name))
  if (chosenWorkloads.includes(workload.name) && names.length > 0)
    rows.push(...(await compare(workload, names, rounds)))
}

const machine = describeMachine()
const table = formatTable(rows)
console.log(options.json ? JSON.stringify({ rows, machine }) : `${machine}\n\n${table}`)
if (options.write) {
  const intro = `# Training steps side by side

Medians of full training steps (forward, loss, backward, update on changing batches), every
contestant in its own process, taking turns. \`ours/peer\` below 1: we are faster. GFLOP/s count the
matrix products only; \`pytorch-matmul\` does nothing but these.

${machine}`
  writeFileSync(new URL('../RESULTS.md', import.meta.url), `${intro}\n\n${table}\n`)
  const results = `${JSON.stringify({ machine, rows }, null, 2)}\n`
  writeFileSync(new URL('../results.json', import.meta.url), results)
}
if (rows.some(({ note }) => note?.includes('error:'))) process.exitCode = 1
