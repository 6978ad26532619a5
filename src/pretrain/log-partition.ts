import { ConfigError, type Tensor } from '../base/index.ts'
import { optimised } from '../engine/index.ts'
import { add, cast, exp, input, log, neg, pureProgram, reduceMax, sub, sum } from '../ir/index.ts'
import type { Machine } from './machine.ts'

/** Units of one side whose states can be gone through: 2^20 states take some seconds. */
const mostUnits = 20
/** States that are computed at once. */
const blockBits = 12

/**
 * `ln Z = ln(sum over v, h of e^-E(v, h))`, exactly: one side's states are gone through, the other side
 * is summed in closed form.
 * Throws ConfigError when neither side is of at most 20 Bernoulli units.
 */
export async function exactLogPartition(machine: Machine): Promise<number> {
  const { config, hidden, visible, values } = machine
  const sides = [
    { units: config.hiddenUnits, count: hidden, free: values.hiddenFreeEnergy },
    { units: config.visibleUnits, count: visible, free: values.freeEnergy },
  ].sort((a, b) => a.count - b.count)
  const side = sides.find(({ units, count }) => units === 'bernoulli' && count <= mostUnits)
  if (!side)
    throw new ConfigError({
      who: 'exact ln Z of an rbm',
      expected: `a side of at most ${mostUnits} Bernoulli units`,
      received: sides.map(({ units, count }) => `${count} ${units}`).join(' and '),
      hint: 'Estimate it by annealed importance sampling: estimateLogPartition()',
    })
  const { engine, state } = await machine.parts()
  const bits = Math.min(side.count, blockBits)
  const given = cast(input('states', [2 ** bits, side.count], 'uint8'), 'float32')
  const terms = neg(side.free(given))
  const most = reduceMax(terms)
  const total = add(most, log(sum(exp(sub(terms, most)))))
  const executable = await engine.compile(optimised(pureProgram({ total })))
  try {
    const totals: number[] = []
    for (let block = 0; block < 2 ** (side.count - bits); block++) {
      const outputs = await executable.run({ states: statesOf(block, bits, side.count) }, state)
      totals.push(outputs.total!.data[0]!)
    }
    return logSumExp(totals)
  } finally {
    await executable.release()
  }
}

/** The states whose number has the bits of the block above the lower ones; unit i is bit i. */
function statesOf(block: number, bits: number, count: number): Tensor {
  const rows = 2 ** bits
  const data = new Uint8Array(rows * count)
  for (let row = 0; row < rows; row++)
    for (let i = 0; i < count; i++) data[row * count + i] = ((block * rows + row) >>> i) & 1
  return { dtype: 'uint8', shape: [rows, count], data }
}

/** `ln(sum(e^x))` without overflow. */
export function logSumExp(xs: readonly number[]): number {
  const most = xs.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY)
  return most + Math.log(xs.reduce((total, x) => total + Math.exp(x - most), 0))
}
