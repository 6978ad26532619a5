import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { type Call, type CommandRow, exitCodes } from '../command.ts'
import { engineTitle } from '../engine-of.ts'
import { execute, type Outcome, type Work } from '../execute.ts'
import { formatScores } from '../format.ts'
import { interruptible } from '../interrupt.ts'
import { newOrResumed, newWork } from '../new-work.ts'
import { writeOrder } from '../order.ts'
import type { Output } from '../output.ts'
import { isGrouped } from '../plan.ts'
import { epochTable, resultTable, rowsOf, verdictOn } from '../results.ts'
import { resumeCommand } from '../resume-command.ts'
import { resumedWork } from '../resumed-work.ts'

/** Trains a recipe or a user's own experiment. */
export const runCommand: CommandRow = {
  doc: 'Trains a recipe, or the experiment that a .ts file exports by default',
  operand: '<recipe | file.ts>',
  options: [
    'set',
    'epochs',
    'full',
    'seed',
    'seeds',
    'out',
    'resume',
    'weights',
    'on-nan',
    'engine',
    'device',
    'threads',
    'steps-per-call',
    'json',
    'help',
  ],
  notes: [
    'Examples:',
    '  justright run mnist-ladder',
    '  justright run experiment.ts --seeds 5',
    '  justright run experiment.ts --set optimizer=sgd --set optimizer.learningRate=0.1',
    '  justright run mnist-ladder --set model.layers.0.weightInit.kind=heNormal',
    '  justright run --resume runs/mnist-ladder-20260131-235959',
    '',
    'Ctrl-C finishes the step, saves a checkpoint and tells how to go on; twice stops at once.',
  ],
  run,
}

// From the start: reading the data is also a time at which people press Ctrl-C.
function run(call: Call): Promise<number> {
  const says = 'Stopping after this step, with a checkpoint; Ctrl-C again stops at once.'
  return interruptible(call.output, says, signal => trained(call, signal))
}

async function trained(call: Call, signal: AbortSignal): Promise<number> {
  const { values, output } = call
  const work = await newOrResumed('run', call, { begin: newWork, resume: resumedWork })
  const isNew = values.resume === undefined
  const { folder, order } = work
  if (isNew && isGrouped(order)) {
    await mkdir(folder, { recursive: true })
    await writeOrder(folder, order)
  }
  output.print(headline(work))
  const outcome = await execute(work, output, signal).catch(error => {
    if (existsSync(folder))
      output.print(`What was done is kept; to try again from there: ${resumeCommand(folder)}`)
    throw error
  })
  if (outcome.status === 'interrupted') {
    output.print(
      existsSync(folder)
        ? `Interrupted; what was saved is kept. Go on with: ${resumeCommand(folder)}`
        : 'Interrupted before the first step: nothing was written, and the same call starts anew.',
    )
    return exitCodes.interrupted
  }
  report(work, outcome, output)
  if (values.json) output.json(jsonOf(work, outcome))
  return exitCodes.done
}

function headline({ recipe, order, engine, folder }: Work): string {
  const { rungs } = recipe
  const { seeds, epochs } = order
  const parts = [
    `${recipe.name}:`,
    ...(rungs.length > 1 ? [`${rungs.length} rungs,`] : []),
    `${epochs} ${epochs === 1 ? 'epoch' : 'epochs'},`,
    seeds.length > 1 ? `seeds ${seeds[0]} to ${seeds.at(-1)},` : `seed ${seeds[0]},`,
    `${engineTitle(engine)}, in ${folder}`,
  ]
  return parts.join(' ')
}

function report(work: Work, { finished, history }: Outcome, output: Output): void {
  const { recipe, folder, order } = work
  const rows = rowsOf(recipe, finished)
  const isLadder = recipe.rungs.length > 1 || order.seeds.length > 1
  output.print('')
  if (isLadder) {
    output.print(resultTable(recipe, rows))
    const verdict = verdictOn(recipe, rows)
    if (verdict) output.print(`\n${verdict}`)
  } else {
    output.print(epochTable(history, recipe.unit))
    const scores = finished[0]?.result.test
    if (scores) output.print(`\nTest: ${formatScores(scores)} over ${scores.examples} examples`)
  }
  output.print(`\nRun directory: ${folder}`)
}

/** The result for programs. */
function jsonOf({ recipe, order }: Work, { finished }: Outcome): object {
  const origin = order.recipe ? { recipe: order.recipe } : { file: order.file }
  return { ...origin, rows: rowsOf(recipe, finished) }
}
