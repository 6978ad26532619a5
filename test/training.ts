import assert from 'node:assert/strict'
import { bytesOf, fillNormal, keyOf, type Named, splitKey, type Tensor } from '../src/base/index.ts'
import { type DataSource, type Dataset, dataOf } from '../src/data/index.ts'
import { mnist } from '../src/data/node/index.ts'
import { decodeSafetensors, encodeSafetensors } from '../src/formats/index.ts'
import { crossEntropy, dropout, linear, relu, sequential } from '../src/nn/index.ts'
import { adam } from '../src/optim/index.ts'
import type {
  Checkpoint,
  EpochRecord,
  Progress,
  Recorder,
  RunDescription,
  RunResult,
  StepRecord,
} from '../src/runs/index.ts'
import { type Experiment, type FitOptions, fit, type Run } from '../src/train/index.ts'

/** Three classes of points in four dimensions: float inputs [rows, 4] and the greatest of three sums. */
export async function points(rows: number, heldRows = 0): Promise<DataSource> {
  const draw = (name: string, count: number) => {
    const data = new Float32Array(count * 4)
    fillNormal(splitKey(keyOf(2006), name), data, 0, 1)
    const targets = Uint8Array.from({ length: count }, (_, i) => {
      const [a = 0, b = 0, c = 0, d = 0] = data.subarray(i * 4, i * 4 + 4)
      const sums = [a + d, b - d, c]
      return sums.indexOf(Math.max(...sums))
    })
    return { inputs: { dtype: 'float32' as const, shape: [count, 4], data }, targets }
  }
  return dataOf({
    train: draw('train', rows),
    ...(heldRows > 0 ? { validation: draw('validation', heldRows) } : {}),
    classes: 3,
    name: 'points',
  })
}

/** The points with ten steps in an epoch, the last of them on two rows instead of four. */
export const tenSteps: DataSource = await points(38, 9)

/** A small network on the points: two epochs of ten steps. */
export const small: Experiment = {
  model: sequential(linear(5), relu(), linear(3)),
  loss: crossEntropy(),
  optimizer: adam({ learningRate: 0.05 }),
  data: tenSteps,
  epochs: 2,
  batchSize: 4,
  seed: 7,
}

/** The small network with dropout. */
export const withDropout = sequential(linear(5), relu(), dropout(0.3), linear(3))

/** A source with every split, and a scale. */
export type WholeSource = DataSource<Tensor> &
  Required<Pick<DataSource<Tensor>, 'validation' | 'test' | 'scale'>>

/** Some rows of each split of MNIST. */
export async function mnistRows(
  counts: { readonly [split in 'train' | 'validation' | 'test']: number },
): Promise<WholeSource> {
  const all = await mnist()
  const first = (dataset: Dataset<Tensor>, count: number): Dataset<Tensor> => ({
    ...dataset,
    inputs: firstRows(dataset.inputs, count),
    targets: firstRows(dataset.targets, count),
  })
  return {
    train: first(all.train, counts.train),
    validation: first(all.validation!, counts.validation),
    test: first(all.test!, counts.test),
    scale: all.scale!,
    description: { ...all.description, rows: counts },
  }
}

function firstRows({ dtype, shape, data }: Tensor, count: number): Tensor {
  const size = data.length / shape[0]!
  return { dtype, shape: [count, ...shape.slice(1)], data: data.slice(0, count * size) } as Tensor
}

/** Everything that a run tells, in order. */
export interface Notes {
  readonly calls: string[]
  readonly descriptions: RunDescription[]
  readonly records: StepRecord[]
  readonly epochs: EpochRecord[]
  readonly checkpoints: Checkpoint[]
  readonly best: boolean[]
  readonly models: Uint8Array[]
  readonly results: RunResult[]
  readonly errors: unknown[]
}

