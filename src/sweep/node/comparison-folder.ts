import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { decodeJson, encodeJson, type Json, RunError } from '../../base/index.ts'
import { crc32c } from '../../formats/index.ts'
import { lockRun, writeFileAtomically } from '../../runs/node/index.ts'
import { describeExperiment, type Experiment } from '../../train/index.ts'
import type { Comparison } from '../comparison.ts'
import type { SeedRun } from '../seed-run.ts'

/** The files of a comparison's folder. */
export const comparisonFiles = {
  comparison: 'comparison.json',
  curves: 'curves.svg',
  runs: 'runs',
} as const

const formatVersion = 1

/** A comparison on disk, which this process alone may write. */
export interface ComparisonFolder {
  readonly path: string
  /** The runs that came to an end before. Throws RunError when one was of another experiment or data. */
  readRuns(variants: Readonly<Record<string, Experiment>>): Promise<SeedRun[]>
  /** Keeps a run for good. */
  writeRun(run: SeedRun, experiment: Experiment): Promise<void>
  /** What was asked for, and what is known so far. */
  write(order: Json, comparison?: Comparison): Promise<void>
  writeText(name: string, text: string): Promise<void>
  release(): Promise<void>
}

/**
 * Opens the folder of a comparison, which is made where it does not exist.
 * Throws RunError when another process writes it.
 */
export async function openComparison(path: string): Promise<ComparisonFolder> {
  await mkdir(join(path, comparisonFiles.runs), { recursive: true })
  const { release } = await lockRun(path)
  const writeText = (name: string, text: string) => writeFileAtomically(join(path, name), text)
  return {
    path,
    readRuns: variants => readRuns(path, variants),
    writeRun(run, experiment) {
      const content = { version: formatVersion, of: fingerprint(experiment), run }
      return writeText(join(comparisonFiles.runs, fileOf(run)), `${encodeJson(content, 1)}\n`)
    },
    write(order, comparison) {
      const content = { format: 'justright comparison', version: formatVersion, order, comparison }
      return writeText(comparisonFiles.comparison, `${encodeJson(content, 1)}\n`)
    },
    writeText,
    release,
  }
}

/** What was asked for in a folder. Throws RunError when it holds no comparison, or one of another version. */
export async function readComparisonOrder(path: string): Promise<unknown> {
  const file = join(path, comparisonFiles.comparison)
  if (!existsSync(file))
    throw new RunError({
      who: `comparison "${path}"`,
      expected: `a folder with ${comparisonFiles.comparison}`,
      received: 'none',
    })
  const { version, order } = await readContent(file)
  if (version !== formatVersion)
    throw new RunError({
      who: file,
      expected: `version ${formatVersion} of a justright comparison`,
      received: `version ${version}`,
    })
  return order
}

async function readContent(file: string): Promise<Readonly<Record<string, unknown>>> {
  const text = await readFile(file, 'utf8')
  try {
    return decodeJson(text) as Readonly<Record<string, unknown>>
  } catch (cause) {
    throw new RunError({
      who: file,
      expected: 'JSON',
      received: `${text.length} characters`,
      cause,
    })
  }
}

async function readRuns(
  path: string,
  variants: Readonly<Record<string, Experiment>>,
): Promise<SeedRun[]> {
  const folder = join(path, comparisonFiles.runs)
  const names = (await readdir(folder)).filter(name => name.endsWith('.json')).sort()
  return Promise.all(
    names.map(async name => {
      const file = join(folder, name)
      const { of, run } = await readContent(file)
      const found = run as SeedRun
      const variant = variants[found.variant]
      if (variant && fingerprint(variant) === of) return found
      throw new RunError({
        who: file,
        expected: 'a run of the variants as they are now',
        received: variant ? 'one of other settings or data' : `one of "${found.variant}"`,
        hint: 'A changed experiment is a new comparison: start it without --resume',
      })
    }),
  )
}

/** What decides the result of a variant whatever its seed, and the content of its data. */
function fingerprint(experiment: Experiment): string {
  const { description } = experiment.data
  const { seed: _, ...decisive } = describeExperiment(experiment)
  return JSON.stringify({ decisive, hash: description.hash, rows: description.rows })
}

/** A file's name for a run: the characters of its variant that are fit for one, and a number of all. */
function fileOf({ variant, seed }: SeedRun): string {
  const slug = variant.replace(/[^\p{L}\p{N}._-]+/gu, '-').slice(0, 60)
  const number = crc32c(new TextEncoder().encode(variant)).toString(16).padStart(8, '0')
  return `${slug}-${number}-seed-${seed}.json`
}
