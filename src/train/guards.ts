import {
  ConfigError,
  formatShape,
  isFloat,
  type Named,
  RunError,
  type Tensor,
} from '../base/index.ts'
import { lossRowOf, mainLoss } from '../nn/index.ts'
import { monitorsAccuracy } from '../optim/index.ts'
import type { Progress } from '../runs/index.ts'
import type { Family } from './carried.ts'
import type { Experiment } from './experiment.ts'
import type { Divergence } from './flight-recorder.ts'
import type { Layout } from './layout.ts'

/**
 * Checks that a checkpoint holds the tensors of a run, no others, and only finite numbers.
 * Throws RunError that lists all that differ.
 */
export function requireTensors(
  tensors: Named<Tensor>,
  layout: Layout,
  families: readonly Family[],
  who = 'resume',
): void {
  const wanted = new Map(
    families.flatMap(({ prefix, units }) =>
      Object.values(units)
        .flat()
        .map((name): [string, string] => [
          prefix + name,
          `float32 ${formatShape(layout.shapes[name]!)}`,
        ]),
    ),
  )
  const given = new Map(
    Object.entries(tensors).map(([path, { dtype, shape }]) => [
      path,
      `${dtype} ${formatShape(shape)}`,
    ]),
  )
  const wrong = [...new Set([...wanted.keys(), ...given.keys()])].filter(
    path => wanted.get(path) !== given.get(path),
  )
  if (wrong.length === 0) {
    requireFinite(tensors, who)
    return
  }
  const list = (types: ReadonlyMap<string, string>) =>
    wrong.map(path => `${path} ${types.get(path) ?? 'none'}`).join(', ')
  throw new RunError({
    who,
    expected: list(wanted),
    received: list(given),
    hint: 'They belong to another model or optimiser',
  })
}

function requireFinite(tensors: Named<Tensor>, who: string): void {
  const bad = findNonFinite(tensors)
  if (bad) throw new RunError({ who, expected: 'finite tensors', received: bad })
}

/**
 * Checks that the counts of a checkpoint belong to one place in a run.
 * Throws RunError otherwise: the run had other data or another batch size.
 */
export function requirePlace(
  { step, epoch, partial }: Progress,
  batchSize: number,
  stepsPerEpoch: number,
): void {
  const epochs = Math.floor(step / stepsPerEpoch)
  const examples = (step % stepsPerEpoch) * batchSize
  const passed = partial.examples + (partial.skipped ?? 0)
  if (epoch === epochs && passed === examples) return
  const place = (e: number, n: number) => `${e} whole epochs and ${n} examples`
  throw new RunError({
    who: 'resume',
    expected: `${place(epochs, examples)} after ${step} steps, ${stepsPerEpoch} in an epoch`,
    received: place(epoch, passed),
    hint: 'The checkpoint belongs to a run with other data or another batch size',
  })
}

/** Throws ConfigError when something goes by the accuracy of a loss that has none. */
export function checkMonitors({ loss, schedule, earlyStopping }: Experiment): void {
  if (lossRowOf(mainLoss(loss)).isCorrect) return
  const isScheduled = schedule !== undefined && monitorsAccuracy(schedule)
  if (!isScheduled && earlyStopping?.monitor !== 'accuracy') return
  throw new ConfigError({
    who: isScheduled ? 'schedule' : 'earlyStopping',
    expected: 'the loss to be monitored, since nothing is classified',
    received: 'the accuracy',
    from: `loss ${loss.kind}`,
  })
}

/** The first number that is NaN or infinite, with the name of its tensor; undefined if none is. */
export function findNonFinite(tensors: Named<Tensor>): string | undefined {
  for (const [name, { dtype, data }] of Object.entries(tensors)) {
    if (!isFloat(dtype)) continue
    for (let i = 0; i < data.length; i++)
      if (!Number.isFinite(data[i])) return `${data[i]} in ${name}`
  }
  return undefined
}

/** The error of a training that left the finite numbers; `divergence` tells where and why, if that is known. */
export function notFinite(
  who: string,
  expected: string,
  received: string,
  divergence?: Divergence,
): RunError {
  const why = divergence
    ? `${divergence.bad.sentence.replace(/^The first is/, `The first bad value, in step ${divergence.step}, is`)}. `
    : ''
  return new RunError({
    who,
    expected,
    received,
    hint: `${why}Training stopped there and the last good checkpoint is kept${why ? '' : '; a smaller learning rate often helps'}`,
    ...(divergence ? { cause: divergence } : {}),
  })
}
