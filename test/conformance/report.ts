import { existsSync, globSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { FloatDType, Named } from '../../src/base/index.ts'
import { activations } from './activations.ts'
import { functionRunner } from './functions.ts'
import { Unsupported } from './given.ts'
import { type Golden, readGoldenFile, type Tolerance } from './golden.ts'
import { figuresRunner, gainsRunner } from './initializers.ts'
import { layers } from './layers.ts'
import { losses } from './losses.ts'
import { optimizerNames, optimizerRunner } from './optimizers.ts'
import { type Bench, problemOf, type Runner } from './runner.ts'
import { scheduleNames, scheduleRunner } from './schedules.ts'
import { trainingRunner } from './training.ts'

/** What came of the cases of a folder. */
export interface Report {
  readonly passed: readonly string[]
  readonly failed: readonly { readonly name: string; readonly problems: readonly string[] }[]
  /** The reason says what does not exist here, the same words for every such case. */
  readonly skipped: readonly { readonly name: string; readonly reason: string }[]
}

const functions = { ...activations, ...losses, ...layers }

/** How each op of the golden cases is run. */
const runners: Named<Runner> = {
  ...Object.fromEntries(
    Object.entries(functions).map(([op, build]) => [op, functionRunner(build)]),
  ),
  ...Object.fromEntries(optimizerNames.map(name => [name, optimizerRunner])),
  ...Object.fromEntries(scheduleNames.map(name => [name, scheduleRunner])),
  trainMlp: trainingRunner,
}

type Outcome =
  | { readonly kind: 'passed' }
  | { readonly kind: 'failed'; readonly problems: readonly string[] }
  | { readonly kind: 'skipped'; readonly reason: string }

/** Runs all cases of the files of a folder on every bench; a case passes when it does on each. */
export async function runFolder(folder: string, benches: readonly Bench[]): Promise<Report> {
  const paths = pathsOf(folder)
  const report = {
    passed: [] as string[],
    failed: [] as Report['failed'][number][],
    skipped: [] as Report['skipped'][number][],
  }
  if (paths.length === 0)
    report.failed.push({
      name: folder,
      problems: ['there is no such file or folder with .json files'],
    })
  for (const path of paths) {
    const group = basename(path, '.json')
    try {
      const { tolerance, cases } = readGoldenFile(path)
      for (const golden of cases) {
        const name = `${group}: ${golden.name}`
        const outcome = await runCase(golden, benches, tolerance)
        if (outcome.kind === 'passed') report.passed.push(name)
        else if (outcome.kind === 'failed') report.failed.push({ name, problems: outcome.problems })
        else report.skipped.push({ name, reason: outcome.reason })
      }
    } catch (error) {
      report.failed.push({
        name: path,
        problems: [`this is no file of golden cases: ${messageOf(error)}`],
      })
    }
  }
  return report
}

function pathsOf(place: string): string[] {
  if (!existsSync(place)) return []
  if (statSync(place).isFile()) return [place]
  return globSync('*.json', { cwd: place })
    .sort()
    .map(name => join(place, name))
}

async function runCase(
  golden: Golden,
  benches: readonly Bench[],
  tolerance: { readonly [K in FloatDType]: Tolerance },
): Promise<Outcome> {
  const runner = runnerOf(golden)
  if (!runner) return { kind: 'skipped', reason: `${golden.op ?? 'nameless op'}: unknown op` }
  const problems: string[] = []
  for (const bench of benches) {
    const where = `${bench.dtype} on ${bench.engine.name}`
    try {
      const comparisons = await runner(golden, bench)
      const found = comparisons.map(comparison => problemOf(comparison, tolerance[bench.dtype]))
      problems.push(
        ...found.filter(problem => problem !== undefined).map(line => `${where}: ${line}`),
      )
    } catch (error) {
      if (error instanceof Unsupported)
        return { kind: 'skipped', reason: `${golden.op ?? golden.name}: ${error.message}` }
      problems.push(`${where}: ${messageOf(error)}`)
    }
  }
  return problems.length === 0 ? { kind: 'passed' } : { kind: 'failed', problems }
}

/** Initialisers have no op; what their cases hold tells them apart. */
function runnerOf(golden: Golden): Runner | undefined {
  if (golden.op === undefined && 'cases' in golden) return figuresRunner
  if (golden.op === undefined && 'gains' in golden) return gainsRunner
  const op = String(golden.op)
  return Object.hasOwn(runners, op) ? runners[op] : undefined
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

/** A report as text: skips by reason, failures in full, and the counts on the last line. */
export function formatReport({ passed, failed, skipped }: Report): string {
  const counts = new Map<string, number>()
  for (const { reason } of skipped) counts.set(reason, (counts.get(reason) ?? 0) + 1)
  return [
    ...[...counts].map(([reason, count]) => `skipped ${String(count).padStart(3)}  ${reason}`),
    ...failed.flatMap(({ name, problems }) => [
      `FAILED ${name}`,
      ...problems.map(line => `  ${line}`),
    ]),
    `${passed.length} passed, ${failed.length} failed, ${skipped.length} skipped`,
  ].join('\n')
}
