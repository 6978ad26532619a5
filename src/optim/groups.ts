import { ConfigError, requirements } from '../base/index.ts'
import type { OptimizerConfig } from './optimizers.ts'

/** Parameters that are updated with settings of their own. */
export interface ParameterGroup {
  /**
   * Whole parts of a path, anywhere in it: `bias` is every bias, `0` all of a layer 0, `0.weight` its
   * weight. `*` stands for any characters of a part, and `^` in front for the beginning of the path.
   */
  readonly match: string
  /** Times the rate of the optimiser and its schedule; default 1. */
  readonly rateFactor?: number
  /** In place of the optimiser's. */
  readonly weightDecay?: number
}

/** The name of the group of a parameter, by its path: the first that matches it; '' when none does. */
export function groupOf({ groups = [] }: OptimizerConfig, path: string): string {
  const index = groups.findIndex(({ match }) => matcher(match).test(path))
  return index < 0 ? '' : groupName(index)
}

/** Throws ConfigError when a group has no parameter among the given ones. */
export function requireGroups(optimizer: OptimizerConfig, paths: readonly string[]): void {
  const found = new Set(paths.map(path => groupOf(optimizer, path)))
  for (const [i, { match }] of (optimizer.groups ?? []).entries()) {
    if (found.has(groupName(i))) continue
    const isTaken = paths.some(path => matcher(match).test(path))
    throw new ConfigError({
      who: `${optimizer.kind} groups.${i}`,
      expected: `a pattern that matches one of ${paths.join(', ')}`,
      received: `"${match}"`,
      ...(isTaken ? { from: 'all that it matches is in earlier groups' } : {}),
    })
  }
}

/** Throws ConfigError when the settings of a group are out of range. */
export function checkGroups(kind: string, groups: readonly ParameterGroup[]): void {
  for (const [i, group] of groups.entries())
    for (const [name, value] of Object.entries(group)) {
      const isGood =
        name === 'match'
          ? typeof value === 'string' && /^\^?[^.]+(\.[^.]+)*$/.test(value)
          : ['rateFactor', 'weightDecay'].includes(name) && requirements.amount.holds(value)
      if (!isGood)
        throw new ConfigError({
          who: `${kind} groups.${i}.${name}`,
          expected:
            'match, parts of a path such as "bias" or "0.weight", with rateFactor or weightDecay >= 0',
          received: JSON.stringify(value) ?? 'undefined',
        })
    }
}

/** The name of a group by its place in the list. */
export const groupName = (index: number): string => `group${index}`

function matcher(pattern: string): RegExp {
  const start = pattern.startsWith('^') ? '^' : '(?:^|\\.)'
  const parts = pattern.replace(/^\^/, '').split('.')
  const escaped = parts.map(part =>
    part.replace(/[\\^$+?()[\]{}|]/g, '\\$&').replace(/\*/g, '[^.]*'),
  )
  return new RegExp(`${start}${escaped.join('\\.')}(?:\\.|$)`)
}
