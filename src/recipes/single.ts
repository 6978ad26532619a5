import type { ExperimentSettings, Recipe } from './recipe.ts'

/** A recipe of one experiment on images, and what is new about it. */
interface SingleRecipe extends Pick<Recipe, 'name' | 'summary' | 'epochs' | 'data'> {
  readonly changed: string
  readonly settings: Omit<ExperimentSettings, 'name' | 'seed' | 'epochs'>
}

/** The recipe whose only rung has its name. */
export function single({ changed, settings, ...recipe }: SingleRecipe): Recipe {
  const { name } = recipe
  const title = name.replaceAll('-', ' ')
  return {
    ...recipe,
    unit: 'images',
    rungs: [
      { name, changed, experiment: (seed, epochs) => ({ ...settings, name: title, seed, epochs }) },
    ],
  }
}
