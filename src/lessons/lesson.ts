import type { Text } from '../base/index.ts'
import type { Chart } from '../charts/index.ts'
import type { ClaimId } from './claims/index.ts'
import type { GroupName } from './groups.ts'

/**
 * What became of a claim: it holds; it holds with a condition that the source does not name; or it
 * does not hold as stated.
 */
export type Verdict = 'holds' | 'conditional' | 'fails'

/** A number that a lesson measured, or the numbers of several seeds. */
export interface Measure {
  readonly name: Text
  /** One number a seed; a single one where nothing is random. */
  readonly values: readonly number[]
  /** `percent` writes .98 as 98.00 %; default `number`. */
  readonly format?: 'number' | 'percent'
  /** The figure of the source as it was printed, and where: `94.55 % (lab 10-2)`. */
  readonly published?: string
  /** Where earlier re-runs say that the mean lies. */
  readonly expected?: readonly [low: number, high: number]
}

/** What a lesson found about one claim. */
export interface Finding {
  readonly claim: ClaimId
  /** Computed from what was measured. */
  readonly verdict: Verdict
  /** Why, in a sentence or two, with the numbers that decide. */
  readonly reason: Text
  readonly measures: readonly Measure[]
}

/** What a lesson is run with. */
export interface LessonContext {
  /** Whether the settings of the source are asked for, however long they take. */
  readonly isFull: boolean
  /** Aborted when the reader stops the lesson: check it between runs, so that nothing goes on unseen. */
  readonly signal: AbortSignal
  /** The text in the reader's language, for the labels of charts. */
  text(text: Text): string
  /** A paragraph of the story. */
  say(text: Text): void
  /** A picture, drawn at once and kept as SVG. */
  show(chart: Chart): void
  /** How much is done, from 0 to 1, and what is under way. */
  progress(share: number, now?: Text): void
}

/** An experiment that tells whether claims of the lectures hold. */
export interface Lesson {
  /** As it is called on the command line: words joined by hyphens. */
  readonly name: string
  readonly group: GroupName
  /** The claims that it decides; it gives a finding for each. */
  readonly claims: readonly ClaimId[]
  /** One line for the list. */
  readonly title: Text
  /** What is claimed, why it matters and what is done about it: a paragraph or two. */
  readonly story: Text
  /** What the short setting leaves out of the full one; absent when they are the same. */
  readonly reduced?: Text
  /** Seconds on two cores. */
  readonly seconds: { readonly short: number; readonly full: number }
  /** Whether it comes out the same every time, and within three seconds: such lessons are tests too. */
  readonly isExact?: true
  /**
   * What the experiment needs that is not here, such as data too large to ship, and how to get it. It is
   * not run then, and its claims count as not run.
   */
  lacks?(): Promise<Text | undefined>
  /** Runs the experiment. Throws the errors of what it calls. */
  run(context: LessonContext): Promise<readonly Finding[]>
}
