import { bySeverity, type Checkup, type Diagnosis } from './diagnosis.ts'
import type { Rule } from './rule.ts'

/** What some rules find: causes first, and symptoms only where nothing that was found is their cause. */
export async function checkup<P>(rules: readonly Rule<P>[], patient: P): Promise<Checkup> {
  const findings: Diagnosis[] = []
  const skipped: { rule: string; reason: string }[] = []
  const inOrder = [...rules.filter(one => !one.isSymptom), ...rules.filter(one => one.isSymptom)]
  let hasCause = false
  for (const { name, look, isSymptom } of inOrder) {
    const found = await look(patient)
    if (typeof found === 'string') skipped.push({ rule: name, reason: found })
    else if (!isSymptom || !hasCause) findings.push(...found.map(one => ({ rule: name, ...one })))
    if (!isSymptom) hasCause = findings.some(isCause)
  }
  const looked = new Set(rules.map(({ name }) => name))
  for (const { rule } of skipped) looked.delete(rule)
  return {
    findings: bySeverity(
      causesOnly(rules, findings).filter(one => !isExplained(one, rules, findings)),
    ),
    checked: [...looked],
    skipped,
  }
}

/** A warning of what came up in training may itself come from what is wrong with the run. */
const isCause = ({ severity, step = 0 }: Diagnosis): boolean =>
  severity === 'error' || (severity === 'warning' && step <= 1)

/** Findings without what others bring about, which are errors then. */
function causesOnly<P>(rules: readonly Rule<P>[], findings: readonly Diagnosis[]): Diagnosis[] {
  const broughtBy = ({ rule }: Diagnosis): readonly string[] =>
    rules.find(({ name }) => name === rule)?.bringsAbout ?? []
  const brought = new Set(findings.flatMap(broughtBy))
  const isHarmful = (one: Diagnosis) =>
    broughtBy(one).some(name => findings.some(({ rule }) => rule === name))
  return findings
    .filter(({ rule }) => !brought.has(rule))
    .map(one => (isHarmful(one) ? { ...one, severity: 'error' } : one))
}

/** Whether a cause that is told made this: it was not there before the first step. */
function isExplained<P>(
  { rule, step = 0 }: Diagnosis,
  rules: readonly Rule<P>[],
  findings: readonly Diagnosis[],
): boolean {
  const causes = rules.filter(({ name }) => name === rule).flatMap(one => one.explainedBy ?? [])
  return (
    step > 1 &&
    findings.some(one => causes.includes(one.rule) && one.severity === 'error' && one.rule !== rule)
  )
}

/** What gives its first result again instead of working it out anew. */
export function onceOnly<T>(work: () => T): () => T {
  let known: { readonly result: T } | undefined
  return () => {
    known ??= { result: work() }
    return known.result
  }
}
