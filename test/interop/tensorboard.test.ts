import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import {
  type Event,
  encodeEvent,
  fileVersionEvent,
  frameRecord,
  readEvents,
  textValue,
} from '../../src/formats/index.ts'
import { pythonWith } from './python.ts'

const python = pythonWith('tensorboard')
const folder = mkdtempSync(join(tmpdir(), 'justright-'))
after(() => rmSync(folder, { recursive: true }))

const histo = {
  min: -1,
  max: 2,
  num: 3,
  sum: 1,
  sumSquares: 5,
  bucketLimit: [0, 3],
  bucket: [1, 2],
}

const scalarEvents: readonly Event[] = Array.from({ length: 1000 }, (_, step) => ({
  wallTime: 1000 + step,
  step,
  summary: {
    value: [
      { tag: 'loss/train', simpleValue: 1 / (step + 1) },
      { tag: 'loss/test', simpleValue: 2 / (step + 1) },
    ],
  },
}))

const events: readonly Event[] = [
  fileVersionEvent(1000),
  ...scalarEvents,
  { wallTime: 2001, step: 7, summary: { value: [{ tag: 'weights', histo }] } },
  { wallTime: 2002, step: 8, summary: { value: [textValue('notes', '# Größe')] } },
]

const read = `
import json, sys
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
run = EventAccumulator(sys.argv[1], size_guidance={'scalars': 0, 'tensors': 0})
run.Reload()
histogram = run.Histograms('weights')[0]
print(json.dumps({
  'scalars': {tag: [[e.wall_time, e.step, e.value] for e in run.Scalars(tag)] for tag in run.Tags()['scalars']},
  'histogram': [histogram.step, list(histogram.histogram_value.bucket)],
  'text': [t.tensor_proto.string_val[0].decode() for t in run.Tensors('notes')],
  'plugin': run.SummaryMetadata('notes').plugin_data.plugin_name,
}))
`

test('TensorBoard reads the scalars, histograms and texts that we write', t => {
  if (python.missing) return t.skip(python.missing)
  const path = join(folder, 'events.out.tfevents.1000.host')
  writeFileSync(path, Buffer.concat(events.map(event => frameRecord(encodeEvent(event)))))
  const curve = (scale: number) =>
    scalarEvents.map(({ wallTime, step }) => [wallTime, step, Math.fround(scale / (step! + 1))])
  assert.deepEqual(python.run(read, path), {
    scalars: { 'loss/train': curve(1), 'loss/test': curve(2) },
    histogram: [7, [1, 2]],
    text: ['# Größe'],
    plugin: 'text',
  })
})

const write = `
import sys
from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.proto.summary_pb2 import HistogramProto, Summary
from tensorboard.summary.writer.record_writer import RecordWriter
histo = HistogramProto(min=-1, max=2, num=3, sum=1, sum_squares=5, bucket_limit=[0, 3], bucket=[1, 2])
with open(sys.argv[1], 'wb') as file:
  writer = RecordWriter(file)
  for event in [
    Event(wall_time=1.5, file_version='brain.Event:2'),
    Event(wall_time=2.5, step=3, summary=Summary(value=[Summary.Value(tag='loss', simple_value=0.25)])),
    Event(wall_time=3.5, step=4, summary=Summary(value=[Summary.Value(tag='weights', histo=histo)])),
  ]:
    writer.write(event.SerializeToString())
print(1)
`

test('we read the events that TensorBoard writes', t => {
  if (python.missing) return t.skip(python.missing)
  const path = join(folder, 'foreign.tfevents')
  python.run(write, path)
  assert.deepEqual(readEvents(readFileSync(path)), {
    events: [
      fileVersionEvent(1.5),
      { wallTime: 2.5, step: 3, summary: { value: [{ tag: 'loss', simpleValue: 0.25 }] } },
      { wallTime: 3.5, step: 4, summary: { value: [{ tag: 'weights', histo }] } },
    ],
  })
})
