import {
  ConfigError,
  formatShape,
  isFloat,
  type Named,
  rowNamed,
  type Shape,
  sameShape,
} from '../base/index.ts'
import type { InitConfig } from '../init/index.ts'
import { currentOrigin, describeOrigin, input, type Value, withOrigin } from '../ir/index.ts'
import { mainOutput } from './graph.ts'
import type { LayerContext, LayerRow } from './layer.ts'
import { type LayerConfig, layerTable } from './layers.ts'

/** A trained tensor that a model asked for. */
export interface ParamSpec {
  readonly value: Value
  readonly init: InitConfig
}

/** A tensor that a model carries on without a gradient. */
export interface BufferSpec extends ParamSpec {
  /** What it becomes; absent where it stays as it is, as in inference. */
  readonly next?: Value
}

/** A random mask that a model asked for. */
export interface MaskSpec {
  readonly value: Value
  readonly keepProbability: number
}

/** Random numbers of N(0, 1) that a model asked for. */
export interface NoiseSpec {
  readonly value: Value
}

/** A value that a layer takes for indices below a size. */
export interface IndexSpec {
  /** The layer, as errors name it. */
  readonly who: string
  readonly indices: Value
  readonly size: number
}

/** One use of a layer: its description, what it was applied to, and what it gave. */
export interface AppliedLayer {
  readonly config: LayerConfig
  readonly inputs: readonly Value[]
  readonly output: Value
}

/** A model applied to an input: its output and everything it asked for on the way, by path. */
export interface AppliedModel {
  /** The main output. */
  readonly output: Value
  /** Every output by name; one without a name of its own is `output`. */
  readonly outputs: Named<Value>
  readonly params: ReadonlyMap<string, ParamSpec>
  readonly buffers: ReadonlyMap<string, BufferSpec>
  /** Every layer by path, inner ones before what they are parts of; the last use of a shared one. */
  readonly layers: ReadonlyMap<string, AppliedLayer>
  readonly masks: ReadonlyMap<string, MaskSpec>
  readonly noises: ReadonlyMap<string, NoiseSpec>
  readonly indices: readonly IndexSpec[]
}

/** How a model is applied. */
export interface ApplyOptions {
  readonly isTraining?: boolean
  /** Where parameters and buffers come from; by default each is an input of its name. */
  readonly leaf?: (name: string, shape: Shape) => Value
}

/**
 * Applies a model to its input, or to several in the order the model names them. Pure: the same
 * description and inputs give the same graph.
 * Shapes: as the layers say. Throws ShapeError that names the layer which does not fit, ConfigError
 * when two layers of different shapes share a name.
 */
export function applyModel(
  model: LayerConfig,
  inputs: Value | readonly [Value, ...Value[]],
  { isTraining = false, leaf = leafOf(inputs) }: ApplyOptions = {},
): AppliedModel {
  const [x, ...more] = 'op' in inputs ? [inputs] : inputs
  const outputs: Record<string, Value> = {}
  const params = new Map<string, ParamSpec>()
  const buffers = new Map<string, BufferSpec>()
  const masks = new Map<string, MaskSpec>()
  const noises = new Map<string, NoiseSpec>()
  const layers = new Map<string, AppliedLayer>()
  const indices: IndexSpec[] = []

  const contextAt = (path: string): LayerContext => {
    const under = (name: string) => (path ? `${path}.${name}` : name)
    return {
      isTraining,
      param(name, shape, init) {
        const known = params.get(under(name))
        if (known) return shared(under(name), known.value, shape)
        const value = leaf(under(name), shape)
        params.set(under(name), { value, init })
        return value
      },
      buffer(name, shape, init) {
        const known = buffers.get(under(name))
        if (known) return shared(under(name), known.next ?? known.value, shape)
        const value = leaf(under(name), shape)
        buffers.set(under(name), { value, init })
        return value
      },
      setBuffer(name, next) {
        buffers.set(under(name), { ...buffers.get(under(name))!, next })
      },
      setOutput(name, value) {
        outputs[under(name)] = value
      },
      mask(name, shape, keepProbability) {
        const path = unused(masks, under(name))
        const value = input(path, shape, 'uint8')
        masks.set(path, { value, keepProbability })
        return value
      },
      noise(name, shape) {
        const path = unused(noises, under(name))
        const value = input(path, shape, 'float32')
        noises.set(path, { value })
        return value
      },
      requireIndices(values, size) {
        const origin = currentOrigin()
        indices.push({ who: describeOrigin(origin, origin.kind), indices: values, size })
      },
      apply: (name, layer, y, ...more) => applyAt(under(name), layer, y, more),
    }
  }
  const applyAt = (
    path: string,
    layer: LayerConfig,
    y: Value,
    more: readonly Value[] = [],
  ): Value =>
    withOrigin({ kind: layer.kind, path }, () => {
      const output = rowOf(layer, path).apply(layer, y, contextAt(path), ...more)
      layers.set(path, { config: layer, inputs: [y, ...more], output })
      return output
    })

  const output = applyAt('', model, x, more)
  if (!Object.values(outputs).includes(output)) outputs[mainOutput] = output
  return { output, outputs, params, buffers, layers, masks, noises, indices }
}

/** Parameters as inputs, in the type of the model's input where that is a float. */
function leafOf(inputs: Value | readonly [Value, ...Value[]]) {
  const { dtype } = 'op' in inputs ? inputs : inputs[0]
  return (name: string, shape: Shape): Value =>
    input(name, shape, isFloat(dtype) ? dtype : 'float32')
}

/** The path, or one of its own for a further use: a layer used twice draws twice. */
function unused(drawn: ReadonlyMap<string, unknown>, path: string): string {
  let free = path
  for (let use = 2; drawn.has(free); use++) free = `${path}/${use}`
  return free
}

function shared(name: string, value: Value, shape: Shape): Value {
  if (!sameShape(value.shape, shape))
    throw new ConfigError({
      who: `"${name}", used twice`,
      expected: `${formatShape(value.shape)} as at its first use`,
      received: formatShape(shape),
    })
  return value
}

function rowOf(layer: LayerConfig, path: string): LayerRow<LayerConfig> {
  const who = path ? `model, layer "${path}"` : 'model'
  return rowNamed(who, layerTable, layer.kind) as LayerRow<LayerConfig>
}
