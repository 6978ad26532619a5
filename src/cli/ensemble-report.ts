import Table from 'cli-table3'
import type { EnsembleScores } from '../ensemble/index.ts'
import type { Scores } from '../runs/index.ts'
import { formatLoss, formatPercent } from './format.ts'

/** The scores of an ensemble for people: a line for each member, for the mean and for all, and what was won. */
export function ensembleReport(scores: EnsembleScores, names: readonly string[]): string {
  const { members, mean, ensemble } = scores
  const hasAccuracy = ensemble.accuracy !== undefined
  const table = new Table({
    head: ['', ...(hasAccuracy ? ['accuracy'] : []), 'loss'],
    style: { head: [], border: [], compact: true },
  })
  const line = (name: string, { accuracy, loss }: Pick<Scores, 'accuracy' | 'loss'>) => [
    name,
    ...(accuracy === undefined ? [] : [formatPercent(accuracy)]),
    formatLoss(loss),
  ]
  table.push(
    ...members.map((member, i) => line(names[i]!, member)),
    line('mean member', mean),
    line('ensemble', ensemble),
  )
  return `${table}\n\n${gainOf(scores)}`
}

function gainOf({ members, mean, ensemble, disagreement = 0 }: EnsembleScores): string {
  if (ensemble.accuracy === undefined || mean.accuracy === undefined)
    return `Its loss is ${change(mean.loss, ensemble.loss, 'less', 'more')} than the mean member's.`
  const best = Math.max(...members.map(({ accuracy = 0 }) => accuracy))
  return [
    `${points(ensemble.accuracy - mean.accuracy)} over the mean member,`,
    `${points(ensemble.accuracy - best)} over the best;`,
    `${change(1 - mean.accuracy, 1 - ensemble.accuracy, 'fewer', 'more')} errors than the mean member.`,
    `Two members differ in ${formatPercent(disagreement)} of their answers.`,
  ].join(' ')
}

function change(before: number, after: number, less: string, more: string): string {
  const share = before === 0 ? 0 : after / before - 1
  return `${formatPercent(Math.abs(share))} ${share > 0 ? more : less}`
}

const points = (share: number): string =>
  `${share < 0 ? '-' : '+'}${Math.abs(share * 100).toFixed(2)} points`
