import { sizeOf } from '../base/index.ts'
import { isOp, type Value, valuesOf } from '../ir/index.ts'
import { type AppliedLayer, applyModel } from '../nn/index.ts'
import { ownerOf } from '../probes/index.ts'
import type { LayerNode } from '../runs/index.ts'
import { batchInputs, exportedName } from './batch-graph.ts'
import type { Experiment } from './experiment.ts'

/**
 * The layers of a model with what each reads, gives and holds, in the order in which they are computed.
 * A layer that only puts others together, as a sequence does, is not among them; one that adds what they
 * give is.
 */
export function layerGraph({ model, data }: Pick<Experiment, 'model' | 'data'>): LayerNode[] {
  // Two examples, since the statistics of one have no spread.
  const inputs = batchInputs(model, data, 2, exportedName)
  const applied = applyModel(model, inputs, { isTraining: true })
  const fed = valuesOf(inputs).filter(value => isOp(value, 'input'))
  const pathOf = new Map<Value, string>()
  for (const [path, { inputs, output }] of applied.layers)
    if (!inputs.includes(output) && !pathOf.has(output)) pathOf.set(output, path)
  const sources = new Map([...fed.map(value => [value, value.attrs.name] as const), ...pathOf])
  const owners = Map.groupBy(applied.params, ([name]) => ownerOf(name, applied.layers))
  const paths = [...pathOf.values()]
  const hasInner = (path: string) =>
    paths.some(other => other !== path && (path === '' || other.startsWith(`${path}.`)))
  return [...pathOf].map(([output, path]) => ({
    path,
    kind: applied.layers.get(path)!.config.kind,
    inputs: sourcesOf(applied.layers.get(path)!, hasInner(path), sources),
    shape: output.shape.slice(1),
    parameters: (owners.get(path) ?? []).reduce(
      (sum, [, { value }]) => sum + sizeOf(value.shape),
      0,
    ),
  }))
}

/**
 * What a layer reads: its inputs, or of one that puts others together what these gave. Back from there to
 * what is known under a name.
 */
function sourcesOf(
  { inputs, output }: AppliedLayer,
  hasInner: boolean,
  sources: ReadonlyMap<Value, string>,
): string[] {
  const isSource = (value: Value) => sources.has(value) && !(hasInner && value === output)
  return valuesOf(hasInner ? [output] : inputs, value => (isSource(value) ? [] : value.inputs))
    .filter(isSource)
    .map(value => sources.get(value)!)
}