/** A recorder that writes everything down. */
export function note(): { recorder: Required<Recorder>; notes: Notes } {
  const notes: Notes = {
    calls: [],
    descriptions: [],
    records: [],
    epochs: [],
    checkpoints: [],
    best: [],
    models: [],
    results: [],
    errors: [],
  }
  const recorder: Required<Recorder> = {
    pretrain({ machine, epoch }) {
      notes.calls.push(`pretrain ${machine} ${epoch}`)
    },
    begin(description, resumedAt) {
      notes.calls.push(`begin at ${resumedAt}`)
      notes.descriptions.push(description)
    },
    steps(records) {
      notes.calls.push(`steps ${records.map(({ step }) => step).join(' ')}`)
      notes.records.push(...records)
    },
    signals({ step }) {
      notes.calls.push(`signals ${step}`)
    },
    recover({ step, action }) {
      notes.calls.push(`${action} ${step}`)
    },
    epoch(record) {
      notes.calls.push(`epoch ${record.epoch}`)
      notes.epochs.push(record)
    },
    checkpoint(checkpoint, isBest) {
      notes.calls.push(`checkpoint ${checkpoint.progress.step}`)
      notes.checkpoints.push(checkpoint)
      notes.best.push(isBest)
    },
    model(onnx) {
      notes.calls.push('model')
      notes.models.push(onnx)
    },
    end(result) {
      notes.calls.push(`end ${result.status}`)
      notes.results.push(result)
    },
    fail(error) {
      notes.calls.push('fail')
      notes.errors.push(error)
    },
  }
  return { recorder, notes }
}

/** A finished run with what it told; its last checkpoint holds the optimiser's tensors too. */
export async function finish(options: FitOptions): Promise<{ run: Run; notes: Notes }> {
  const { recorder, notes } = note()
  const { recorders = [] } = options
  const run = await fit({ ...options, recorders: [recorder, ...recorders] })
  assert.equal(run.status, 'completed')
  return { run, notes }
}

/** The last checkpoint of a run that is stopped as soon as it has made so many steps. */
export async function stopAt(step: number, options: FitOptions): Promise<Checkpoint> {
  const { recorder, notes } = note()
  const stop = new AbortController()
  if (step === 0) stop.abort()
  const stopper: Recorder = {
    steps: records => {
      if (records.at(-1)!.step >= step) stop.abort()
    },
  }
  const run = await fit({ ...options, recorders: [recorder, stopper], signal: stop.signal })
  assert.equal(run.status, 'interrupted')
  return notes.checkpoints.at(-1)!
}

/** A checkpoint after a journey through the bytes of a file. */
export function travelled({ tensors, progress }: Checkpoint): Checkpoint {
  const bytes = encodeSafetensors(tensors, { progress: JSON.stringify(progress) })
  const file = decodeSafetensors(bytes)
  return { tensors: file.tensors, progress: JSON.parse(file.metadata.progress!) as Progress }
}

/** Asserts the same names, types, shapes and bits, -0 and NaN included. */
export function assertSameBits(actual: Named<Tensor>, expected: Named<Tensor>): void {
  assert.deepEqual(Object.keys(actual), Object.keys(expected))
  for (const [name, wanted] of Object.entries(expected)) {
    const found = actual[name]!
    assert.equal(found.dtype, wanted.dtype, name)
    assert.deepEqual([...found.shape], [...wanted.shape], name)
    assert.ok(Buffer.from(bytesOf(found)).equals(bytesOf(wanted)), `${name} has other bits`)
  }
}

/** Asserts that two runs told the same of their steps, epochs and last checkpoint, but for the time. */
export function assertSameEnd(actual: Checkpoint, expected: Checkpoint): void {
  assertSameBits(actual.tensors, expected.tensors)
  assert.deepEqual(timeless(actual.progress), timeless(expected.progress))
}

/** Progress without what depends on the clock. */
function timeless({ seconds: _, history, ...rest }: Progress) {
  return {
    ...rest,
    history: history.map(({ seconds: _, examplesPerSecond: __, ...record }) => record),
  }
}
