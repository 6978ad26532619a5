import { fashionCnn, mnistCnn } from './image-cnns.ts'
import { mnistLadder } from './mnist-ladder.ts'
import type { Recipe } from './recipe.ts'

/** The recipes by name. */
export const recipes: Readonly<Record<string, Recipe>> = {
  [mnistLadder.name]: mnistLadder,
  [mnistCnn.name]: mnistCnn,
  [fashionCnn.name]: fashionCnn,
}
