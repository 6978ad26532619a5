import { readdir } from 'node:fs/promises'
import { basename, dirname, resolve } from 'node:path'
import { distance } from 'fastest-levenshtein'
import { RunError } from '../../base/index.ts'

/** The error for a path that holds no run, with the sibling that was perhaps meant. */
export async function absentRun(path: string, cause?: unknown): Promise<RunError> {
  const name = basename(resolve(path))
  const entries = await readdir(dirname(resolve(path)), { withFileTypes: true }).catch(() => [])
  const siblings = entries.filter(entry => entry.isDirectory()).map(entry => entry.name)
  const nearest = nearestName(
    name,
    siblings.filter(sibling => sibling !== name),
  )
  return new RunError({
    who: `run directory "${path}"`,
    expected: 'a directory with a run.json',
    received: cause instanceof Error ? cause.message : 'none',
    ...(nearest === undefined ? {} : { hint: `Is "${nearest}" meant?` }),
    ...(cause === undefined ? {} : { cause }),
  })
}

/** The newest name that goes on where this one ends, or else the one with the fewest changes. */
function nearestName(name: string, names: readonly string[]): string | undefined {
  const longer = names.filter(other => other.startsWith(name)).sort()
  if (longer.length > 0) return longer.at(-1)
  const [nearest] = names
    .map(other => ({ other, changes: distance(name, other) }))
    .filter(({ changes }) => changes <= name.length / 2)
    .sort((a, b) => a.changes - b.changes)
  return nearest?.other
}
