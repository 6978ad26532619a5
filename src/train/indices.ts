import { DataError, mapNamed, type Named, type Tensor } from '../base/index.ts'
import { type Dataset, rowsAt, rowsOf, splitsOf } from '../data/index.ts'
import { evaluate } from '../engine/index.ts'
import { inputsOf, isOp, type OpName, pureProgram, type Value } from '../ir/index.ts'
import { applyModel, type IndexSpec } from '../nn/index.ts'
import { batchInputs, batchParts, inputsName } from './batch-graph.ts'
import type { Experiment } from './experiment.ts'

/** Rows looked at together. */
const rowsAtOnce = 1000

/**
 * Checks that all data that layers take for indices, such as those of an embedding, are within range:
 * engines do not, and ONNX Runtime counts negative ones from the end. Indices that depend on more
 * than the data are left to the engine.
 * Throws DataError that names the layer, the first wrong index and its row.
 */
export function checkIndices({ model, data }: Pick<Experiment, 'model' | 'data'>): void {
  for (const [, dataset] of splitsOf(data)) {
    const rows = rowsOf(dataset)
    const specsOf = (count: number) =>
      dataIndices(model, batchInputs(model, { ...data, train: dataset }, count), dataset)
    const whole = specsOf(rowsAtOnce)
    for (let start = 0; start < rows && whole.length > 0; start += rowsAtOnce) {
      const count = Math.min(rowsAtOnce, rows - start)
      const block = mapNamed(batchParts(dataset), part => rowsAt(part, start, count))
      for (const spec of count === rowsAtOnce ? whole : specsOf(count)) {
        const { data: values } = tensorOfIndices(spec.indices, block)
        const bad = values.findIndex(x => !(Number.isInteger(x) && x >= 0 && x < spec.size))
        if (bad >= 0)
          refuse(spec, values[bad]!, start + Math.floor((bad * count) / values.length), dataset)
      }
    }
  }
}

/** What the layers of a model take for indices and the data alone decide. */
function dataIndices(
  model: Experiment['model'],
  inputs: readonly [Value, ...Value[]],
  dataset: Dataset,
): readonly IndexSpec[] {
  const parts = Object.keys(batchParts(dataset))
  return applyModel(model, inputs).indices.filter(({ indices }) =>
    [...inputsOf(pureProgram({ indices })).keys()].every(name => parts.includes(name)),
  )
}

/** Below what the inputs of a model have to stay because a layer takes them for indices; undefined if none does. */
export function indexLimit(
  model: Experiment['model'],
  data: Experiment['data'],
): number | undefined {
  const { indices } = applyModel(model, batchInputs(model, data, 2))
  const limits = indices.filter(spec => isInput(rootOf(spec.indices))).map(({ size }) => size)
  return limits.length > 0 ? Math.min(...limits) : undefined
}

const isInput = (root: Value): boolean => isOp(root, 'input') && root.attrs.name === inputsName

const rearranging: readonly OpName[] = ['reshape', 'cast']

/** What is only rearranged. */
function rootOf(indices: Value): Value {
  let root = indices
  while (rearranging.includes(root.op)) root = root.inputs[0]
  return root
}

/** The elements of indices: those of the data where they are only rearranged, or worked out. */
function tensorOfIndices(indices: Value, block: Named<Tensor>): Tensor {
  const root = rootOf(indices)
  return isOp(root, 'input') ? block[root.attrs.name]! : evaluate([indices], block)[0]!
}

function refuse({ who, size }: IndexSpec, index: number, row: number, { name }: Dataset): never {
  throw new DataError({
    who,
    expected: `indices from 0 to ${size - 1}`,
    received: `${index}`,
    from: `row ${row} of dataset "${name}"`,
  })
}
