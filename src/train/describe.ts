import { type Named, type Tensor, version } from '../base/index.ts'
import type { ChosenEngine } from '../engine/index.ts'
import { crc32c, encodeSafetensors } from '../formats/index.ts'
import type { RunDescription } from '../runs/index.ts'
import type { Experiment } from './experiment.ts'
import { layerGraph } from './layer-graph.ts'
import { countParameters, type Layout } from './layout.ts'
import { signatureOf } from './signature.ts'

/** Everything that decides the result of an experiment, as plain data without the examples. */
export function describeExperiment(experiment: Experiment): RunDescription['experiment'] {
  const { model, loss, optimizer, schedule, penalty, clip, constraint } = experiment
  const { averaging, earlyStopping, onNonFinite, inspect } = experiment
  const { epochs, batchSize, seed = 0, shuffle = true, augment = [], metrics = [] } = experiment
  const { weights } = experiment
  return {
    model,
    loss,
    optimizer,
    ...(schedule ? { schedule } : {}),
    penalty: penalty ?? null,
    ...(clip ? { clip } : {}),
    ...(constraint ? { constraint } : {}),
    ...(averaging ? { averaging } : {}),
    ...(earlyStopping ? { earlyStopping } : {}),
    ...(onNonFinite ? { onNonFinite } : {}),
    ...(inspect ? { inspect } : {}),
    ...(augment.length > 0 ? { augment } : {}),
    epochs,
    batchSize,
    seed,
    shuffle,
    ...(metrics.length > 0 ? { metrics } : {}),
    ...(weights ? { weights: digestOf(weights) } : {}),
  }
}

/** Tells other weights apart: names, shapes and a checksum of the bytes. */
function digestOf(weights: Named<Tensor>): string {
  return crc32c(encodeSafetensors(weights)).toString(16).padStart(8, '0')
}

/** A run as data, complete before its first step. */
export function describe(
  experiment: Experiment,
  layout: Layout,
  { engine, reason }: ChosenEngine,
  stepsPerEpoch: number,
): RunDescription {
  return {
    name: experiment.name ?? 'experiment',
    experiment: describeExperiment(experiment),
    data: { ...experiment.data.description, signature: signatureOf(experiment.data) },
    steps: { perEpoch: stepsPerEpoch, total: stepsPerEpoch * experiment.epochs },
    parameters: countParameters(layout),
    layers: layerGraph(experiment),
    engine: { name: engine.name, reason },
    versions: {
      justright: version,
      engine: `${engine.name}: ${engine.description}`,
      platform: platform(),
    },
  }
}

function platform(): string {
  const { process, navigator } = globalThis
  if (process?.versions?.node)
    return `node ${process.versions.node} on ${process.platform} ${process.arch}`
  return navigator?.userAgent ?? 'unknown'
}
