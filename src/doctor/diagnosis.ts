import type { Text } from '../base/index.ts'
import type { Chart } from '../charts/index.ts'

/** How bad it is: training fails, training suffers, or it is worth knowing. */
export type Severity = 'error' | 'warning' | 'note'

/** A number that shows an illness, and the limit that it is beyond. */
export interface Evidence {
  readonly name: Text
  readonly value: number
  /** Absent where the number only tells more. */
  readonly limit?: number
  /** On which side of the limit the illness begins. */
  readonly beyond?: 'above' | 'below'
}

/** Something to try, as changes of the description. */
export interface Prescription {
  readonly text: Text
  /** Each as `--set` takes it: `optimizer.learningRate=0.001`; none where the description alone cannot mend it. */
  readonly settings: readonly string[]
}

/** Something that is wrong, with what shows it and what may mend it. */
export interface Diagnosis {
  /** The name of the rule that found it. */
  readonly rule: string
  readonly severity: Severity
  /** The path of the layer, where it is one's. */
  readonly layer?: string
  /** Since which step, where it came up in training. */
  readonly step?: number
  readonly title: Text
  /** What it means, in two sentences. */
  readonly meaning: Text
  readonly evidence: readonly Evidence[]
  /** The most promising first. */
  readonly prescriptions: readonly Prescription[]
  readonly chart?: Chart
  /** Where the rule comes from. */
  readonly source: string
}

/** What was looked at, and what was found. */
export interface Checkup {
  /** The worst first. */
  readonly findings: readonly Diagnosis[]
  /** The names of the rules that looked. */
  readonly checked: readonly string[]
  /** Rules that could not look, and why. */
  readonly skipped: readonly { readonly rule: string; readonly reason: string }[]
  /** What else a reader has to know: what is damaged or missing, and how to record more. */
  readonly remarks?: readonly Text[]
}

const order: readonly Severity[] = ['error', 'warning', 'note']

/** The worst first; of equals, the one whose rule looked first. */
export function bySeverity(findings: readonly Diagnosis[]): Diagnosis[] {
  return findings.toSorted((a, b) => order.indexOf(a.severity) - order.indexOf(b.severity))
}
