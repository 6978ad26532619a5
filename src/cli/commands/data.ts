import { ConfigError } from '../../base/index.ts'
import { type DataSource, summarize } from '../../data/index.ts'
import { sourceOf, sourceRows } from '../../data/node/index.ts'
import { type Call, type CommandRow, exitCodes } from '../command.ts'
import { dataReport } from '../data-report.ts'
import { isExperimentFile, loadExperiment } from '../experiment-file.ts'
import { formatPercent } from '../format.ts'
import type { Output } from '../output.ts'

const formWidth = Math.max(...sourceRows.map(({ form }) => form.length))

/** Tells what data are like. */
export const dataCommand: CommandRow = {
  doc: 'Tells what data are like: shapes, ranges, classes, duplicates, and some rows',
  operand: '<source>',
  options: ['json', 'help'],
  notes: [
    'Sources:',
    ...sourceRows.map(({ form, doc }) => `  ${form.padEnd(formWidth)}  ${doc}`),
    `  ${'FILE.ts'.padEnd(formWidth)}  the data of an experiment file`,
    '',
    'Examples:',
    '  justright data fashion-mnist',
    '  justright data cifar10?download',
    '  justright data pictures/ --json',
    '  justright data "flowers.csv?label=species"',
  ],
  run: data,
}

async function data({ operands: [place], values, output }: Call): Promise<number> {
  if (place === undefined)
    throw new ConfigError({
      who: 'data',
      expected: 'a source of data',
      received: 'none',
      hint: '"justright data --help" lists the kinds of sources',
    })
  const source = await load(place, output)
  const splits = summarize(source)
  output.print(
    dataReport(source, splits, {
      hasColors: output.isTerminal && process.stdout.getColorDepth() >= 24,
      width: process.stdout.columns ?? 80,
    }),
  )
  if (values.json) output.json({ ...source.description, scale: source.scale ?? null, splits })
  return exitCodes.done
}

async function load(place: string, output: Output): Promise<DataSource> {
  if (isExperimentFile(place)) return (await loadExperiment(place)).data
  return sourceOf(place, {
    onProgress: (share, what) => output.update(`${what}: ${formatPercent(share)}`),
  })
}
