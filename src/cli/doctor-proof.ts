import { existsSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import type { Checkup } from '../doctor/index.ts'
import { writeFileAtomically } from '../runs/node/index.ts'
import {
  type CompareOptions,
  type Comparison,
  compare,
  formatGap,
  formatP,
  type Gap,
  gapUnit,
  level,
  sentencesOf,
  spread,
} from '../sweep/index.ts'
import type { Experiment } from '../train/index.ts'
import { comparisonTable } from './comparison-report.ts'
import type { DoctorCase } from './doctor-case.ts'
import { holdInterrupt } from './interrupt.ts'
import type { Output } from './output.ts'
import { progressOn } from './progress.ts'
import { changeSettings } from './settings.ts'
import { experimentFile } from './winner-file.ts'

/** The name of the experiment without a prescription. */
const asItIs = 'as it is'

/** What proving came to. */
export interface Proof {
  readonly comparison: Comparison
  /** Settings by the name of their variant. */
  readonly tried: ReadonlyMap<string, readonly string[]>
}

/** How a proof is made. */
export interface ProofOptions extends Pick<CompareOptions, 'engine'> {
  /** How many seeds; default 3. */
  readonly seeds?: number | undefined
  /** The first of them; default 0. */
  readonly seed?: number | undefined
}

/** The experiment as it is against each prescription; undefined where there is none to try. */
export async function proved(
  patient: DoctorCase,
  { findings }: Checkup,
  { seeds = 3, seed = 0, engine }: ProofOptions,
  output: Output,
): Promise<Proof | undefined> {
  const tried = new Map(
    findings
      .flatMap(({ prescriptions }) => prescriptions)
      .filter(({ settings }) => settings.length > 0)
      .map(({ settings }) => [settings.join(' '), settings] as const),
  )
  if (tried.size === 0) return undefined
  const data = await patient.data()
  const variantOf = (settings: readonly string[]) => ({
    ...changeSettings(patient.settings, settings),
    data,
  })
  const variants = {
    [asItIs]: variantOf([]),
    ...Object.fromEntries([...tried].map(([name, settings]) => [name, variantOf(settings)])),
  }
  const interrupt = holdInterrupt(() => output.print('Stopping; Ctrl-C again stops at once.'))
  const progress = progressOn(output, patient.unit)
  try {
    const comparison = await judged({
      variants,
      seeds: Array.from({ length: seeds }, (_, i) => seed + i),
      ...(engine === undefined ? {} : { engine }),
      signal: interrupt.signal,
      recordersOf: (variant, seed) => [progress(`${variant}, seed ${seed}`)],
    })
    output.print(comparisonTable(comparison))
    for (const sentence of proofSentences(comparison)) output.print(sentence)
    output.print('')
    return { comparison, tried }
  } finally {
    interrupt.release()
  }
}

/**
 * A comparison by loss, where all variants have one; if that is not clear, of the same runs by what is
 * usual. Of nets that have not learnt, accuracies differ by luck from seed to seed and losses hardly do;
 * of nets that were thrown far off it is the other way round.
 */
export async function judged(
  options: CompareOptions & { readonly variants: Readonly<Record<string, Experiment>> },
): Promise<Comparison> {
  const losses = Object.values(options.variants).map(({ loss }) => JSON.stringify(loss))
  // Weights of classes are there for the rare ones, which accuracy hardly counts.
  const hasWeights = losses.some(loss => loss.includes('"classWeights"'))
  if (new Set(losses).size > 1)
    return compare({ ...options, ...(hasWeights ? { metric: 'f1' } : {}) })
  const byLoss = await compare({ ...options, metric: 'loss' })
  if (byLoss.status !== 'completed' || provenWinner(byLoss) !== undefined) return byLoss
  const known = byLoss.variants.flatMap(({ runs }) => runs)
  const usual = await compare({ ...options, known })
  return provenWinner(usual) === undefined ? byLoss : usual
}

/**
 * Of the prescriptions that are better than the experiment as it is by more than noise, the one with the
 * best mean; of those that always train, where the experiment as it is never does. Undefined if there is
 * none. Whether prescriptions differ from one another does not matter.
 */
export function provenWinner(comparison: Comparison): string | undefined {
  const { verdict, criterion } = comparison
  if (!verdict) return undefined
  if (neverTrains(comparison)) return verdict.best
  const sign = criterion.better === 'greater' ? 1 : -1
  const [best] = verdict.standings
    .filter(({ overBase }) => overBase && sign * overBase.mean > 0 && isProof(overBase))
    .sort((a, b) => sign * (b.mean - a.mean))
  return best?.name
}

/** Adjusted for the number of prescriptions. */
const isProof = ({ adjusted = 1 }: Gap): boolean => adjusted < level

/** Runs that fail, one and all, which are as many as tell more than luck. */
const leastFailures = 3

/** Whether numbers always stop being finite without a prescription. */
function neverTrains({ variants: [base] }: Comparison): boolean {
  return base!.failures >= leastFailures && base!.failures === base!.runs.length
}

/** What a proof comes to, and what its comparison rests on. */
export function proofSentences(comparison: Comparison): string[] {
  const [, ...rest] = sentencesOf(comparison)
  const winner = provenWinner(comparison)
  if (winner === undefined)
    return ['Nothing is proved: no prescription is better by more than noise.', ...rest]
  const { verdict, criterion, split, variants } = comparison
  const standing = (name: string) => verdict!.standings.find(one => one.name === name)
  const proven = standing(winner)!
  const figure = `${split} ${criterion.name} ${spread(criterion, proven)}`
  if (neverTrains(comparison)) {
    const { failures } = variants[0]!
    return [
      `Proved: ${winner}: ${figure}, where numbers stop being finite in all ${failures} runs without it.`,
      ...rest,
    ]
  }
  const { mean, halfWidth = 0, adjusted = 1, n } = proven.overBase!
  const [low, high] = [mean - halfWidth, mean + halfWidth].map(end => formatGap(criterion, end))
  return [
    `Proved: ${winner}: ${figure} in place of ${spread(criterion, standing(asItIs)!)} ` +
      `(${formatGap(criterion, mean)}${gapUnit(criterion)}, 95 % interval ${low} to ${high} over ${n} paired seeds, adjusted p ${formatP(adjusted)}).`,
    ...rest,
  ]
}

/** Writes the proven winner as an experiment file, and tells where; or that nothing was proved. */
export async function applied(
  patient: DoctorCase,
  proof: Proof,
  out: string | undefined,
  output: Output,
): Promise<string | undefined> {
  const winner = provenWinner(proof.comparison)
  if (winner === undefined) {
    output.print('Nothing is written: no prescription was better by more than noise.')
    return undefined
  }
  const path = out ?? freePath(patient)
  const text = experimentFile({
    path,
    order: patient.order,
    ...(patient.base ? { base: patient.base } : {}),
    variant: { name: winner, experiment: changeSettings(patient.whole, proof.tried.get(winner)!) },
    comparison: proof.comparison,
    command: 'doctor',
  })
  await writeFileAtomically(path, text)
  output.print(`Written: ${path}. Run it: justright run ${path}`)
  return path
}

/** Beside the file, or here for a recipe: `experiment-mended.ts`, and a number where that is taken. */
function freePath({ order, name }: DoctorCase): string {
  const stem = order.file
    ? join(dirname(order.file), basename(order.file).replace(/\.[^.]+$/, ''))
    : name.replaceAll(' ', '-')
  for (let i = 1; ; i++) {
    const path = `${stem}-mended${i > 1 ? `-${i}` : ''}.ts`
    if (!existsSync(path)) return path
  }
}
