import { createHash } from 'node:crypto'
import type { Json } from '../../base/index.ts'
import {
  type Event,
  encodeGraph,
  type GraphNode,
  type Hyperparameters,
  hyperparametersValue,
  textValue,
} from '../../formats/index.ts'
import type { LayerNode, RunDescription } from '../recorder.ts'

/**
 * What a run is, as the first events of its first file: the graph of its layers, its settings as a row of
 * TensorBoard's table of hyper-parameters, and its description. Units: wallTime in seconds since 1970.
 */
export function openingEvents(description: RunDescription, wallTime: number): Event[] {
  const { layers } = description
  const settings = hyperparametersOf(description)
  const value = [
    hyperparametersValue(settings, trialOf(description.name, settings), wallTime),
    textValue('description', descriptionText(description)),
  ]
  return [
    ...(layers ? [{ wallTime, step: 0, graphDef: encodeGraph(graphNodes(layers)) }] : []),
    { wallTime, step: 0, summary: { value } },
  ]
}

/** The row of a run in the table: runs share one, and their means, that differ in their seed alone. */
function trialOf(name: string, { seed: _, ...settings }: Hyperparameters): string {
  const hash = createHash('sha256').update(JSON.stringify(settings)).digest('hex')
  return `${name} ${hash.slice(0, 6)}`
}

/** Layers as TensorBoard draws them: what is inside of a layer in a box, `2.branch.0` as `2/branch/0.linear`. */
function graphNodes(layers: readonly LayerNode[]): GraphNode[] {
  const names = new Map(layers.map(({ path, kind }) => [path, nodeName(path, kind)]))
  const inputs = new Set(layers.flatMap(layer => layer.inputs).filter(name => !names.has(name)))
  return [
    ...[...inputs].map(name => ({
      name: allowed(name),
      op: 'Placeholder',
      inputs: [],
      shape: [],
    })),
    ...layers.map(({ path, kind, inputs, shape, parameters }) => ({
      name: names.get(path)!,
      op: kind,
      inputs: inputs.map(name => names.get(name) ?? allowed(name)),
      shape: [-1, ...shape],
      counts: { parameters },
    })),
  ]
}

const nodeName = (path: string, kind: string): string =>
  [...path.split('.').slice(0, -1), `${path.split('.').at(-1)}.${kind}`]
    .map(part => allowed(part.replace(/^\./, '')))
    .join('/')

/** Of the characters that names of nodes may have. */
const allowed = (name: string): string => name.replace(/[^A-Za-z0-9_.-]/g, '_')

/** The settings of an experiment by their paths; its model as the layers that it is made of. */
function hyperparametersOf({ experiment, data, layers }: RunDescription): Hyperparameters {
  const { model: _, ...settings } = experiment
  const source = data.source
  return {
    ...(layers && { model: layers.map(layerText).join(', ') }),
    ...(typeof source === 'string' && { data: source }),
    ...flattened(settings as Readonly<Record<string, Json>>),
  }
}

const layerText = ({ kind, shape, parameters }: LayerNode): string =>
  parameters > 0 ? `${kind} ${shape.join('x')}` : kind

function flattened(node: Json, path = ''): Hyperparameters {
  if (node === null || node === undefined) return {}
  if (typeof node !== 'object') return { [path]: node }
  return Object.assign(
    {},
    ...Object.entries(node).map(([key, part]) =>
      flattened(part as Json, path ? `${path}.${key}` : key),
    ),
  )
}

/** A run in Markdown. */
function descriptionText(description: RunDescription): string {
  const { name, experiment, data, parameters, layers = [], engine, versions } = description
  const count = (n: number) => n.toLocaleString('en-US')
  return [
    `# ${name}`,
    '',
    `${count(parameters)} parameters, trained on ${data.source ?? 'data'}` +
      `${engine ? ` with the engine ${engine.name}: ${engine.reason}` : ''}.`,
    '',
    '| layer | kind | reads | gives | parameters |',
    '|---|---|---|---|---|',
    ...layers.map(
      layer =>
        `| ${layer.path} | ${layer.kind} | ${layer.inputs.join(', ')} | ` +
        `${layer.shape.join(' x ')} | ${count(layer.parameters)} |`,
    ),
    '',
    ...JSON.stringify({ experiment, data, versions }, undefined, 2)
      .split('\n')
      .map(line => `    ${line}`),
  ].join('\n')
}
