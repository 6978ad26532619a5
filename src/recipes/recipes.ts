import { mnistLadder } from './mnist-ladder.ts'
import type { Recipe } from './recipe.ts'

/** The recipes by name. */
export const recipes: Readonly<Record<string, Recipe>> = { [mnistLadder.name]: mnistLadder }
