import { existsSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import type { Checkup } from '../doctor/index.ts'
import { writeFileAtomically } from '../runs/node/index.ts'
import { type CompareOptions, type Comparison, compare, sentencesOf } from '../sweep/index.ts'
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

/** The experiment as it is against each prescription; undefined where there is none to try. */
export async function proved(
  patient: DoctorCase,
  { findings }: Checkup,
  { seeds = 3, engine }: Pick<CompareOptions, 'engine'> & { readonly seeds?: number | undefined },
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
      seeds,
      ...(engine === undefined ? {} : { engine }),
      signal: interrupt.signal,
      recordersOf: (variant, seed) => [progress(`${variant}, seed ${seed}`)],
    })
    output.print(comparisonTable(comparison))
    for (const sentence of sentencesOf(comparison)) output.print(sentence)
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
  // Some stopped early: judged by the seeds that all have.
  const seeds = byLoss.seeds.filter(seed =>
    byLoss.variants.every(({ runs }) => runs.some(run => run.seed === seed)),
  )
  if (seeds.length < 2) return byLoss
  const usual = await compare({ ...options, seeds, known, race: false })
  return provenWinner(usual) === undefined ? byLoss : usual
}

/** The prescription that is better than the experiment as it is by more than noise; undefined if none is. */
export function provenWinner({ verdict }: Comparison): string | undefined {
  if (!verdict || verdict.best === asItIs || verdict.ties.includes(asItIs)) return undefined
  return verdict.best
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
