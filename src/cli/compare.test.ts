import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import picocolors from 'picocolors'
import type { Comparison } from '../sweep/index.ts'
import { compareCommand } from './commands/compare.ts'
import { runCommand } from './commands/run.ts'
import type { Output } from './output.ts'
import { parseCall } from './parse.ts'

let folder = ''
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'justright-compare-'))
  await writeFile(join(folder, 'toy.ts'), toy)
  await writeFile(join(folder, 'bare.ts'), toy.replace('validation: 0.25', 'validation: 0'))
})
after(() => rm(folder, { recursive: true, force: true }))

/** Two rings, which no line tells apart. */
const toy = `
import { adam, crossEntropy, dropout, linear, sequential, tanh, toys } from 'justright'
export default async () => ({
  name: 'toy',
  model: sequential(linear(12), tanh(), dropout(0.1), linear(2)),
  loss: crossEntropy(),
  optimizer: adam({ learningRate: 0.03 }),
  data: await toys.circles({ count: 240, noise: 0.05, validation: 0.25, test: 0.25 }),
  epochs: 12,
  batchSize: 20,
})
`

type Result = Comparison & {
  readonly sentences: string[]
  readonly folder: string
  readonly files: string[]
}

interface Ended<T> {
  readonly code: number
  readonly printed: string
  readonly result: T
}

/** A call of a command in this process, in the folder of the test. */
async function call<T = Result>(
  command: typeof compareCommand,
  words: readonly string[],
  onPrint = (_: string) => {},
): Promise<Ended<T>> {
  const lines: string[] = []
  let result: unknown
  const output: Output = {
    isTerminal: false,
    colors: picocolors.createColors(false),
    print(line) {
      lines.push(line)
      onPrint(line)
    },
    update() {},
    json(value) {
      result = JSON.parse(JSON.stringify(value))
    },
  }
  const { positionals: operands, values } = parseCall([...words, '--json'], command.options)
  const code = await command.run({ operands, values, output })
  return { code, printed: lines.join('\n'), result: result as T }
}

const compare = (words: readonly string[], onPrint?: (line: string) => void) =>
  call(
    compareCommand,
    [...words, ...(words.includes('--resume') ? [] : ['--out', join(folder, 'runs')])],
    onPrint,
  )

test('a comparison tells what won, draws it, and writes a winner that runs to the same figure', async () => {
  const { code, printed, result } = await compare([
    join(folder, 'toy.ts'),
    ...[
      '--vary',
      'model.layers.0.features=1,12',
      '--vary',
      'init=xavierUniform,lsuv',
      '--seeds',
      '3',
    ],
  ])
  assert.equal(code, 0)
  assert.equal(result.variants.length, 4)
  assert.equal(result.variants[0]!.name, 'features=12 / xavierUniform')
  assert.match(result.verdict!.best, /features=12/)
  for (const sentence of result.sentences) assert.ok(printed.includes(sentence))
  assert.match(printed, /│ features=1 \/ lsuv +│ \d\/3 /)
  assert.match(printed, /validation accuracy, mean over seeds ± one standard deviation/)
  assert.deepEqual((await readdir(result.folder)).sort(), [
    'comparison.json',
    'curves.svg',
    'runs',
    'winner.ts',
  ])
  const stored = JSON.parse(await readFile(join(result.folder, 'comparison.json'), 'utf8'))
  assert.deepEqual(stored.comparison.verdict, result.verdict)

  const winner = result.variants.find(({ name }) => name === result.verdict!.best)!
  const again = await call<{ rows: { testAccuracies: number[] }[] }>(runCommand, [
    result.files[0]!,
    ...['--seeds', '3', '--out', join(folder, 'again')],
  ])
  assert.deepEqual(
    again.result.rows[0]!.testAccuracies,
    winner.runs.map(({ test }) => test!.accuracy!),
  )
})

