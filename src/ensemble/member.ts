import { ConfigError, formatShape, type Json, type Named, type Tensor } from '../base/index.ts'
import { type LossConfig, lossRowOf, mainLoss } from '../nn/index.ts'
import type { Task } from '../ops/index.ts'
import { type Layout, type ScoredModel, signatureOf, trainedLayout } from '../train/index.ts'
import { type Combination, combinationTable } from './combine.ts'

/** A trained model: what it is, and its parameters and buffers by path, such as `run.parameters`. */
export interface Member extends ScoredModel {
  readonly name?: string
  readonly parameters: Named<Tensor>
}

/** What the models of an ensemble have in common. */
export interface Team {
  readonly members: readonly Member[]
  /** Where the parameters of each lie in an engine. */
  readonly layouts: readonly Layout[]
  readonly by: Combination
  /** By what all are scored: the first member's, of its main output. */
  readonly loss: LossConfig
  readonly task: Task
}

/**
 * Checks that models answer the same question and can be combined so.
 * Throws ConfigError that says in what one differs from the first, or why they cannot be combined; RunError
 * when the parameters of one are not those of its model.
 */
export function teamOf(members: readonly Member[], asked: Combination | undefined): Team {
  const [first] = members
  if (!first || members.length < 2)
    throw new ConfigError({
      who: 'ensemble',
      expected: 'at least two members',
      received: `${members.length}`,
    })
  const layouts = members.map((member, i) =>
    trainedLayout(member, member.parameters, `ensemble, member ${i + 1}`),
  )
  const wanted = questionOf(first)
  for (const [i, member] of members.entries()) requireSame(wanted, questionOf(member), i)
  const loss = mainLoss(first.loss)
  return { members, layouts, by: combinationFor(members, asked), loss, task: wanted.task as Task }
}

/** What a member is asked and how it answers, by what it is called in errors. */
function questionOf({ loss, data }: Member): Named<Json> {
  const {
    inputs,
    targets,
    classes = null,
    targetNormalization = null,
    more = {},
  } = signatureOf(data)
  const rows = ({ dtype, shape }: { readonly dtype: string; readonly shape: readonly number[] }) =>
    `rows ${formatShape(shape)} of ${dtype}`
  const moreInputs = Object.entries(more).map(([name, row]) => `${name}: ${rows(row)}`)
  return {
    task: lossRowOf(mainLoss(loss)).task ?? 'numbers',
    inputs: rows(inputs),
    'more inputs': moreInputs.join(', ') || 'none',
    targets: rows(targets),
    'number of classes': classes,
    'class names': data.description.classNames ?? null,
    'normalisation of targets': targetNormalization as unknown as Json,
  }
}

/** Throws ConfigError that names the first difference. Classes that one does not name may be the other's. */
function requireSame(wanted: Named<Json>, given: Named<Json>, i: number): void {
  for (const [what, value] of Object.entries(wanted)) {
    const other = given[what]!
    const isUnknown = what === 'class names' && (value === null || other === null)
    if (isUnknown || JSON.stringify(value) === JSON.stringify(other)) continue
    throw new ConfigError({
      who: `ensemble, member ${i + 1}`,
      expected: `${what}: ${textOf(value)}, as member 1`,
      received: textOf(other),
    })
  }
}

const textOf = (value: Json): string =>
  value === null ? 'none' : typeof value === 'string' ? value : JSON.stringify(value)

function combinationFor(members: readonly Member[], asked: Combination | undefined): Combination {
  const losses = members.map(({ loss }) => mainLoss(loss))
  const fitting = (Object.keys(combinationTable) as Combination[]).filter(by =>
    losses.every(loss => combinationTable[by].fits(loss)),
  )
  if (asked === undefined) return fitting[0]!
  if (fitting.includes(asked)) return asked
  throw new ConfigError({
    who: 'ensemble',
    expected: `${fitting.join(' or ')} of members trained with ${[...new Set(losses.map(({ kind }) => kind))].join(', ')}`,
    received: `"${asked}"`,
  })
}
