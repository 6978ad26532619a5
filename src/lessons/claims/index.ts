import type { Claim } from './claim.ts'
import { fortyOneToSixtyFive } from './forty-one-to-sixty-five.ts'
import { oneToTwenty } from './one-to-twenty.ts'
import { twentyOneToForty } from './twenty-one-to-forty.ts'

const table = { ...oneToTwenty, ...twentyOneToForty, ...fortyOneToSixtyFive }

/** The number of a claim: `1` to `65`, and `8b`. */
export type ClaimId = `${keyof typeof table}`

/** The numbers of the claims in their order. */
export const claimIds: readonly ClaimId[] = (Object.keys(table) as ClaimId[]).sort(
  (a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10) || a.length - b.length,
)

/** What a claim says, and who says it. */
export function claimOf(id: ClaimId): Claim {
  return table[id as keyof typeof table]
}
