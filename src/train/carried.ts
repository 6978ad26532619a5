import { type Named, prefixNamed, type Tensor, unprefixNamed } from '../base/index.ts'
import { averagePrefix, bestPrefix, slotName } from '../runs/index.ts'
import type { Experiment } from './experiment.ts'
import { type Layout, packUnits, trainedUnits, unpackUnits } from './layout.ts'
import { slotsOf } from './update.ts'

/** What a run carries: one tensor for each of some units, under their names with a prefix. */
export interface Family {
  readonly prefix: string
  readonly units: Layout['units']
}

/** All that a run carries in the engine: parameters and buffers, the optimiser's tensors, averages. */
export function familiesOf(
  { optimizer, averaging }: Pick<Experiment, 'optimizer' | 'averaging'>,
  layout: Layout,
): readonly Family[] {
  const trained = trainedUnits(layout)
  return [
    { prefix: '', units: layout.units },
    ...slotsOf(optimizer).map(slot => ({ prefix: slotName(slot, ''), units: trained })),
    ...(averaging ? [{ prefix: averagePrefix, units: layout.units }] : []),
  ]
}

/** Tensors put together as the units that the engine holds. */
export function packFamilies(
  layout: Layout,
  families: readonly Family[],
  tensors: Named<Tensor>,
): Named<Tensor> {
  return joined(families, ({ prefix, units }) =>
    packUnits(layout, unprefixNamed(prefix, tensors), units),
  )
}

/** The engine's units taken apart. */
export function unpackFamilies(
  layout: Layout,
  families: readonly Family[],
  held: Named<Tensor>,
): Named<Tensor> {
  return joined(families, ({ prefix, units }) =>
    unpackUnits(layout, unprefixNamed(prefix, held), units),
  )
}

function joined(
  families: readonly Family[],
  tensorsOf: (family: Family) => Named<Tensor>,
): Named<Tensor> {
  return Object.assign({}, ...families.map(family => prefixNamed(family.prefix, tensorsOf(family))))
}

/** What a run starts from, with averages that are its parameters and buffers, where it has averages. */
export function withAverages(
  { averaging }: Pick<Experiment, 'averaging'>,
  { shapes }: Layout,
  tensors: Named<Tensor>,
): Named<Tensor> {
  if (!averaging) return tensors
  const own = Object.keys(shapes).map(name => [name, tensors[name]])
  return { ...tensors, ...prefixNamed(averagePrefix, Object.fromEntries(own)) }
}

/** What stands before the names of the parameters and buffers that are scored and exported. */
export function scoredPrefix({ averaging }: Pick<Experiment, 'averaging'>): string {
  return averaging ? averagePrefix : ''
}

/** The parameters and buffers that are scored and exported, by path. */
export function scoredTensors(
  experiment: Pick<Experiment, 'averaging'>,
  { shapes }: Layout,
  tensors: Named<Tensor>,
): Named<Tensor> {
  const scored = unprefixNamed(scoredPrefix(experiment), tensors)
  return Object.fromEntries(Object.keys(shapes).map(name => [name, scored[name]!]))
}

/** The tensors of a checkpoint that its run goes on with. */
export function withoutBest(tensors: Named<Tensor>): Named<Tensor> {
  return Object.fromEntries(
    Object.entries(tensors).filter(([name]) => !name.startsWith(bestPrefix)),
  )
}
