import { fashionCnn, mnistCnn } from './image-cnns.ts'
import { mnistCnnBest, mnistMlpBest } from './mnist-best.ts'
import { mnistLadder } from './mnist-ladder.ts'
import type { Recipe } from './recipe.ts'

/** The recipes by name. */
export const recipes: Readonly<Record<string, Recipe>> = {
  [mnistLadder.name]: mnistLadder,
  [mnistMlpBest.name]: mnistMlpBest,
  [mnistCnn.name]: mnistCnn,
  [mnistCnnBest.name]: mnistCnnBest,
  [fashionCnn.name]: fashionCnn,
}
