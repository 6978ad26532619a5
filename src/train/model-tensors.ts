import {
  type Key,
  mapNamed,
  type Named,
  type Shape,
  type Tensor,
  zerosTensor,
} from '../base/index.ts'
import type { InitConfig } from '../init/index.ts'
import { applyModel, drawTensor, type ParamSpec } from '../nn/index.ts'
import { groupOf, requireGroups } from '../optim/index.ts'
import { slotName } from '../runs/index.ts'
import { batchInputs } from './batch-graph.ts'
import type { Experiment } from './experiment.ts'
import { bufferGroup, type Layout, layoutOf } from './layout.ts'
import { slotsOf } from './update.ts'

/** A tensor that a model carries, before it has a value. */
export interface TensorSpec {
  readonly shape: Shape
  readonly init: InitConfig
}

/** The shapes and initialisers of what a model carries, by path: what is trained, and its buffers. */
export function tensorsOf({ model, data }: Pick<Experiment, 'model' | 'data'>): {
  params: Named<TensorSpec>
  buffers: Named<TensorSpec>
} {
  // Two examples, since the statistics of one have no spread.
  const applied = applyModel(model, batchInputs(model, data, 2), { isTraining: true })
  const specs = (asked: ReadonlyMap<string, ParamSpec>): Named<TensorSpec> =>
    Object.fromEntries(
      [...asked].map(([name, { value, init }]) => [name, { shape: value.shape, init }]),
    )
  return { params: specs(applied.params), buffers: specs(applied.buffers) }
}

/**
 * Where the tensors of an experiment lie inside an engine.
 * Throws ConfigError when a group of the optimiser has no parameter.
 */
export function experimentLayout(
  experiment: Pick<Experiment, 'model' | 'data' | 'optimizer'>,
): Layout {
  const { optimizer } = experiment
  const { params, buffers } = tensorsOf(experiment)
  requireGroups(optimizer, Object.keys(params))
  return layoutOf(
    mapNamed({ ...params, ...buffers }, ({ shape }) => shape),
    name => (Object.hasOwn(buffers, name) ? bufferGroup : groupOf(optimizer, name)),
  )
}

/** The parameters and buffers of a model as a run with this key draws them. */
export function drawnTensors(specs: ReturnType<typeof tensorsOf>, key: Key) {
  const draw = (spec: TensorSpec, name: string) => drawTensor(name, spec, key)
  return { params: mapNamed(specs.params, draw), buffers: mapNamed(specs.buffers, draw) }
}

/** The tensors that a run starts from: drawn parameters and buffers, and optimiser tensors of zeros. */
export function initialTensors(experiment: Experiment, key: Key): Named<Tensor> {
  const { params, buffers } = drawnTensors(tensorsOf(experiment), key)
  const zeros = slotsOf(experiment.optimizer).flatMap(slot =>
    Object.entries(params).map(([name, { dtype, shape }]) => [
      slotName(slot, name),
      zerosTensor(dtype, shape),
    ]),
  )
  return { ...params, ...buffers, ...Object.fromEntries(zeros) }
}
