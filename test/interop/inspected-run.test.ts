import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import {
  adam,
  batchNorm,
  conv2d,
  crossEntropy,
  dataOf,
  type FitOptions,
  fit,
  flatten,
  linear,
  relu,
  residual,
  type SignalRecord,
  sequential,
} from '../../src/index.ts'
import { runDirectory } from '../../src/runs/node/index.ts'
import { temporaryFolder } from '../runs/samples.ts'
import { pythonWith } from './python.ts'
import { doublesAt, floatAt, integers, messages, rawEvents, texts } from './raw-events.ts'

const folder = temporaryFolder()
const path = join(folder, 'run')
const records: SignalRecord[] = []
const images = Array.from({ length: 12 }, (_, i) => [
  Array.from({ length: 6 }, (_, y) => Array.from({ length: 6 }, (_, x) => Math.sin(i * x + y))),
])
const experiment: FitOptions & { readonly signal?: undefined } = {
  name: 'two blocks',
  model: sequential(
    conv2d(4, 3, { padding: 1 }),
    batchNorm(),
    relu(),
    residual(sequential(conv2d(4, 3, { padding: 1 }), relu())),
    flatten(),
    linear(2),
  ),
  loss: crossEntropy(),
  optimizer: adam({ learningRate: 0.01 }),
  data: await dataOf({ train: { inputs: images, targets: images.map((_, i) => i % 2) }, classes: 2 }), // biome-ignore format: fits
  epochs: 2,
  batchSize: 4,
  engine: 'js',
  stepsPerCall: 1,
}
await fit({
  ...experiment,
  inspect: { every: 2, bins: 8 },
  recorders: [runDirectory(path), { signals: record => void records.push(record) }],
})

const graph = [
  ['input', 'Placeholder', []],
  ['0.conv2d', 'conv2d', ['input'], [-1, 4, 6, 6], 40],
  ['1.batchNorm', 'batchNorm', ['0.conv2d'], [-1, 4, 6, 6], 8],
  ['2.relu', 'relu', ['1.batchNorm'], [-1, 4, 6, 6], 0],
  ['3/branch/0.conv2d', 'conv2d', ['2.relu'], [-1, 4, 6, 6], 148],
  ['3/branch/1.relu', 'relu', ['3/branch/0.conv2d'], [-1, 4, 6, 6], 0],
  ['3.residual', 'residual', ['2.relu', '3/branch/1.relu'], [-1, 4, 6, 6], 0],
  ['4.flatten', 'flatten', ['3.residual'], [-1, 144], 0],
  ['5.linear', 'linear', ['4.flatten'], [-1, 2], 290],
]

const settings = {
  model: 'conv2d 4x6x6, batchNorm 4x6x6, relu, conv2d 4x6x6, relu, residual, flatten, linear 2',
  'optimizer.learningRate': 0.01,
  'optimizer.kind': 'adam',
  batchSize: 4,
  shuffle: true,
}

type Bytes = ReturnType<typeof rawEvents>[number]

/** The events of a run, and their values. */
function read(path: string) {
  const [file] = readdirSync(path).filter(name => name.includes('tfevents'))
  const events = rawEvents(readFileSync(join(path, file!)))
  const values = events.flatMap(event => {
    const [step = 0] = integers(event, 2)
    return messages(event, 5)
      .flatMap(summary => messages(summary, 1))
      .map(value => ({ step, tag: texts(value, 1)[0]!, value }))
  })
  return { events, values }
}

/** What the table of hyper-parameters is told at the start of a run. */
function startOf(values: readonly { readonly tag: string; readonly value: Bytes }[]): Bytes {
  const { value } = values.find(({ tag }) => tag === '_hparams_/session_start_info')!
  const content = messages(messages(messages(value, 9)[0]!, 1)[0]!, 2)[0]!
  return messages(content, 3)[0]!
}

const filterPlaces = [0, 3, 6]
// Two filters in a row, each of three squares of 80 pixels a side, and a line between them.
const gridSize = [481, 481]

