import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { ConfigError } from '../base/index.ts'
import type { DataSource } from '../data/index.ts'
import type { ExperimentSettings } from '../recipes/index.ts'
import { runFiles } from '../runs/node/index.ts'
import type { OptionValues } from './options.ts'
import { holdsOrder } from './order.ts'
import { sourceOf } from './plan.ts'
import { storedOrder } from './resumed-work.ts'
import { changeSettings } from './settings.ts'
import type { WinnerSource } from './winner-file.ts'

/** An experiment that the doctor looks at, and where it is from. */
export interface DoctorCase extends Pick<WinnerSource, 'order' | 'base'> {
  readonly name: string
  /** What its examples are called. */
  readonly unit: string
  readonly data: () => Promise<DataSource>
  /** Trained for as long as was asked for. */
  readonly settings: ExperimentSettings
  /** Trained for as long as it is meant to. */
  readonly whole: ExperimentSettings
}

/** Whether an operand is the directory of a run. */
export function isRunFolder(operand: string): boolean {
  return existsSync(join(operand, runFiles.description)) || holdsOrder(operand)
}

/**
 * The experiments of a recipe or a file, with the settings of a call.
 * Throws ConfigError when there is none, or a setting does not fit.
 */
export async function casesOf(operand: string, values: OptionValues): Promise<DoctorCase[]> {
  const { recipe, seed, isFile } = await sourceOf(operand)
  const { short, full } = recipe.epochs
  return recipe.rungs.map(rung => {
    const at = (epochs: number) => rung.experiment(values.seed ?? seed, epochs)
    const changed = (epochs: number) => changeSettings(at(epochs), values.set ?? [])
    return {
      name: recipe.rungs.length > 1 ? `${recipe.name} ${rung.name}` : recipe.name,
      unit: recipe.unit,
      data: recipe.data,
      order: isFile ? { file: resolve(operand) } : { recipe: recipe.name },
      ...(isFile ? { base: at(full) } : {}),
      settings: changed(values.epochs ?? short),
      whole: changed(full),
    }
  })
}

/**
 * The experiment of a run directory, from the recipe or the file that it was started from.
 * Throws RunError when it was not started by the command line, ConfigError when that file is gone.
 */
export async function caseOfRun(folder: string, { epochs }: OptionValues): Promise<DoctorCase> {
  const { order, only } = await storedOrder(folder)
  const { recipe, isFile } = await sourceOf(order.recipe ?? order.file!)
  const rung = recipe.rungs.find(({ name }) => name === only?.rung) ?? recipe.rungs[0]!
  const at = (count: number) => rung.experiment(only?.seed ?? order.seeds[0]!, count)
  const changed = (count: number) => changeSettings(at(count), order.settings)
  return {
    name: rung.name,
    unit: recipe.unit,
    data: recipe.data,
    order,
    ...(isFile ? { base: at(recipe.epochs.full) } : {}),
    settings: changed(epochs ?? order.epochs),
    whole: changed(order.epochs),
  }
}

/** Refuses a folder of several runs. Throws ConfigError. */
export function requireOneRun(folder: string): void {
  if (existsSync(join(folder, runFiles.description))) return
  throw new ConfigError({
    who: 'doctor',
    expected: 'the directory of one run',
    received: `"${folder}", which holds several`,
    hint: 'Name one of the directories in it; "justright runs" lists them',
  })
}
