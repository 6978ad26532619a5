import type { Text } from '../../base/index.ts'

/** The texts that make the claims. */
export const sources = {
  S0: { en: 'lecture 10-2, notes', ko: '10-2 강의 노트' },
  S1: { en: 'lecture 10-2, a reader’s blog', ko: '10-2 강의 블로그 정리' },
  S2: { en: 'lectures 9 to 10-5, notes', ko: '9–10-5 강의 노트' },
  S3: { en: 'university slides on deep networks', ko: '심층 신경망 대학 강의 자료' },
} as const satisfies Readonly<Record<string, Text>>

/** What a text claims. */
export interface Claim {
  readonly by: readonly (keyof typeof sources)[]
  readonly claim: Text
  /** The figure that a source prints, and where. */
  readonly published?: string
}