test('a reader that knows the wire format alone finds scalars, histograms, graph, settings, text and filters', () => {
  const { events, values } = read(path)
  const under = (tag: string) => values.filter(value => value.tag === tag)
  assert.deepEqual(
    under('gradient_rms/5').map(({ step, value }) => [step, floatAt(value, 2)]),
    records.map(({ step, scalars }) => [step, Math.fround(scalars['gradient_rms/5']!)]),
  )
  assert.deepEqual(
    under('parameter/0.weight').map(({ step, value }) => [
      step,
      doublesAt(messages(value, 5)[0]!, 7),
    ]),
    records.map(({ step, histograms }) => [step, histograms['parameter/0.weight']!.counts]),
  )
  const graphs = events.flatMap(event => messages(event, 4))
  assert.equal(graphs.length, 1)
  assert.deepEqual(
    messages(graphs[0]!, 1).map(node => {
      const attributes = messages(node, 5).map(attribute => messages(attribute, 2)[0]!)
      const [list] = attributes.flatMap(value => messages(value, 1))
      const dims = messages(messages(list!, 7)[0]!, 2).flatMap(dim => integers(dim, 1))
      const [parameters] = attributes.flatMap(value => integers(value, 3))
      const shape = dims.length > 0 ? [dims, parameters] : []
      return [texts(node, 1)[0], texts(node, 2)[0], texts(node, 3), ...shape]
    }),
    graph,
  )
  const table = messages(startOf(values), 1)
  assert.ok(table.some(row => texts(row, 1)[0] === 'optimizer.kind'))
  assert.equal(under('_hparams_/session_end_info').length, 1)
  assert.match(texts(messages(under('description')[0]!.value, 8)[0]!, 8)[0]!, /^# two blocks\n/)
  assert.deepEqual(
    under('filters/0.weight').map(({ step, value }) => {
      const [image] = messages(value, 4)
      return [step, ...integers(image!, 1), ...integers(image!, 2), ...integers(image!, 3)]
    }),
    filterPlaces.map(step => [step, ...gridSize, 1]),
  )
})

test('runs that differ in their seed alone are one trial of the table of hyper-parameters', async () => {
  const trialOf = async (name: string, changes: Partial<FitOptions> & { signal?: undefined }) => {
    const path = join(folder, name)
    await fit({ ...experiment, epochs: 1, ...changes, recorders: [runDirectory(path)] })
    return texts(startOf(read(path).values), 4)[0]
  }
  const first = await trialOf('first', { seed: 1 })
  assert.match(first!, /^two blocks /)
  assert.equal(await trialOf('second', { seed: 2 }), first)
  assert.notEqual(await trialOf('third', { optimizer: adam({ learningRate: 0.02 }) }), first)
})

const python = pythonWith('tensorboard')

const script = `
import json, sys
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.plugins.hparams import plugin_data_pb2
run = EventAccumulator(sys.argv[1], size_guidance={'scalars': 0, 'histograms': 0, 'images': 0, 'tensors': 0})
run.Reload()
def plugin(tag):
  return plugin_data_pb2.HParamsPluginData.FromString(run.SummaryMetadata(tag).plugin_data.content)
def value(v):
  return getattr(v, v.WhichOneof('kind'))
def node(n):
  shapes = n.attr['_output_shapes'].list.shape
  dims = [d.size for d in shapes[0].dim] if shapes else []
  return [n.name, n.op, list(n.input)] + ([dims, n.attr['parameters'].i] if dims else [])
print(json.dumps({
  'scalars': [[e.step, e.value] for e in run.Scalars('gradient_rms/5')],
  'histograms': [[e.step, list(e.histogram_value.bucket)] for e in run.Histograms('parameter/0.weight')],
  'graph': [node(n) for n in run.Graph().node],
  'settings': {k: value(v) for k, v in plugin('_hparams_/session_start_info').session_start_info.hparams.items()},
  'status': plugin('_hparams_/session_end_info').session_end_info.status,
  'text': run.Tensors('description')[0].tensor_proto.string_val[0].decode(),
  'images': [[e.step, e.height, e.width, e.encoded_image_string[:4].hex()] for e in run.Images('filters/0.weight')],
}))
`

test('TensorBoard finds the same', t => {
  if (python.missing) return t.skip(python.missing)
  const found = python.run(script, path) as Record<string, unknown>
  const { settings: all, text, ...rest } = found
  assert.deepEqual(rest, {
    scalars: records.map(({ step, scalars }) => [step, Math.fround(scalars['gradient_rms/5']!)]),
    histograms: records.map(({ step, histograms }) => [
      step,
      histograms['parameter/0.weight']!.counts,
    ]),
    graph,
    status: 1,
    images: filterPlaces.map(step => [step, ...gridSize, '89504e47']),
  })
  for (const [name, value] of Object.entries(settings))
    assert.deepEqual((all as Record<string, unknown>)[name], value, name)
  assert.match(text as string, /\| 5 \| linear \| 4 \| 2 \| 290 \|/)
})
