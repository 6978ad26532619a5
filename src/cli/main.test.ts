import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { readRun } from '../runs/node/index.ts'

const main = fileURLToPath(new URL('main.ts', import.meta.url))
const example = fileURLToPath(new URL('../../examples/experiment.ts', import.meta.url))

let folder = ''
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'justright-cli-'))
  await writeFile(join(folder, 'toy.ts'), toy)
  await writeFile(join(folder, 'long.ts'), long)
  await writeFile(join(folder, 'bad.ts'), `throw new Error('no such luck')`)
  await writeFile(join(folder, 'bug.ts'), toy.replace('batchSize: 8', 'batchSize: 8, ...broken()'))
  await writeFile(join(folder, 'slow.ts'), slow)
})
after(() => rm(folder, { recursive: true, force: true }))

/** Dropout, Adam and shuffling: everything that a resumed run has to get right. */
const toy = `
import { adam, crossEntropy, dataOf, dropout, linear, relu, sequential } from 'justright'
const inputs = Array.from({ length: 400 }, (_, i) => [Math.sin(i), Math.cos(3 * i)])
const targets = inputs.map(([a, b]) => (a * b > 0 ? 1 : 0))
const broken = () => ({ data: { get train() { throw new RangeError('a bug') } } })
export default {
  name: 'toy',
  model: sequential(linear(8), relu(), dropout(0.2), linear(2)),
  loss: crossEntropy(),
  optimizer: adam({ learningRate: 0.01 }),
  data: await dataOf({ classes: 2, train: { inputs, targets }, test: { inputs, targets } }),
  epochs: 60,
  batchSize: 8,
}
`

/** Not over before it is stopped, on a fast machine too. */
const long = toy.replace('length: 400', 'length: 4000').replace('epochs: 60', 'epochs: 150')

const slow = `
console.log('loading')
export default new Promise(resolve => setTimeout(resolve, 60_000))
`

interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Starts the command line as a process of its own. */
function start(...args: readonly string[]) {
  const child = spawn(process.execPath, [main, ...args], {
    cwd: folder,
    env: { ...process.env, npm_lifecycle_event: undefined, DEBUG: undefined },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const printed = { stdout: '', stderr: '' }
  const waiting = new Set<() => void>()
  for (const name of ['stdout', 'stderr'] as const)
    child[name].setEncoding('utf8').on('data', (text: string) => {
      printed[name] += text
      for (const check of waiting) check()
    })
  const ended = once(child, 'close').then(([code]): Ended => ({ code, ...printed }))
  /** Resolves once the process has printed the text. */
  const saw = (text: string) =>
    new Promise<void>((resolve, reject) => {
      const check = () => {
        if (printed.stdout.includes(text) || printed.stderr.includes(text)) resolve()
      }
      waiting.add(check)
      check()
      ended.then(() => reject(new Error(`it ended before "${text}":\n${JSON.stringify(printed)}`)))
    })
  return { child, ended, saw }
}

const call = (...args: readonly string[]): Promise<Ended> => start(...args).ended

const wrongCalls: readonly (readonly [readonly string[], RegExp])[] = [
  [[], /^Usage: justright COMMAND/],
  [['rnu'], /command: expected one of run, .* Did you mean run\?$/],
  [['--versoin'], /Did you mean --version\?$/],
  [['run'], /expected a recipe or an experiment file, received neither/],
  [['run', 'mnist-lader'], /Did you mean mnist-ladder\?$/],
  [['run', 'a', 'b'], /expected one <recipe \| file\.ts>, received "a" "b"/],
  [['recipes', 'x'], /expected nothing after it, received "x"/],
  [['run', 'toy.ts', '--epoch', '1'], /Did you mean --epochs\?$/],
  [['run', 'toy.ts', '--set', 'batchsize=1'], /Did you mean batchSize\?$/],
  [['run', 'toy.ts', '--epochs', '1', '--set', 'epochs=2'], /--epochs: expected one value/],
  [['data'], /expected a source of data, received none/],
  [['data', 'mnits'], /data source: expected mnist, .*Did you mean mnist\?$/],
  [['run', 'bad.ts'], /experiment file bad\.ts: .* Error: no such luck/],
  [['run', 'none.ts'], /experiment file none\.ts: expected a file/],
  [['run', '--resume', 'x', '--epochs', '2'], /--epochs: expected no such option with --resume/],
]

describe('wrong calls', { concurrency: 4 }, () => {
  for (const [words, message] of wrongCalls)
    test(`justright ${words.join(' ')} is a wrong call: exit 2, one sentence, nothing written`, async () => {
      const { code, stdout, stderr } = await call(...words)
      assert.equal(code, 2, stderr)
      assert.match(stderr.trimEnd(), message)
      assert.doesNotMatch(stderr, /\n {4}at /)
      assert.equal(stdout, '')
      assert.ok(!(await readdir(folder)).includes('runs'))
    })
})

test('a run that does not exist fails with exit 1 and one sentence', async () => {
  const { code, stderr } = await call('run', '--resume', 'out/none')
  assert.equal(code, 1)
  assert.match(stderr, /^justright: run directory "out\/none": expected [^\n]*\n$/)
})

test('an error that nobody meant shows its stack and asks for a report, exit 1', async () => {
  const { code, stderr } = await call('run', 'bug.ts', '--out', 'bug')
  assert.equal(code, 1)
  assert.match(stderr, /RangeError: a bug\n {4}at [\s\S]*please report it/)
})

test('data tells what a source is like, and with --json the same for programs', async () => {
  const { code, stdout, stderr } = await call('data', 'toy:moons?count=50', '--json')
  assert.equal(code, 0, stderr)
  const { splits, rows, hash } = JSON.parse(stdout)
  assert.deepEqual(splits.train.inputs.shape, [rows.train, 2])
  assert.equal(splits.train.classCounts.length, 2)
  assert.match(hash, /^[0-9a-f]{64}$/)
  assert.match(stderr, /Classes of train, 2:/)
})

test('help, version, recipes and runs answer with exit 0', async () => {
  const calls = [['--help'], ['--version'], ['run', '--help'], ['recipes'], ['runs']]
  const [help, version, runHelp, recipes, runs] = await Promise.all(
    calls.map(words => call(...words)),
  )
  for (const { code } of [help!, version!, runHelp!, recipes!, runs!]) assert.equal(code, 0)
  assert.match(help!.stdout, /^Usage: justright COMMAND/)
  assert.match(version!.stdout, /^\d+\.\d+\.\d+\S*\n$/)
  assert.match(runHelp!.stdout, /--steps-per-call N/)
  assert.match(recipes!.stdout, /^mnist-ladder: /)
  assert.match(runs!.stdout, /^No runs in runs yet/)
})

test('doctor-install names every engine, the platform and Node, and finds one to train with', async () => {
  const { code, stdout } = await call('doctor-install')
  assert.equal(code, 0)
  for (const name of ['native', 'wasm', 'js', 'reference'])
    assert.match(stdout, new RegExp(`^${name}: `, 'm'))
  assert.ok(stdout.includes(`node ${process.versions.node} on ${process.platform}`))
})

test("a user's file trains: settings, epochs, table, scores, run directory, and a list of runs", async () => {
  const words = ['--epochs', '2', '--set', 'optimizer=sgd', '--set', 'model.layers.0.features=4']
  const { code, stdout, stderr } = await call('run', 'toy.ts', '--out', 'file', ...words)
  assert.equal(code, 0, stderr)
  assert.match(stdout, /│ 2 +│/)
  assert.match(stdout, /\nTest: \d+\.\d\d %, loss [\d.]+ over 400 examples\n/)
  const [, run] = /\nRun directory: (\S+)\n$/.exec(stdout) ?? []
  const { description, origin, result } = await readRun(join(folder, run!))
  const { optimizer, epochs, seed } = description.experiment as Record<string, { kind?: string }>
  assert.deepEqual([optimizer!.kind, epochs, seed, result?.status], ['sgd', 2, 0, 'completed'])
  assert.deepEqual((origin as { settings: string[] }).settings, [words[3], words[5]])
  assert.match((await call('runs', '--out', 'file')).stdout, /completed {2}test \d/)
})

test('the example trains, and its result is the last line on stdout, as JSON', async () => {
  const words = ['run', example, '--epochs', '1', '--out', 'example', '--json']
  const { code, stdout, stderr } = await call(...words)
  assert.equal(code, 0, stderr)
  const { file, rows } = JSON.parse(stdout)
  assert.equal(file, example)
  assert.equal(rows.length, 1)
  assert.ok(rows[0].testAccuracy > 0.9, `${rows[0].testAccuracy}`)
  assert.match(stderr, /^my-experiment: 1 epoch, seed 0, engine /)
})

test('a diverging run fails with exit 1, and says what is kept', async () => {
  const words = ['--set', 'optimizer.learningRate=1e30', '--out', 'diverged']
  const { code, stdout, stderr } = await call('run', 'toy.ts', ...words)
  assert.equal(code, 1)
  assert.match(stderr, /^justright: step \d+ \(epoch \d+\): expected a finite loss/m)
  assert.match(stdout, /What was done is kept/)
})

test('stopped by Ctrl-C and resumed by the command it prints, several seeds end as if never stopped', async () => {
  const words = ['run', 'long.ts', '--seeds', '2', '--json']
  const whole = await call(...words, '--out', 'whole')
  assert.equal(whole.code, 0, whole.stderr)

  const { child, ended, saw } = start(...words, '--out', 'stopped')
  await saw('compiling')
  await new Promise(resolve => setTimeout(resolve, 100))
  child.kill('SIGINT')
  const { code, stdout, stderr } = await ended
  assert.equal(code, 130, stderr)
  assert.equal(stdout, '')
  const [, path] = /Go on with: node \S+ run --resume (\S+)\n/.exec(stderr) ?? []

  const resumed = await call('run', '--resume', path!, '--json')
  assert.equal(resumed.code, 0, resumed.stderr)
  assert.match(resumed.stderr, /toy, seed 0: going on after step \d+\n/)
  const [a, b] = [whole, resumed].map(({ stdout }) => JSON.parse(stdout).rows[0])
  assert.deepEqual(b.testAccuracies, a.testAccuracies)
  assert.deepEqual(b.testLosses, a.testLosses)
  for (const seed of [0, 1]) await assertSameRun(a.runs[seed], b.runs[seed])

  const again = await call('run', '--resume', path!, '--json')
  assert.match(again.stderr, /seed 0: done before: [\s\S]*seed 1: done before: /)
  assert.deepEqual(JSON.parse(again.stdout), JSON.parse(resumed.stdout))
})

test('killed and resumed, a run ends as if never killed; a changed experiment is refused', async () => {
  const whole = await call('run', 'long.ts', '--out', 'unkilled', '--json')
  const { child, ended, saw } = start('run', 'long.ts', '--out', 'killed')
  await saw('compiling')
  await new Promise(resolve => setTimeout(resolve, 100))
  child.kill('SIGKILL')
  await ended
  const [name] = await readdir(join(folder, 'killed'))
  const run = join('killed', name!)
  assert.equal((await readRun(join(folder, run))).result, undefined)

  await writeFile(join(folder, 'long.ts'), long.replace('dropout(0.2)', 'dropout(0.25)'))
  const changed = await call('run', '--resume', run)
  await writeFile(join(folder, 'long.ts'), long.replace('3 * i', '4 * i'))
  const otherData = await call('run', '--resume', run)
  await writeFile(join(folder, 'long.ts'), long)
  assert.equal(changed.code, 1)
  assert.match(changed.stderr, /expected experiment\.model\.layers\.2\.rate 0\.2, received 0\.25/)
  assert.equal(otherData.code, 1)
  assert.match(otherData.stderr, /expected data hash "/)

  const resumed = await call('run', '--resume', run, '--json')
  assert.equal(resumed.code, 0, resumed.stderr)
  await assertSameRun(JSON.parse(whole.stdout).rows[0].run, run)
})

test('a second Ctrl-C stops at once', async () => {
  const { child, ended, saw } = start('run', 'slow.ts', '--out', 'slow')
  await saw('loading')
  child.kill('SIGINT')
  await saw('Ctrl-C again stops at once')
  // Presses closer than this are one press that came twice.
  await new Promise(resolve => setTimeout(resolve, 500))
  child.kill('SIGINT')
  assert.equal((await ended).code, 130)
})

/** Bit for bit: parameters, optimiser tensors and the exported model. */
async function assertSameRun(a: string, b: string): Promise<void> {
  const [one, other] = await Promise.all([a, b].map(path => readRun(join(folder, path))))
  assert.ok(one!.checkpoint && other!.checkpoint)
  assert.equal(other!.checkpoint.progress.step, one!.checkpoint.progress.step)
  assert.deepEqual(other!.checkpoint.tensors, one!.checkpoint.tensors)
  const models = await Promise.all([a, b].map(path => readFile(join(folder, path, 'model.onnx'))))
  assert.ok(models[0]!.equals(models[1]!))
}
