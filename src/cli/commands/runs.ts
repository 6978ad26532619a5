import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { listRuns, type RunSummary } from '../../runs/node/index.ts'
import { type Call, type CommandRow, exitCodes } from '../command.ts'
import { formatPercent } from '../format.ts'
import { holdsOrder } from '../order.ts'

/** Lists the runs of a folder, those of recipes under their recipe. */
export const runsCommand: CommandRow = {
  doc: 'Lists the runs, newest first',
  options: ['out', 'help'],
  run: async ({ values, output }: Call) => {
    const parent = values.out ?? 'runs'
    const groups = await groupsIn(parent)
    const lists = await Promise.all([parent, ...groups].map(listRuns))
    const runs = lists.flat().sort((a, b) => compare(b.createdAt, a.createdAt))
    if (runs.length === 0) output.print(`No runs in ${parent} yet: justright run mnist-ladder`)
    const width = Math.max(...runs.map(({ path }) => path.length))
    for (const run of runs) output.print(lineOf(run, width))
    return exitCodes.done
  },
}

async function groupsIn(parent: string): Promise<string[]> {
  const names = await readdir(parent).catch(() => [])
  return names.map(name => join(parent, name)).filter(holdsOrder)
}

function lineOf({ path, status, testAccuracy, problem }: RunSummary, width: number): string {
  const accuracy = testAccuracy === undefined ? '' : `  test ${formatPercent(testAccuracy)}`
  return `${path.padEnd(width)}  ${status}${accuracy}${problem ? `  ${problem.split('\n')[0]}` : ''}`
}

function compare(a = '', b = ''): number {
  return a < b ? -1 : a > b ? 1 : 0
}