test('with rows held out the winner is trained on the same rows', async () => {
  const { result } = await compare([
    join(folder, 'bare.ts'),
    ...[
      '--vary',
      'optimizer.learningRate=1e-6,0.03',
      '--seeds',
      '1',
      '--keep',
      'all',
      '--seed',
      '5',
    ],
  ])
  assert.equal(result.validationRows, 'heldOut')
  assert.equal(result.files.length, 2)
  const best = result.variants.findIndex(({ name }) => name === result.verdict!.best)
  const again = await call<{ rows: { testAccuracies: number[]; runs: string[] }[] }>(runCommand, [
    result.files[best]!,
    ...['--out', join(folder, 'again')],
  ])
  const [run] = result.variants[best]!.runs
  assert.equal(run!.seed, 5)
  assert.deepEqual(again.result.rows[0]!.testAccuracies, [run!.test!.accuracy])
})

test('stopped by Ctrl-C and resumed by the command it prints, it ends as if never stopped', async () => {
  const words = [join(folder, 'toy.ts'), '--vary', 'batchSize=20,40,60', '--seeds', '2']
  const whole = await compare(words)
  const stopped = await compare(words, line => {
    if (/^batchSize=40, seed 0: validation/.test(line)) process.emit('SIGINT')
  })
  assert.equal(stopped.code, 130)
  assert.equal(stopped.result.status, 'interrupted')
  assert.match(
    stopped.printed,
    /Interrupted before all runs were made: batchSize=60 0 of 2 seeds\./,
  )
  const [, path] = /Go on with: .* compare --resume (\S+)/.exec(stopped.printed)!
  const resumed = await compare(['--resume', path!])
  assert.equal(resumed.code, 0)
  assert.match(resumed.printed, /^4 runs are done already$/m)
  assert.doesNotMatch(resumed.printed, /^batchSize=20, seed/m)
  assert.deepEqual(resumed.result.verdict, whole.result.verdict)

  // As if the file had changed: modules are loaded once, so what was asked for changes instead.
  const file = join(path!, 'comparison.json')
  const text = await readFile(file, 'utf8')
  await writeFile(file, text.replace('"epochs": 12', '"epochs": 13'))
  await assert.rejects(
    compare(['--resume', path!]),
    /expected a run of the variants as they are now, received one of other settings or data/,
  )
})

test('a budget that is over leaves what was done, and says what was not', async () => {
  const words = ['--vary', 'epochs=1,50000', '--seeds', '1', '--budget', '0.7s', '--keep', 'none']
  const { code, printed, result } = await compare([join(folder, 'toy.ts'), ...words])
  assert.equal(code, 0)
  assert.deepEqual([result.status, result.files], ['outOfTime', []])
  assert.match(printed, /The budget ended before all runs were made: epochs=50000 0 of 1 seeds\./)
})

const wrong: readonly (readonly [readonly string[], RegExp])[] = [
  [['--vary', 'batchSize=0,20'], /batchSize: expected a positive integer, received 0/],
  [['--vary', 'batchSize=10,20', '--metric', 'accurcy'], /Did you mean accuracy\?/],
  [['--vary', 'loss=crossEntropy,hinge', '--metric', 'loss'], /variants with the same loss/],
  [['--vary', 'model.layers.3.features=2,1'], /received/],
  [['--vary', 'batchSize=10,20', '--budget', '10'], /--budget: expected a time with its unit/],
  [['--vary', 'batchSize=10,20', '--keep', 'some'], /--keep: expected one of best, all, none/],
  [['--vary', 'batchSize=10,20', '--seeds', '0'], /--seeds: expected an integer of at least 1/],
  [[], /expected two variants or more, such as by --vary/],
]

for (const [words, message] of wrong)
  test(`compare toy.ts ${words.join(' ')} is refused, and nothing is written`, async () => {
    const out = join(folder, 'refused')
    await assert.rejects(
      async () => call(compareCommand, [join(folder, 'toy.ts'), ...words, '--out', out]),
      message,
    )
    assert.ok(!existsSync(out))
  })

test('resuming takes no other settings, and needs a comparison', async () => {
  await assert.rejects(compare(['--resume', 'x', '--seeds', '3']), /--seeds: expected nothing else/)
  await assert.rejects(compare(['--resume', folder]), /expected a folder with comparison\.json/)
  await assert.rejects(compare([]), /expected a recipe or an experiment file, received neither/)
})
