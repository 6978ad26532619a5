import assert from 'node:assert/strict'
import { test } from 'node:test'
import picocolors from 'picocolors'
import type { RunDescription, StepRecord } from '../runs/index.ts'
import type { Output } from './output.ts'
import { progressLine, progressOn } from './progress.ts'

const snapshot = {
  title: '1/5 softmax',
  unit: 'images',
  epoch: 2,
  epochs: 3,
  share: 0.5,
  loss: 0.41,
  accuracy: 0.89,
  rate: 45210,
  secondsLeft: 3.2,
}

test('a line of a terminal has a bar, epoch, loss, accuracy, rate and time left', () => {
  assert.equal(
    progressLine(snapshot, true),
    '1/5 softmax  ██████████░░░░░░░░░░  epoch 2/3  loss 0.41  accuracy 89.00 %  45,210 images/s  4 s left',
  )
})

test('a plain line has per cent instead of the bar', () => {
  assert.match(progressLine(snapshot, false), /^1\/5 softmax {2}epoch 2\/3 {2}50 % {2}loss/)
})

test('before the first step a line says that the step is being compiled', () => {
  const { title, unit, epochs } = snapshot
  const line = progressLine({ title, unit, epochs, epoch: 1, share: 0 }, false)
  assert.equal(line, '1/5 softmax  epoch 1/3  0 %  compiling')
})

/** An output that keeps what it is given. */
function keptOutput(isTerminal: boolean) {
  const printed: string[] = []
  const updated: string[] = []
  const output: Output = {
    isTerminal,
    colors: picocolors.createColors(false),
    print: line => void printed.push(line),
    update: line => void updated.push(line),
    json: () => undefined,
  }
  return { output, printed, updated }
}

const description = {
  name: 'x',
  experiment: { epochs: 2 },
  data: {},
  steps: { perEpoch: 100, total: 200 },
  parameters: 1,
  versions: {},
} satisfies RunDescription

const record = (step: number): StepRecord => ({
  step,
  epoch: Math.ceil(step / 100),
  loss: 1,
  accuracy: 0.5,
  learningRate: 0.1,
  examples: 10,
})

test('without a terminal a line comes at once, and a burst of steps adds none within two seconds', async () => {
  const { output, printed, updated } = keptOutput(false)
  const recorder = progressOn(output, 'images')('run')
  await recorder.begin?.(description, 0)
  for (let step = 1; step <= 200; step++) await recorder.steps?.([record(step)])
  assert.deepEqual([printed, updated], [['run  epoch 1/2  0 %  compiling'], []])
})

test('a resumed run shows the epoch it goes on in', async () => {
  const { output, printed } = keptOutput(false)
  await progressOn(output, 'images')('run').begin?.(description, 150)
  assert.deepEqual(printed, ['run  epoch 2/2  75 %  compiling'])
})

test('on a terminal the line is updated in place, with the means of the epoch under way', async () => {
  const { output, printed, updated } = keptOutput(true)
  const recorder = progressOn(output, 'images')('run')
  await recorder.begin?.(description, 0)
  await recorder.steps?.([record(1)])
  await new Promise(resolve => setTimeout(resolve, 110))
  await recorder.steps?.([record(99), record(100), { ...record(101), loss: 3 }])
  assert.deepEqual(printed, [])
  assert.equal(updated.length, 2)
  assert.match(
    updated[1]!,
    /epoch 2\/2 {2}loss 3 {2}accuracy 50\.00 % {2}\d+ images\/s {2}\d+ s left$/,
  )
})

test('pre-training shows at once, with its machine, epochs and squared error', async () => {
  const { output, printed, updated } = keptOutput(true)
  const recorder = progressOn(output, 'images')('run')
  const machine = { weight: '0.weight', machine: 1, machines: 2, epochs: 4 }
  await recorder.pretrain?.({ ...machine, epoch: 0 })
  await new Promise(resolve => setTimeout(resolve, 110))
  await recorder.pretrain?.({ ...machine, epoch: 2, squaredError: 12.5 })
  assert.deepEqual(printed, [])
  assert.deepEqual(updated, [
    'run  ░░░░░░░░░░░░░░░░░░░░  pre-training machine 1/2  0 of 4 epochs',
    'run  █████░░░░░░░░░░░░░░░  pre-training machine 1/2  2 of 4 epochs  squared error 12.5',
  ])
})
