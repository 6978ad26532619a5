import { ConfigError, fillBits, keyOf, splitKey, type Tensor } from '../base/index.ts'
import type { MirrorConfig, SequentialConfig } from '../nn/index.ts'
import type { Net } from './autoencoder.ts'
import { type FitRbmOptions, fitRbm, type RbmEpoch, type RbmRun } from './fit-rbm.ts'
import type { RowsLike } from './machine.ts'
import type { RbmConfig } from './rbm.ts'
import type { Unlabelled } from './unlabelled.ts'
import {
  type ClassifierOptions,
  type Stack,
  unrolledAutoencoder,
  unrolledClassifier,
  unrolledEncoder,
} from './unrolled.ts'

/** What a deep belief network learns from, and how: as a machine, but for each of several. */
export interface FitDbnOptions extends Omit<FitRbmOptions, 'epochs' | 'weights' | 'onEpoch'> {
  /** Passes over the training rows for each machine, or for each its own. */
  readonly epochs: number | readonly number[]
  /** Told of every epoch that is done; a promise is awaited. `machine` counts from 1, the lowest. */
  readonly onEpoch?: (epoch: RbmEpoch & { readonly machine: number }) => unknown
}

/** A stack of machines that learnt one after the other, and the nets it is the start of. */
export interface Dbn {
  /** `interrupted` when the signal stopped it: there are as many machines as were begun. */
  readonly status: 'completed' | 'interrupted'
  /** The lowest first. */
  readonly machines: readonly RbmRun[]
  /** The hidden means of the highest machine, those of the one below being its rows. Shapes: [N, ...] -> [N, H]. */
  hiddenMeans(rows: RowsLike): Promise<Tensor>
  /** The same pass as an ordinary net. Shapes: [B, V] -> [B, H]. */
  encoder(): Net<SequentialConfig>
  /** The encoder with a linear layer on top, for `fit({ ...net, ... })` with labels. Shapes: [B, V] -> [B, K]. */
  classifier(options: ClassifierOptions): Net<SequentialConfig>
  /** Up and down again through the same weights, for `fit` with `inputsAsTargets`. Shapes: [B, V] -> [B, V]. */
  autoencoder(options?: { readonly isTied?: boolean }): Net<SequentialConfig | MirrorConfig>
}

/**
 * Teaches a stack of machines greedily: each learns the hidden means that the one below gives for the
 * training rows, which a compiled graph computes once. Nothing here can read a label.
 *
 *     fitDbn([rbm({ hidden: 500 }), rbm({ hidden: 500 })], { data: unlabelled(await mnist()), epochs: 10 })
 *
 * Throws ConfigError when there is no machine or the units of two do not fit together, and as `fitRbm`.
 * Source: Hinton, Osindero and Teh, "A fast learning algorithm for deep belief nets" (2006), section 4;
 * machines above the first learn the means of the units below, as the published code of Hinton and Salakhutdinov (2006).
 */
export async function fitDbn(stack: readonly RbmConfig[], options: FitDbnOptions): Promise<Dbn> {
  const epochs = checkStack(stack, options.epochs)
  const { seed = 0, onEpoch, data, ...rest } = options
  const machines: RbmRun[] = []
  let below = data
  for (const [i, config] of stack.entries()) {
    if (i > 0) below = await above(machines[i - 1]!, below)
    const run = await fitRbm(config, {
      ...rest,
      data: below,
      epochs: epochs[i]!,
      seed: i === 0 ? seed : seedOf(seed, i),
      ...(onEpoch && { onEpoch: epoch => onEpoch({ ...epoch, machine: i + 1 }) }),
    })
    machines.push(run)
    if (run.status === 'interrupted') return dbnOf(machines, 'interrupted')
  }
  return dbnOf(machines, 'completed')
}

/** What the next machine learns from: the hidden means of rows. */
async function above(machine: RbmRun, { train, validation }: Unlabelled): Promise<Unlabelled> {
  return {
    train: await machine.hiddenMeans(train),
    ...(validation && { validation: await machine.hiddenMeans(validation) }),
  }
}

/** A seed of its own for each machine above the first. */
function seedOf(seed: number, machine: number): number {
  const bits = new Uint32Array(1)
  fillBits(splitKey(keyOf(seed), 'dbn', machine), bits)
  return bits[0]!
}

function dbnOf(machines: readonly RbmRun[], status: Dbn['status']): Dbn {
  const stack: Stack = machines
  return {
    status,
    machines,
    async hiddenMeans(rows) {
      let means = rows
      for (const machine of machines) means = await machine.hiddenMeans(means)
      return means as Tensor
    },
    encoder: () => unrolledEncoder(stack),
    classifier: options => unrolledClassifier(stack, options),
    autoencoder: options => unrolledAutoencoder(stack, options),
  }
}

/** The epochs of each machine. Throws ConfigError when machines or epochs do not fit together. */
function checkStack(
  stack: readonly RbmConfig[],
  epochs: FitDbnOptions['epochs'],
): readonly number[] {
  if (stack.length === 0) refuse('dbn', 'at least one machine', 'none')
  for (const [i, { visibleUnits }] of stack.entries()) {
    const below = stack[i - 1]
    if (below && below.hiddenUnits !== visibleUnits)
      refuse(
        `dbn, machine ${i + 1}`,
        `${below.hiddenUnits} visible units, as the hidden units of machine ${i} are`,
        visibleUnits,
      )
  }
  const each = typeof epochs === 'number' ? stack.map(() => epochs) : epochs
  if (each.length !== stack.length)
    refuse('dbn epochs', `a number, or one for each of ${stack.length} machines`, `[${each}]`)
  return each
}

function refuse(who: string, expected: string, received: string): never {
  throw new ConfigError({ who, expected, received })
}
