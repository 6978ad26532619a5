import { sameShape } from '../base/index.ts'
import { isOp, type OpName, type OpRow, opTable, type Value } from '../ir/index.ts'
import { blockedConvolution } from './blocked-convolution.ts'
import { blockedSum } from './blocked-sums.ts'
import { type BlockedProgram, fillsBlocks } from './blocks.ts'
import { blockedChannelMap, blockedPlaneMap } from './channel-map.ts'
import type { Fusion } from './fusion.ts'
import { lowerings } from './lowering.ts'
import { blockedPhases } from './phases.ts'
import { lowerBy } from './row.ts'

/**
 * How to compute a value with channels in blocks: convolutions, and what follows them element by
 * element and channel by channel. Undefined where the plain order does as well.
 */
export function inBlocks(value: Value, program: BlockedProgram): Fusion | undefined {
  if (value.dtype !== 'float32') return undefined
  return (
    blockedConvolution(value, program) ??
    blockedPhases(value, program) ??
    blockedSum(value, program) ??
    blockedChannelMap(value, program) ??
    blockedPlaneMap(value, program) ??
    blockedElements(value, program)
  )
}

/** What is computed element by element of images in blocks, and scalars. */
function blockedElements(value: Value, { blocked }: BlockedProgram): Fusion | undefined {
  const [first] = value.inputs
  // What a comparison gives cannot be brought out of blocks, so it is taken together with its cast.
  const compared = isOp(value, 'cast') && first?.dtype === 'bool' ? first : undefined
  const { inputs } = compared ?? value
  const isScalar = ({ shape }: Value) => shape.length === 0
  const isImage = (operand: Value) => fillsBlocks(operand) && sameShape(operand.shape, value.shape)
  if (!fillsBlocks(value) || !isElementwise(value) || !(compared ? isElementwise(compared) : true))
    return undefined
  if (!inputs.every(operand => isScalar(operand) || isImage(operand))) return undefined
  if (!inputs.some(operand => blocked.has(operand))) return undefined
  return {
    operands: inputs,
    blocked: { operands: inputs.map(isImage), result: true },
    lower(names, emit) {
      const known = compared ? [lowerBy(lowerings, compared, names, emit)] : names
      return lowerBy(lowerings, value, known, emit)
    },
  }
}

const isElementwise = ({ op }: Value): boolean =>
  (opTable[op] as OpRow<OpName>).isElementwise === true
