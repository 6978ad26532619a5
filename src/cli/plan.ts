import { join } from 'node:path'
import { rowNamed } from '../base/index.ts'
import type { ExperimentSettings } from '../recipes/index.ts'
import { type Recipe, type Rung, recipes } from '../recipes/index.ts'
import { isFile, loadExperiment, recipeOfFile } from './experiment-file.ts'
import type { Order } from './order.ts'
import { changeSettings } from './settings.ts'

/** A recipe, or a user's file as one. */
export interface Source {
  readonly recipe: Recipe
  /** The seed where none is asked for. */
  readonly seed: number
  readonly isFile: boolean
}

/** One run of a plan. */
export interface Job {
  readonly rung: Rung
  readonly seed: number
  /** For the reader: `2/5 hidden, seed 1`. */
  readonly title: string
  readonly experiment: ExperimentSettings
  /** The path of its run directory. */
  readonly path: string
}

/**
 * What an operand of `justright run` names.
 * Throws ConfigError when there is no such recipe, or the file is no experiment.
 */
export async function sourceOf(operand: string): Promise<Source> {
  if (isFile(operand)) {
    const experiment = await loadExperiment(operand)
    const recipe = recipeOfFile(operand, experiment)
    return { recipe, seed: experiment.seed ?? 0, isFile: true }
  }
  const recipe = rowNamed('recipe or experiment file', recipes, operand)
  return { recipe, seed: 0, isFile: false }
}

/** Whether the runs of an order have a folder of their own: a recipe's, or a file's over several seeds. */
export function isGrouped({ file, seeds }: Pick<Order, 'file' | 'seeds'>): boolean {
  return file === undefined || seeds.length > 1
}

/**
 * The runs of an order in a folder, rung by rung and seed by seed.
 * Throws ConfigError when one of its settings does not fit one of the rungs.
 */
export function jobsOf({ rungs }: Recipe, order: Order, folder: string): Job[] {
  const { seeds, epochs, settings } = order
  return rungs.flatMap((rung, i) =>
    seeds.map(seed => {
      const place = rungs.length > 1 ? `${i + 1}/${rungs.length} ${rung.name}` : rung.name
      const name = rungs.length > 1 ? `${i + 1}-${rung.name}-seed-${seed}` : `seed-${seed}`
      return {
        rung,
        seed,
        title: seeds.length > 1 ? `${place}, seed ${seed}` : place,
        experiment: changeSettings(rung.experiment(seed, epochs), settings),
        path: isGrouped(order) ? join(folder, name) : folder,
      }
    }),
  )
}
