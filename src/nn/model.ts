import { ConfigError, type Shape } from '../base/index.ts'
import type { InitConfig } from '../init/index.ts'
import { input, type Value, withOrigin } from '../ir/index.ts'
import type { LayerContext, LayerRow } from './layer.ts'
import { type LayerConfig, type LayerKind, layerTable } from './layers.ts'

/** A trained tensor that a model asked for. */
export interface ParamSpec {
  readonly value: Value
  readonly init: InitConfig
}

/** A random mask that a model asked for. */
export interface MaskSpec {
  readonly value: Value
  readonly keepProbability: number
}

/** A model applied to an input: its output and everything it asked for on the way, by path. */
export interface AppliedModel {
  readonly output: Value
  readonly params: ReadonlyMap<string, ParamSpec>
  readonly masks: ReadonlyMap<string, MaskSpec>
}

/** How a model is applied. */
export interface ApplyOptions {
  readonly isTraining?: boolean
  /** Where trained tensors come from; by default each is an input of its name. */
  readonly leaf?: (name: string, shape: Shape) => Value
}

/**
 * Applies a model to an input. Pure: the same description and input give the same graph.
 * Shapes: as the layers say. Throws ShapeError that names the layer which does not fit.
 */
export function applyModel(
  model: LayerConfig,
  x: Value,
  { isTraining = false, leaf = (name, shape) => input(name, shape, x.dtype) }: ApplyOptions = {},
): AppliedModel {
  const params = new Map<string, ParamSpec>()
  const masks = new Map<string, MaskSpec>()

  const contextAt = (path: string): LayerContext => {
    const under = (name: string) => (path ? `${path}.${name}` : name)
    return {
      isTraining,
      param(name, shape, init) {
        const value = leaf(under(name), shape)
        params.set(under(name), { value, init })
        return value
      },
      mask(name, shape, keepProbability) {
        const value = input(under(name), shape, 'uint8')
        masks.set(under(name), { value, keepProbability })
        return value
      },
      apply: (name, layer, y) => applyAt(under(name), layer, y),
    }
  }
  const applyAt = (path: string, layer: LayerConfig, y: Value): Value =>
    withOrigin({ kind: layer.kind, path }, () => rowOf(layer).apply(layer, y, contextAt(path)))

  return { output: applyAt('', model, x), params, masks }
}

function rowOf(layer: LayerConfig): LayerRow<LayerConfig> {
  if (!Object.hasOwn(layerTable, layer.kind))
    throw new ConfigError({
      who: 'model',
      expected: `a layer among ${Object.keys(layerTable).join(', ')}`,
      received: `"${layer.kind}"`,
    })
  return layerTable[layer.kind as LayerKind] as LayerRow<LayerConfig>
}
