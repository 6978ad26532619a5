import { difference, estimate } from '../stats/index.ts'
import type { Rung } from './recipe.ts'

/** What a rung measured. */
export interface RungScore
  extends Pick<Rung, 'name' | 'changed' | 'question' | 'published' | 'expected'> {
  /** One per seed, at least one. */
  readonly testAccuracies: readonly number[]
  /** Epochs trained, and epochs of the published figure. */
  readonly epochs: number
  readonly fullEpochs: number
}

/** The step from one rung to the next. */
interface Step {
  readonly to: RungScore
  readonly gain: number
  /** How far apart two rungs may lie by chance alone; absent where nothing tells. */
  readonly noise?: number
  readonly from: number
  readonly reached: number
}

/**
 * What the measured accuracies say, in one sentence: which step gained most, what became of the
 * steps that ask a question, and how little a short run or a single seed proves.
 * Without a step, an empty sentence.
 */
export function verdictOf(scores: readonly RungScore[]): string {
  const steps = stepsOf(scores)
  if (steps.length === 0) return ''
  const clauses = [
    best(steps),
    ...steps.filter(({ to }) => to.question).map(answer),
    ...distance(scores),
    ...caveats(scores),
  ]
  const text = clauses.join('; ')
  return `${text[0]!.toUpperCase()}${text.slice(1)}.`
}

function stepsOf(scores: readonly RungScore[]): Step[] {
  const estimates = scores.map(({ testAccuracies }) => estimate(testAccuracies))
  return scores.slice(1).map((to, i) => {
    const [a, b] = [estimates[i]!, estimates[i + 1]!]
    const noise = difference(a, b).halfWidth ?? seedNoise(scores[i]!, to)
    return {
      to,
      gain: b.mean - a.mean,
      from: a.mean,
      reached: b.mean,
      ...(noise === undefined ? {} : { noise }),
    }
  })
}

/** How far two single runs may lie apart, by the spread over seeds that re-runs had: 1.96 deviations. */
function seedNoise(a: RungScore, b: RungScore): number | undefined {
  return a.expected && b.expected ? 1.96 * Math.hypot(a.expected.sd, b.expected.sd) : undefined
}

function best(steps: readonly Step[]): string {
  const step = steps.reduce((a, b) => (b.gain > a.gain ? b : a))
  const { to, gain, noise, from, reached } = step
  const way = `(${percent(from)} to ${percent(reached)})`
  if (gain <= 0) return `no step gained anything; ${to.changed} lost least, ${points(gain)} ${way}`
  const isNoise = noise !== undefined && gain <= noise
  const chance = isNoise ? `, which chance alone explains (${measure(step)})` : ''
  return `${to.changed} gained most, ${points(gain)} ${way}${chance}`
}

function answer(step: Step): string {
  const { to, gain, noise } = step
  if (noise === undefined)
    return `${to.question} changed the accuracy by ${points(gain)}, with nothing to measure chance by`
  const figures = `(${points(gain)}; ${measure(step)})`
  if (Math.abs(gain) <= noise)
    return `${to.question} made no difference beyond the noise ${figures}`
  return `${to.question} ${gain > 0 ? 'helped' : 'hurt'} beyond the noise ${figures}`
}

/** What chance was measured by: the seeds of these runs, or else those of re-runs. */
function measure({ to, gain, noise = 0 }: Step): string {
  return to.testAccuracies.length > 1
    ? `95 % interval ${signed(gain - noise)} to ${signed(gain + noise)}`
    : `full runs differ by up to about ${(noise * 100).toFixed(2)} by their seed alone`
}

/** How far the rungs lie from the published figures, once they were trained as long. */
function distance(scores: readonly RungScore[]): string[] {
  if (scores.some(({ epochs, fullEpochs }) => epochs < fullEpochs)) return []
  const gaps = scores.flatMap(({ name, published, testAccuracies }) =>
    published === undefined ? [] : [{ name, gap: meanOf(testAccuracies) - published }],
  )
  if (gaps.length === 0) return []
  const { name, gap } = gaps.reduce((a, b) => (Math.abs(b.gap) > Math.abs(a.gap) ? b : a))
  return [`furthest from its published figure is ${name}, by ${points(gap)}`]
}

function caveats(scores: readonly RungScore[]): string[] {
  const epochs = scores.map(score => score.epochs)
  const full = Math.max(...scores.map(({ fullEpochs }) => fullEpochs))
  const [least, most] = [Math.min(...epochs), Math.max(...epochs)]
  const seeds = Math.min(...scores.map(({ testAccuracies }) => testAccuracies.length))
  const short =
    least < full
      ? [`this is a short run, ${least === most ? most : `${least} to ${most}`} of ${full} epochs`]
      : []
  const few =
    seeds === 1 ? ['one seed is no evidence'] : seeds < 5 ? [`${seeds} seeds are few`] : []
  const all = [...short, ...few].join(', and ')
  return all ? [`but ${all}`] : []
}

const meanOf = (values: readonly number[]): number => estimate(values).mean
const percent = (share: number): string => `${(share * 100).toFixed(2)} %`
const signed = (share: number): string =>
  `${share < 0 ? '-' : '+'}${Math.abs(share * 100).toFixed(2)}`
const points = (share: number): string => `${signed(share)} points`
