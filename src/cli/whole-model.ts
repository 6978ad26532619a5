import { ConfigError, unknownName } from '../base/index.ts'
import { activationRows, type GraphConfig } from '../nn/index.ts'
import { familyUnder } from './kinds.ts'
import type { Description, Settings } from './make.ts'

/** A setting that stands for many: one value for all layers of a model. */
interface WholeModelSetting {
  /** One line for the help. */
  readonly doc: string
  /** The family of its value. */
  readonly family: 'init' | 'layer'
  /** Which layers have a place for it; one that ends the model is told. */
  readonly takes: (layer: Description, isLast: boolean) => boolean
  readonly put: (layer: Description, value: Description) => Description
  /** What the value may be, where not all of its family. */
  readonly kinds?: readonly string[]
}

/** Activations that act on each number alone; softmax makes an answer of a whole row. */
const activations: readonly string[] = [
  ...Object.keys(activationRows).filter(kind => !/softmax/i.test(kind)),
  'prelu',
]

/** The settings of whole models, by the path that `--set` and `--vary` write. */
export const wholeModelSettings: Readonly<Record<string, WholeModelSetting>> = {
  init: {
    doc: 'the initialiser of the weights of every layer; biases stay',
    family: 'init',
    takes: layer => 'weightInit' in layer,
    put: (layer, weightInit) => ({ ...layer, weightInit }),
  },
  'model.activation': {
    doc: 'every activation between layers; one that ends the model stays',
    family: 'layer',
    kinds: activations,
    takes: ({ kind }, isLast) => activations.includes(kind) && !isLast,
    put: (_, activation) => activation,
  },
}

/**
 * A model with one value wherever the setting of that path belongs.
 * Throws ConfigError when the value is of another kind, or no layer has a place for it.
 */
export function changeWholeModel(
  model: Description,
  path: string,
  value: Description,
): Description {
  const { takes, put, kinds } = wholeModelSettings[path]!
  if (kinds && !kinds.includes(value.kind)) throw unknownName(`--set ${path}`, value.kind, kinds)
  let places = 0
  const visit = (layer: Description, isLast: boolean): Description => {
    const isPlace = takes(layer, isLast)
    if (isPlace) places++
    return mapLayers(isPlace ? put(layer, value) : layer, isLast, visit)
  }
  const changed = visit(model, true)
  if (places > 0) return changed
  throw new ConfigError({
    who: `--set ${path}`,
    expected: `a model with a layer that it changes: ${wholeModelSettings[path]!.doc}`,
    received: `${model.kind} without one`,
  })
}

/** A layer with the layers inside it anew. */
function mapLayers(
  layer: Description,
  isLast: boolean,
  change: (inner: Description, isLast: boolean) => Description,
): Description {
  const settings: Settings = Object.fromEntries(
    Object.entries(layer).map(([name, value]) => {
      if (familyUnder[name] !== 'layer') return [name, value]
      if (!Array.isArray(value)) return [name, change(value as Description, false)]
      const changed = value.map((inner, i) => change(inner, isLast && endsWith(layer, i)))
      return [name, Object.freeze(changed)]
    }),
  )
  return Object.freeze(settings) as Description
}

/** Whether what a chain or a graph answers comes from its layer i. */
function endsWith(layer: Description, i: number): boolean {
  if (layer.kind === 'sequential') return i === (layer.layers as readonly unknown[]).length - 1
  if (layer.kind !== 'graph') return false
  const { inputs, nodes, outputs } = layer as unknown as GraphConfig
  return Object.values(outputs).some(number => nodes[number - inputs.length]?.layer === i)
}
