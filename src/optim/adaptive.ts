import { add, div, mul, relu, sqrt, sub, type Value } from '../ir/index.ts'
import type { CommonSettings, OptimizerRow } from './optimizer.ts'

/** AdaGrad. */
export interface AdagradConfig extends CommonSettings {
  readonly kind: 'adagrad'
  readonly epsilon: number
}

/** RMSProp. */
export interface RmspropConfig extends CommonSettings {
  readonly kind: 'rmsprop'
  readonly decay: number
  readonly epsilon: number
  /** Above 0, steps build a velocity as in momentum. */
  readonly momentum: number
  /** Divides by the deviation of the gradients instead of their root mean square. */
  readonly centered: boolean
}

/** AdaDelta. */
export interface AdadeltaConfig extends CommonSettings {
  readonly kind: 'adadelta'
  readonly decay: number
  readonly epsilon: number
}

/**
 * `s += g^2; p -= learningRate * g / (sqrt(s) + epsilon)`.
 * Source: Duchi et al. 2011, diagonal form; s starts at 0 as in PyTorch, at 0.1 in Keras.
 */
export const adagradRow: OptimizerRow<AdagradConfig> = {
  doc: 's += g^2; p -= rate g / (sqrt(s) + epsilon)',
  weightDecay: 'coupled',
  slots: () => ['squares'],
  scalars: (_, _step, learningRate) => ({ rate: learningRate }),
  update({ epsilon }, { param, gradient, slots, scalars }) {
    const squares = add(slots.squares!, mul(gradient, gradient))
    const step = div(mul(scalars.rate!, gradient), add(sqrt(squares), epsilon))
    return { param: sub(param, step), slots: { squares } }
  },
}

/**
 * `s = decay * s + (1 - decay) * g^2; p -= learningRate * g / (sqrt(s) + epsilon)`.
 * Centred: `a = decay * a + (1 - decay) * g`, and `s - a^2` under the root.
 * With momentum: `v = momentum * v + g / (…); p -= learningRate * v`.
 *
 * The slots hold s / (1 - decay) and a / (1 - decay), as Adam's do: a pass over the parameters less.
 * Source: Tieleman and Hinton 2012, centred by Graves 2013, equation 38; epsilon outside the root as
 * in PyTorch, inside in Keras. Where rounding makes `s - a^2` negative it counts as 0; PyTorch has NaN.
 */
export const rmspropRow: OptimizerRow<RmspropConfig> = {
  doc: 's = decay s + (1 - decay) g^2; p -= rate g / (sqrt(s) + epsilon)',
  weightDecay: 'coupled',
  slots: ({ centered, momentum }) => [
    'squares',
    ...(centered ? ['mean'] : []),
    ...(momentum > 0 ? ['velocity'] : []),
  ],
  scalars: ({ decay }, _step, learningRate) => ({ rate: learningRate / Math.sqrt(1 - decay) }),
  update({ decay, epsilon, momentum }, { param, gradient, slots, scalars }) {
    const squares = add(mul(decay, slots.squares!), mul(gradient, gradient))
    const mean = slots.mean && add(mul(decay, slots.mean), gradient)
    const spread = mean ? relu(sub(squares, mul(1 - decay, mul(mean, mean)))) : squares
    const root = add(sqrt(spread), epsilon / Math.sqrt(1 - decay))
    if (!slots.velocity) {
      const step = div(mul(scalars.rate!, gradient), root)
      return { param: sub(param, step), slots: present({ squares, mean }) }
    }
    const velocity = add(mul(momentum, slots.velocity), div(gradient, root))
    const next = sub(param, mul(scalars.rate!, velocity))
    return { param: next, slots: present({ squares, mean, velocity }) }
  },
}

function present(slots: Record<string, Value | undefined>): Record<string, Value> {
  return Object.fromEntries(
    Object.entries(slots).flatMap(([name, value]) => (value ? [[name, value]] : [])),
  )
}

/**
 * `s = decay * s + (1 - decay) * g^2; d = sqrt(u + epsilon) / sqrt(s + epsilon) * g;`
 * `u = decay * u + (1 - decay) * d^2; p -= learningRate * d`.
 *
 * The slots hold s / (1 - decay) and u / (1 - decay), so epsilon does too; one root serves both.
 * Source: Zeiler 2012, algorithm 1, which has no rate: 1 here and in PyTorch, 0.001 in Keras.
 */
export const adadeltaRow: OptimizerRow<AdadeltaConfig> = {
  doc: 'd = sqrt((u + epsilon) / (s + epsilon)) g; p -= rate d; s, u = running means of g^2, d^2',
  weightDecay: 'coupled',
  slots: () => ['squares', 'steps'],
  scalars: (_, _step, learningRate) => ({ rate: learningRate }),
  update({ decay, epsilon }, { param, gradient, slots, scalars }) {
    const small = epsilon / (1 - decay)
    const squares = add(mul(decay, slots.squares!), mul(gradient, gradient))
    const change = mul(sqrt(div(add(slots.steps!, small), add(squares, small))), gradient)
    const steps = add(mul(decay, slots.steps!), mul(change, change))
    return { param: sub(param, mul(scalars.rate!, change)), slots: { squares, steps } }
  },
}
