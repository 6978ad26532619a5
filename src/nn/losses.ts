import { ConfigError, type Named, sizeOf } from '../base/index.ts'
import { argMax, cast, equal, less, mul, reshape, sigmoid, sum, type Value } from '../ir/index.ts'
import {
  binaryCrossEntropyPerElement,
  crossEntropyPerRow,
  softmax,
  squaredErrorPerElement,
} from '../ops/index.ts'
import { type JointLossConfig, jointRow } from './joint-loss.ts'

/** The descriptions of losses, by kind. */
export interface LossConfigs {
  readonly crossEntropy: { readonly kind: 'crossEntropy'; readonly labelSmoothing: number }
  readonly binaryCrossEntropy: { readonly kind: 'binaryCrossEntropy' }
  readonly meanSquaredError: { readonly kind: 'meanSquaredError' }
  readonly joint: JointLossConfig
}

/** A loss as data. */
export type LossConfig = LossConfigs[keyof LossConfigs]

/**
 * Cross-entropy of softmax from logits, in nats; stable for any finite logits.
 * `-mean(sum(target * logSoftmax(logits)))`
 * Shapes: logits [B, K]; targets [B] class indices or [B, K] probabilities.
 */
export function crossEntropy({ labelSmoothing = 0 } = {}): LossConfigs['crossEntropy'] {
  if (!(labelSmoothing >= 0 && labelSmoothing < 1))
    throw new ConfigError({
      who: 'crossEntropy',
      expected: '0 <= labelSmoothing < 1',
      received: `${labelSmoothing}`,
    })
  return Object.freeze({ kind: 'crossEntropy', labelSmoothing })
}

/**
 * Cross-entropy of sigmoid from logits, in nats; stable for any finite logits.
 * `mean(softplus(x) - x * target)`. Shapes: logits and targets [B, D].
 */
export const binaryCrossEntropy = (): LossConfigs['binaryCrossEntropy'] =>
  Object.freeze({ kind: 'binaryCrossEntropy' })

/** `mean((prediction - target)^2)`. Shapes: both [B, ...]. */
export const meanSquaredError = (): LossConfigs['meanSquaredError'] =>
  Object.freeze({ kind: 'meanSquaredError' })

/** What a loss over several outputs may ask for. */
export interface LossContext {
  /** The outputs of the model, and the further targets, by name. */
  readonly outputs?: Named<Value>
  readonly more?: Named<Value>
  /** Another loss, of each example. */
  apply(loss: LossConfig, output: Value, targets: Value): Value
}

/** How a loss computes, and what its model's output means. */
export interface LossRow<C> {
  readonly doc: string
  /** The loss of each example. Shapes: output [B, ...], targets as the loss says -> [B]. */
  readonly perExample: (config: C, output: Value, targets: Value, context: LossContext) => Value
  /** The model's output as what a user wants to read: probabilities, or the prediction itself. */
  readonly prediction: (output: Value) => Value
  /** 1 for each example that is classified right; absent where nothing is classified. */
  readonly isCorrect?: (output: Value, targets: Value) => Value
}

/** One row per loss. */
export const lossTable: { readonly [K in keyof LossConfigs]: LossRow<LossConfigs[K]> } = {
  crossEntropy: {
    doc: '-mean(sum(target logSoftmax(logits)))',
    perExample: ({ labelSmoothing }, logits, targets) =>
      crossEntropyPerRow(logits, targets, labelSmoothing),
    prediction: logits => softmax(logits),
    isCorrect(logits, targets) {
      const isIndex = targets.shape.length === logits.shape.length - 1
      const label = isIndex ? cast(targets, 'int32') : argMax(targets)
      return cast(equal(argMax(logits), label), logits.dtype)
    },
  },
  binaryCrossEntropy: {
    doc: 'mean(softplus(x) - x target)',
    perExample: (_, logits, targets) =>
      meanPerExample(binaryCrossEntropyPerElement(logits, cast(targets, logits.dtype))),
    prediction: logits => sigmoid(logits),
    isCorrect: (logits, targets) =>
      meanPerExample(
        cast(equal(less(0, logits), less(0.5, cast(targets, logits.dtype))), logits.dtype),
      ),
  },
  meanSquaredError: {
    doc: 'mean((prediction - target)^2)',
    perExample: (_, output, targets) =>
      meanPerExample(squaredErrorPerElement(output, cast(targets, output.dtype))),
    prediction: output => output,
  },
  joint: jointRow,
}

/**
 * The loss of each example, [B]. `named` holds the outputs and the further targets of a model that has
 * several. Throws ConfigError when the kind is unknown, GraphError when an output or a target is missing.
 */
export function lossPerExample(
  loss: LossConfig,
  output: Value,
  targets: Value,
  named: Omit<LossContext, 'apply'> = {},
): Value {
  return lossRowOf(loss).perExample(loss, output, targets, { ...named, apply: lossPerExample })
}

/** The row of a loss. Throws ConfigError when its kind is unknown. */
export function lossRowOf(loss: LossConfig): LossRow<LossConfig> {
  if (!Object.hasOwn(lossTable, loss.kind))
    throw new ConfigError({
      who: 'loss',
      expected: `one of ${Object.keys(lossTable).join(', ')}`,
      received: `"${loss.kind}"`,
    })
  return lossTable[loss.kind] as LossRow<LossConfig>
}

/** The mean over all axes but the first. Shapes: [B, ...] -> [B]. */
function meanPerExample(x: Value): Value {
  const [batch = 1, ...rest] = x.shape
  const size = sizeOf(rest)
  return mul(sum(reshape(x, [batch, size]), 1), 1 / size)
}
