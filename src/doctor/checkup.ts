import { bySeverity, type Checkup, type Diagnosis } from './diagnosis.ts'
import type { Rule } from './rule.ts'

/** What some rules find: causes first, and symptoms only where no cause was found. */
export async function checkup<P>(rules: readonly Rule<P>[], patient: P): Promise<Checkup> {
  const findings: Diagnosis[] = []
  const skipped: { rule: string; reason: string }[] = []
  const inOrder = [...rules.filter(one => !one.isSymptom), ...rules.filter(one => one.isSymptom)]
  for (const { name, look, isSymptom } of inOrder) {
    const found = await look(patient)
    if (typeof found === 'string') skipped.push({ rule: name, reason: found })
    else if (!isSymptom || !findings.some(({ severity }) => severity !== 'note'))
      findings.push(...found.map(one => ({ rule: name, ...one })))
  }
  const notLooked = new Set(skipped.map(({ rule }) => rule))
  return {
    findings: bySeverity(findings),
    checked: rules.map(({ name }) => name).filter(name => !notLooked.has(name)),
    skipped,
  }
}

/** What gives its first result again instead of working it out anew. */
export function onceOnly<T>(work: () => T): () => T {
  let known: { readonly result: T } | undefined
  return () => {
    known ??= { result: work() }
    return known.result
  }
}
