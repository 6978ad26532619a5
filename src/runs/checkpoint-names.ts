import { type Named, type Tensor, unprefixNamed } from '../base/index.ts'

/** The name in checkpoints of the tensor that an optimiser carries in a slot for a parameter. */
export const slotName = (slot: string, name: string): string => `optimizer/${slot}/${name}`

/** What stands before the names of the averages of parameters and buffers. */
export const averagePrefix = 'average/'

/** What stands before the names of the parameters and buffers of the best epoch. */
export const bestPrefix = 'best/'

const isCarriedBeside = /^(optimizer|average|best)\//

/**
 * Of a checkpoint's tensors those of the model, by path: parameters and buffers, or their averages where
 * the run has some; without the optimiser's.
 */
export function modelTensors(tensors: Named<Tensor>): Named<Tensor> {
  const averages = unprefixNamed(averagePrefix, tensors)
  if (Object.keys(averages).length > 0) return averages
  return Object.fromEntries(Object.entries(tensors).filter(([name]) => !isCarriedBeside.test(name)))
}
