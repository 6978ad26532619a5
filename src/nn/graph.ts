import { ConfigError, GraphError } from '../base/index.ts'
import type { Value } from '../ir/index.ts'
import type { LayerRow } from './layer.ts'
import type { LayerConfig } from './layers.ts'

/** One use of a layer in a graph. */
export interface GraphNode {
  /** Which of the graph's layers. */
  readonly layer: number
  /** What it is applied to: the graph's inputs are 0, 1, …, its nodes follow in order. */
  readonly inputs: readonly number[]
}

/** The description of layers wired freely. */
export interface GraphConfig {
  readonly kind: 'graph'
  /** The names of the inputs, the main one first. */
  readonly inputs: readonly string[]
  /** Every layer once; one used by several nodes shares its parameters among them. */
  readonly layers: readonly LayerConfig[]
  readonly nodes: readonly GraphNode[]
  /** The outputs by name, the main one first, numbered as in `GraphNode.inputs`. */
  readonly outputs: Readonly<Record<string, number>>
}

/** A value of a graph while it is described: what a layer will be applied to. */
export interface Symbolic {
  /** Whose value it is, and its number there. */
  readonly sketch: Sketch
  readonly number: number
}

/** A graph while it is described. */
interface Sketch {
  readonly inputs: readonly string[]
  readonly layers: LayerConfig[]
  readonly nodes: GraphNode[]
}

/** The name of a graph's output where there is only one. */
export const mainOutput = 'output'

/**
 * A model as a function of its inputs, for any wiring: several inputs and outputs, layers shared. The
 * function runs once, to be written down as data; it applies layers with `apply(layer, x)`. A layer
 * object applied twice shares its parameters; layer i, in the order of first use, is called `i`.
 *
 *     const tower = linear(16)
 *     model((left, right) => apply(linear(1), apply(merge('concat'), apply(tower, left), apply(tower, right))))
 *
 * `inputs` names the inputs, as the data does beyond the first; without it they are `input`, `input1`, ….
 * The function returns one value, or several by name, the main one first.
 * Throws GraphError when a value of another model is used.
 */
export function model(
  build: (...inputs: Symbolic[]) => Symbolic | Readonly<Record<string, Symbolic>>,
  { inputs = namesOf(build.length) }: { readonly inputs?: readonly string[] } = {},
): GraphConfig {
  if (inputs.length === 0 || new Set(inputs).size < inputs.length)
    throw new ConfigError({
      who: 'model',
      expected: 'at least one input, each with a name of its own',
      received: inputs.join(', ') || 'none',
    })
  const sketch: Sketch = { inputs, layers: [], nodes: [] }
  const built = build(...inputs.map((_, number) => ({ sketch, number })))
  const named = isSymbolic(built) ? { [mainOutput]: built } : built
  const outputs = Object.entries(named).map(([name, value]) => [name, numberIn(sketch, value)])
  if (outputs.length === 0)
    throw new ConfigError({ who: 'model', expected: 'at least one output', received: 'none' })
  return Object.freeze({
    kind: 'graph',
    inputs: Object.freeze([...inputs]),
    layers: Object.freeze([...sketch.layers]),
    nodes: Object.freeze(sketch.nodes.map(node => Object.freeze(node))),
    outputs: Object.freeze(Object.fromEntries(outputs)),
  })
}

/** Applies a layer to values inside `model`. Throws GraphError when they are of different models. */
export function apply(layer: LayerConfig, x: Symbolic, ...more: readonly Symbolic[]): Symbolic {
  const { sketch } = x
  const inputs = [x, ...more].map(value => numberIn(sketch, value))
  const known = sketch.layers.indexOf(layer)
  if (known < 0) sketch.layers.push(layer)
  sketch.nodes.push({ layer: known < 0 ? sketch.layers.length - 1 : known, inputs })
  return { sketch, number: sketch.inputs.length + sketch.nodes.length - 1 }
}

function namesOf(count: number): string[] {
  return Array.from({ length: Math.max(1, count) }, (_, i) => (i === 0 ? 'input' : `input${i}`))
}

function isSymbolic(value: object): value is Symbolic {
  return 'sketch' in value && 'number' in value
}

function numberIn(sketch: Sketch, value: Symbolic): number {
  if (value?.sketch === sketch) return value.number
  throw new GraphError({
    who: 'model',
    expected: 'values made from the inputs of this model',
    received: value === undefined ? 'nothing' : 'a value of another model',
  })
}

/** How layers wired freely compute. */
export const graphRow: LayerRow<GraphConfig> = {
  doc: 'layers wired freely: any graph, several inputs and outputs, shared layers',
  apply({ inputs, layers, nodes, outputs }, x, context, ...more) {
    if (more.length + 1 !== inputs.length)
      throw new ConfigError({
        who: 'model',
        expected: `${inputs.length} inputs: ${inputs.join(', ')}`,
        received: `${more.length + 1}`,
      })
    const values: Value[] = [x, ...more]
    for (const { layer, inputs } of nodes) {
      const [first, ...rest] = inputs.map(number => valueAt(values, number))
      values.push(context.apply(String(layer), layerAt(layers, layer), first!, ...rest))
    }
    const named = Object.entries(outputs).map(([name, n]) => [name, valueAt(values, n)] as const)
    if (named.length > 1) for (const [name, value] of named) context.setOutput(name, value)
    return named[0]![1]
  },
}

function valueAt(values: readonly Value[], number: number): Value {
  return values[number] ?? refuse(`a value numbered 0 to ${values.length - 1}`, number)
}

function layerAt(layers: readonly LayerConfig[], number: number): LayerConfig {
  return layers[number] ?? refuse(`a layer numbered 0 to ${layers.length - 1}`, number)
}

function refuse(expected: string, received: number): never {
  throw new ConfigError({ who: 'model', expected, received: String(received) })
}
