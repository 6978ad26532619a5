import type { Named } from '../base/index.ts'
import type { BinCounts, RunDescription } from './recorder.ts'

/** A value, rounded to float32, at a step. */
export interface ScalarPoint {
  readonly step: number
  readonly value: number
}

/** The bins of a tag at a step. */
export interface HistogramPoint {
  readonly step: number
  readonly value: BinCounts
}

/** Where a run left the finite numbers, as its directory keeps it. */
export interface StoredDivergence {
  /** The step that made the first bad value, counted from 1. */
  readonly step: number
  /** The layer that it belongs to; empty outside any layer. */
  readonly layer: string
  /** In words: what became of what, where, and why. */
  readonly sentence: string
}

/** What a run has written of itself so far: what it is, and every number by tag (docs/formats.md). */
export interface RunRecord {
  readonly description: RunDescription
  readonly scalars: Named<readonly ScalarPoint[]>
  readonly histograms: Named<readonly HistogramPoint[]>
  /** `open`: under way, killed, or interrupted. */
  readonly status: 'open' | 'completed' | 'failed'
  /** Why it failed. */
  readonly failure?: string
  readonly divergence?: StoredDivergence
  /** What is damaged, and what is used in its place: sentences for the reader. */
  readonly warnings: readonly string[]
}
