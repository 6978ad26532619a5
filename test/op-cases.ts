import { broadcastingCases } from './op-cases/broadcasting.ts'
import { convolutionCases } from './op-cases/convolutions.ts'
import { elementwiseCases } from './op-cases/elementwise.ts'
import { indexingCases } from './op-cases/indexing.ts'
import { movementCases } from './op-cases/movement.ts'
import type { OpCase } from './op-cases/op-case.ts'
import { poolCases } from './op-cases/pools.ts'
import { productCases } from './op-cases/products.ts'
import { reductionCases } from './op-cases/reductions.ts'

export { type OpCase, programOf } from './op-cases/op-case.ts'

/** What every op gives on ordinary, edge and extreme operands. Every engine is held to it. */
export const opCases: readonly OpCase[] = [
  ...elementwiseCases,
  ...broadcastingCases,
  ...reductionCases,
  ...productCases,
  ...convolutionCases,
  ...poolCases,
  ...movementCases,
  ...indexingCases,
]
