import { breathe, ConfigError, keyOf, splitKey, type Tensor } from '../base/index.ts'
import { chooseStepsPerCall, type Executable, optimised, workOf } from '../engine/index.ts'
import { add, input, mul, type Program, sub, sum, type Value } from '../ir/index.ts'
import { startChains } from './chains.ts'
import { logSumExp } from './log-partition.ts'
import type { Machine, RowsLike } from './machine.ts'
import { NoiseFeeds, NoiseInputs } from './noise.ts'
import { weightInputs } from './rbm-graph.ts'

/** How ln Z is estimated. */
export interface AnnealingOptions {
  /**
   * The inverse temperatures on the way from the base machine to this one: rising, from 0 to 1. The
   * default are the published 14,500: steps of 0.001 to 0.5, of 0.0001 to 0.9 and of 0.00001 to 1.
   */
  readonly temperatures?: readonly number[]
  /** Independent chains; default 100. */
  readonly chains?: number
  /**
   * The base machine has no weights, and units with the means of these rows; as the machine's own visible
   * biases have it when absent, which takes more temperatures to be as good.
   */
  readonly rows?: RowsLike
  readonly seed?: number
  /** Stops after the step under way. */
  readonly signal?: AbortSignal
}

/** An estimate of ln Z. */
export interface LogPartition {
  readonly logPartition: number
  /** The estimate from Z less and plus three standard errors; low is -Infinity where that is below 0. */
  readonly low: number
  readonly high: number
  /** How many of the chains carry the estimate: `sum(w)² / sum(w²)`. */
  readonly effectiveChains: number
  readonly chains: number
  readonly temperatures: number
}

/**
 * The inverse temperatures of the published demonstration: 0 to 0.5 in steps of 0.001, to 0.9 in steps
 * of 0.0001 and to 1 in steps of 0.00001; `scale` of them, such as 0.1 for a tenth as many.
 */
export function annealingSchedule(scale = 1): number[] {
  const pieces = [
    [0, 0.5, 500],
    [0.5, 0.9, 4000],
    [0.9, 1, 10000],
  ] as const
  const temperatures = pieces.flatMap(([from, to, steps]) => {
    const count = Math.max(1, Math.round(steps * scale))
    return Array.from({ length: count }, (_, i) => from + ((to - from) * i) / count)
  })
  return [...temperatures, 1]
}

/**
 * Estimates ln Z by annealed importance sampling from a machine without weights, whose Z is known, through
 * machines with weights `beta W`, hidden biases `beta b` and visible biases `(1 - beta) base + beta a`:
 * `Z / Z0 = mean over chains of prod over k of p*k(v) / p*k-1(v)`, v drawn by a Gibbs step for each beta.
 * Throws ConfigError when the temperatures do not rise from 0 to 1.
 * Source: Salakhutdinov and Murray, "On the quantitative analysis of deep belief networks" (2008).
 */
export async function annealedLogPartition(
  machine: Machine,
  options: AnnealingOptions,
): Promise<LogPartition> {
  const { temperatures = annealingSchedule(), chains = 100, rows, seed = 0, signal } = options
  checkSchedule(temperatures, chains)
  const base = rows ? machine.biasOfMeans(rows) : machine.weights.visibleBias
  const { engine } = await machine.parts()
  const key = splitKey(keyOf(seed), 'annealing')
  const start = await startChains(machine, base, chains, splitKey(key, 'start'))
  const { program, noise } = annealingStep(machine, chains)
  const state = engine.createState({ ...machine.weights, base, visible: start.visible })
  const most = chooseStepsPerCall(workOf(program), engine)
  const logWeights = new Float64Array(chains).fill(start.logPartition)
  const feeds = new NoiseFeeds(key)
  const compiled = new Map<number, Executable>()
  try {
    for (let step = 1; step < temperatures.length; ) {
      signal?.throwIfAborted()
      const left = temperatures.length - step
      const steps = left >= most ? most : 1
      const executable =
        compiled.get(steps) ?? (await engine.compile(program, { stepsPerCall: steps }))
      compiled.set(steps, executable)
      const scalars = (from: number): Tensor => ({
        dtype: 'float32',
        shape: steps === 1 ? [] : [steps],
        data: Float32Array.from(temperatures.slice(from, from + steps)),
      })
      const given = {
        from: scalars(step - 1),
        to: scalars(step),
        ...feeds.feeds(noise, step, steps),
      }
      const { gained } = await executable.run(given, state)
      gained!.data.forEach((gain, i) => {
        logWeights[i % chains]! += gain
      })
      step += steps
      await breathe()
    }
  } finally {
    for (const executable of compiled.values()) await executable.release()
  }
  return { ...estimateOf(logWeights), chains, temperatures: temperatures.length }
}

/** One temperature: what it adds to the log weights [chains], and a Gibbs step of it. */
function annealingStep({ hidden, visible, values }: Machine, chains: number) {
  const noise = new NoiseInputs()
  const v = input('visible', [chains, visible])
  const base = input('base', [visible])
  const [from, to] = [input('from', []), input('to', [])]
  const received = values.hiddenInput(v)
  const logSum = (beta: Value) => values.hidden.logSum(mul(received, beta))
  const weights = weightInputs(hidden, visible)
  const gained = add(
    mul(sum(mul(v, sub(weights.visibleBias, base)), -1), sub(to, from)),
    // Unit by unit: their differences are small, and so is what float32 loses.
    sum(sub(logSum(to), logSum(from)), -1),
  )
  const h = noise.draw('hidden', values.hidden, values.hidden.mean(mul(received, to)))
  const back = add(mul(base, sub(1, to)), mul(values.visibleInput(h), to))
  const next = noise.draw('visible', values.visible, values.visible.mean(back))
  // The parameters are carried along, since several steps of one call share nothing else.
  const state = { ...weights, base, visible: next }
  const program: Program = optimised({ outputs: { gained }, state })
  return { program, noise: noise.specs }
}

function estimateOf(logWeights: Float64Array) {
  const n = logWeights.length
  const logSum = logSumExp([...logWeights])
  const logPartition = logSum - Math.log(n)
  // Relative to the estimate, so that nothing overflows.
  const ratios = Array.from(logWeights, w => Math.exp(w - logPartition))
  const variance = ratios.reduce((total, r) => total + (r - 1) ** 2, 0) / Math.max(1, n - 1)
  const error = 3 * Math.sqrt(variance / n)
  return {
    logPartition,
    low: logPartition + Math.log(Math.max(0, 1 - error)),
    high: logPartition + Math.log(1 + error),
    effectiveChains: n ** 2 / ratios.reduce((total, r) => total + r * r, 0),
  }
}

function checkSchedule(temperatures: readonly number[], chains: number): void {
  const isRising = temperatures.every((beta, i) => i === 0 || beta > temperatures[i - 1]!)
  if (!isRising || temperatures[0] !== 0 || temperatures.at(-1) !== 1)
    throw new ConfigError({
      who: 'annealing temperatures',
      expected: 'numbers that rise from 0 to 1',
      received: `${temperatures.length} from ${temperatures[0]} to ${temperatures.at(-1)}${isRising ? '' : ', not rising'}`,
    })
  if (!Number.isInteger(chains) || chains < 2)
    throw new ConfigError({
      who: 'annealing chains',
      expected: 'an integer of at least 2',
      received: String(chains),
    })
}
