import { breathe, ConfigError, type Key, keyOf, splitKey, type Tensor } from '../base/index.ts'
import { chooseStepsPerCall, type Executable, optimised, workOf } from '../engine/index.ts'
import { add, broadcast, constant, input, mul, pureProgram, sum } from '../ir/index.ts'
import type { Machine } from './machine.ts'
import { NoiseFeeds, NoiseInputs } from './noise.ts'
import { weightInputs } from './rbm-graph.ts'

/** How a machine dreams. */
export interface SampleOptions {
  /** Independent chains, a row each; default 10. */
  readonly count?: number
  /** Steps of Gibbs sampling; default 1000. */
  readonly steps?: number
  readonly seed?: number
  /** States [count, V] to start from, such as those of an earlier sample; by default drawn from the biases. */
  readonly start?: Tensor
}

/** Where chains came to. */
export interface Sample {
  /** Drawn visible states [count, V]. */
  readonly states: Tensor
  /** The means they were drawn from: smoother pictures. */
  readonly means: Tensor
}

/**
 * Rows drawn by alternating Gibbs sampling. Chains of one machine and one start differ by their draws.
 * Throws ConfigError when a setting is out of range.
 */
export async function drawSamples(
  machine: Machine,
  { count = 10, steps = 1000, seed = 0, start }: SampleOptions,
): Promise<Sample> {
  if (!Number.isInteger(count) || count < 1 || !Number.isInteger(steps) || steps < 1)
    throw new ConfigError({
      who: 'sample of an rbm',
      expected: 'count and steps of at least 1',
      received: `${count} and ${steps}`,
    })
  const key = splitKey(keyOf(seed), 'sample')
  const rows = start?.shape[0] ?? count
  const visible =
    start ??
    (await startChains(machine, machine.weights.visibleBias, rows, splitKey(key, 'start'))).visible
  const { engine } = await machine.parts()
  const { program, noise } = gibbsStep(machine, rows)
  const state = engine.createState({ ...machine.weights, visible, means: visible })
  const most = Math.min(steps, chooseStepsPerCall(workOf(program), engine))
  const feeds = new NoiseFeeds(key)
  const compiled = new Map<number, Executable>()
  try {
    for (let done = 0; done < steps; ) {
      const now = steps - done >= most ? most : 1
      const executable = compiled.get(now) ?? (await engine.compile(program, { stepsPerCall: now }))
      compiled.set(now, executable)
      await executable.run(feeds.feeds(noise, done, now), state)
      done += now
      await breathe()
    }
  } finally {
    for (const executable of compiled.values()) await executable.release()
  }
  const { visible: states, means } = await state.read()
  return { states: states!, means: means! }
}

/** The parameters are carried along, since several steps of one call share nothing else. */
function gibbsStep({ hidden, visible, values }: Machine, count: number) {
  const noise = new NoiseInputs()
  const v = input('visible', [count, visible])
  const h = noise.draw('hidden', values.hidden, values.hidden.mean(values.hiddenInput(v)))
  const means = values.visible.mean(values.visibleInput(h))
  const next = noise.draw('visible', values.visible, means)
  return {
    program: optimised({
      outputs: {},
      state: { ...weightInputs(hidden, visible), visible: next, means },
    }),
    noise: noise.specs,
  }
}

/**
 * Visible states [count, V] drawn from units with biases and no weights, and ln Z of such a machine:
 * `sum(logSum(bias)) + H logSum(0)`.
 */
export async function startChains(
  machine: Machine,
  bias: Tensor,
  count: number,
  key: Key,
): Promise<{ readonly visible: Tensor; readonly logPartition: number }> {
  const { hidden, visible, values } = machine
  const { engine } = await machine.parts()
  const noise = new NoiseInputs()
  const given = input('bias', [visible])
  const states = noise.draw(
    'visible',
    values.visible,
    broadcast(values.visible.mean(given), [count, visible]),
  )
  const logPartition = add(
    sum(values.visible.logSum(given)),
    mul(hidden, sum(values.hidden.logSum(constant([0])))),
  )
  const executable = await engine.compile(optimised(pureProgram({ states, logPartition })))
  try {
    const outputs = await executable.run({
      bias,
      ...new NoiseFeeds(key).feeds(noise.specs, 0, 1),
    })
    return { visible: outputs.states!, logPartition: outputs.logPartition!.data[0]! }
  } finally {
    await executable.release()
  }
}
