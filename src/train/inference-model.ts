import { mapNamed, type Named, type Tensor } from '../base/index.ts'
import type { DataSource } from '../data/index.ts'
import {
  constant,
  type Program,
  pureProgram,
  resultsOf,
  type Value,
  valuesOf,
} from '../ir/index.ts'
import { applyModel, lossRowOf, mainLoss } from '../nn/index.ts'
import { encodeProgram } from '../onnx/index.ts'
import { simplify } from '../rewrite/index.ts'
import { batchInputs, exportedName, inTargetUnits } from './batch-graph.ts'
import type { Experiment } from './experiment.ts'
import { type ExportedExperiment, factsOf, metadataOf } from './model-facts.ts'

/**
 * A trained model for inference as ONNX: `input` [batch, ...] as in the data, scaling and
 * normalisation included, to `output`, what the loss says a prediction is: probabilities for
 * cross-entropies, numbers in the unit of the targets. What has to be known of inputs and outputs beside
 * that is in its metadata.
 */
export function inferenceModel(
  experiment: ExportedExperiment,
  params: Named<Tensor>,
): Uint8Array<ArrayBuffer> {
  const { model, loss, data } = experiment
  const weights = new Map(Object.entries(params).map(([path, tensor]) => [path, constant(tensor)]))
  return openBatchModel(
    batchSize => {
      const inputs = batchInputs(model, data, batchSize, exportedName)
      const { outputs } = applyModel(model, inputs, { leaf: path => weights.get(path)! })
      return predictionsOf(loss, data, outputs)
    },
    metadataOf(factsOf(experiment)),
  )
}

/** A model as ONNX for any batch size, from how it is traced for a given one. */
export function openBatchModel(
  outputsFor: (batchSize: number) => Named<Value>,
  metadata: Named<string>,
): Uint8Array<ArrayBuffer> {
  const trace = (batchSize: number) => simplify(pureProgram(outputsFor(batchSize)))
  const program = trace(2)
  const openAxes = differingAxes(program, trace(3))
  return encodeProgram(program, { dialect: 'standard', openAxes, metadata })
}

/** The axes that differ between two traces of one model: those that depend on the batch size. */
function differingAxes(a: Program, b: Program): Map<Value, readonly number[]> {
  const twins = valuesOf(resultsOf(b))
  return new Map(
    valuesOf(resultsOf(a)).map((value, i) => [
      value,
      [...value.shape.keys()].filter(axis => value.shape[axis] !== twins[i]!.shape[axis]),
    ]),
  )
}

/** What a loss says the outputs of a model predict, in the units of the data. */
function predictionsOf(
  loss: Experiment['loss'],
  data: DataSource,
  outputs: Named<Value>,
): Named<Value> {
  const [main = ''] = Object.keys(outputs)
  const terms = loss.kind === 'joint' ? loss.terms : { [main]: loss }
  return mapNamed(outputs, (output, name) => {
    const term = name === main ? mainLoss(loss) : terms[name]
    const prediction = term ? lossRowOf(mainLoss(term)).prediction(output) : output
    return name === main ? inTargetUnits(data, prediction) : prediction
  })
}
