export type { ExperimentSettings, Recipe, Rung } from './recipe.ts'
export { recipes } from './recipes.ts'
export { type RungScore, verdictOf } from './verdict.ts'
