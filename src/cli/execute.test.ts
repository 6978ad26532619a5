import assert from 'node:assert/strict'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import picocolors from 'picocolors'
import { dataOf } from '../data/index.ts'
import { referenceEngine } from '../engine/index.ts'
import { crossEntropy, linear, relu, sequential } from '../nn/index.ts'
import { sgd } from '../optim/index.ts'
import type { Recipe, Rung } from '../recipes/index.ts'
import { engineOf } from './engine-of.ts'
import { execute, type Work } from './execute.ts'
import type { Output } from './output.ts'
import { rowsOf } from './results.ts'

let folder = ''
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'justright-execute-'))
})
after(() => rm(folder, { recursive: true, force: true }))

function rungOf(name: string, width: number): Rung {
  return {
    name,
    changed: `${width} units`,
    experiment: (seed, epochs) => ({
      model: sequential(linear(width), relu(), linear(2)),
      loss: crossEntropy(),
      optimizer: sgd(),
      epochs,
      batchSize: 2,
      seed,
    }),
  }
}

const examples = {
  inputs: [
    [0, 0],
    [0, 1],
    [1, 0],
    [1, 1],
  ],
  targets: [0, 1, 1, 0],
}
const recipe: Recipe = {
  name: 'toy',
  summary: 'two widths',
  unit: 'points',
  epochs: { short: 2, full: 5 },
  data: () => dataOf({ train: examples, test: examples, classes: 2 }),
  rungs: [rungOf('narrow', 2), rungOf('wide', 4)],
}

function workIn(name: string, settings: readonly string[] = []): Work {
  const order = { recipe: 'toy', settings, epochs: 2, seeds: [3, 4], engine: 'reference' as const }
  return { recipe, order, folder: join(folder, name), engine: referenceEngine() }
}

/** An output that keeps its lines, and may act on one. */
function outputTo(lines: string[], onLine: (line: string) => void = () => undefined): Output {
  return {
    isTerminal: false,
    colors: picocolors.createColors(false),
    print(line) {
      lines.push(line)
      onLine(line)
    },
    update: () => undefined,
    json: () => undefined,
  }
}

const never = new AbortController().signal

test('a recipe trains every rung with every seed, each in a directory of its own', async () => {
  const lines: string[] = []
  const work = workIn('whole')
  const { status, finished } = await execute(work, outputTo(lines), never)
  assert.equal(status, 'completed')
  assert.deepEqual((await readdir(work.folder)).sort(), [
    '1-narrow-seed-3',
    '1-narrow-seed-4',
    '2-wide-seed-3',
    '2-wide-seed-4',
  ])
  const results = lines.filter(line => line.includes('test '))
  assert.deepEqual(
    results.map(line => line.slice(0, line.indexOf(': '))),
    ['1/2 narrow, seed 3', '1/2 narrow, seed 4', '2/2 wide, seed 3', '2/2 wide, seed 4'],
  )
  assert.deepEqual(
    rowsOf(recipe, finished).map(({ name, epochs, runs }) => [name, epochs, runs.length]),
    [
      ['narrow', 2, 2],
      ['wide', 2, 2],
    ],
  )
})

test('interrupted between two rungs, it goes on with the missing runs alone and ends with the same figures', async () => {
  const { finished: whole } = await execute(workIn('reference'), outputTo([]), never)
  const controller = new AbortController()
  const stopAfterFirst = (line: string) => {
    if (line.startsWith('1/2 narrow, seed 3: test')) controller.abort()
  }
  const work = workIn('stopped')
  const first = await execute(work, outputTo([], stopAfterFirst), controller.signal)
  assert.deepEqual([first.status, first.finished.length], ['interrupted', 2])

  const lines: string[] = []
  const second = await execute(work, outputTo(lines), never)
  assert.equal(second.status, 'completed')
  assert.equal(lines.filter(line => line.includes('done before')).length, 2)
  assert.deepEqual(second.finished[0]!.result, first.finished[0]!.result)
  const tests = (of: typeof whole) => of.map(({ result }) => result.test)
  assert.deepEqual(tests(second.finished), tests(whole))
})

test('seeds of one graph that were saved after different steps go on apart, to the same figures', async () => {
  const { finished: whole } = await execute(workIn('saved'), outputTo([]), never)
  const controller = new AbortController()
  const work = workIn('crashed')
  const order = { ...work.order, engine: 'auto' as const, stepsPerCall: 1 }
  const onLine = () => controller.abort()
  const first = await execute({ ...work, order }, outputTo([], onLine), controller.signal)
  assert.equal(first.status, 'interrupted')
  // As if one of them had been killed before its first checkpoint.
  await rm(join(work.folder, '1-narrow-seed-4'), { recursive: true })
  const lines: string[] = []
  const second = await execute({ ...work, order }, outputTo(lines), never)
  assert.equal(lines.filter(line => line.includes('going on after step 1')).length, 1)
  const tests = (of: typeof whole) => of.map(({ result }) => result.test)
  assert.deepEqual(tests(second.finished), tests(whole))
})

test('a finished run of another experiment is refused, with the first difference', async () => {
  await execute(workIn('changed'), outputTo([]), never)
  const changed = workIn('changed', ['optimizer.learningRate=0.5'])
  await assert.rejects(execute(changed, outputTo([]), never), {
    name: 'RunError',
    message: /expected experiment\.optimizer\.learningRate 0\.01, received 0\.5/,
  })
})

test('a setting that one rung lacks is refused before anything trains', async () => {
  const work = workIn('lacking', ['model.layers.1.rate=0.5'])
  await assert.rejects(execute(work, outputTo([]), never), { name: 'ConfigError' })
  assert.ok(!(await readdir(folder)).includes('lacking'))
})

test('a run whose engine was chosen by size goes on with that engine', async () => {
  const work = workIn('by size')
  const order = { ...work.order, engine: 'auto' as const }
  const controller = new AbortController()
  const lines: string[] = []
  const stopAtFirst = (line: string) => {
    lines.push(line)
    controller.abort()
  }
  // The first sitting was given the reference engine, which no choice by size takes.
  await execute({ ...work, order }, outputTo([], stopAtFirst), controller.signal)
  assert.match(lines[0]!, /^1\/2 narrow, seed 3: engine reference: plain/)

  const engine = await engineOf('auto', {})
  const later: string[] = []
  await execute({ ...work, order, engine }, outputTo(later), never)
  assert.deepEqual(
    later.flatMap(line => line.match(/seed \d: engine (\w+)/)?.[1] ?? []),
    ['reference', 'js'],
  )
})
