import {
  ConfigError,
  checked,
  listOf,
  type Named,
  requirements,
  rowNamed,
  sizeOf,
} from '../base/index.ts'
import { cast, constant, logSoftmax, mul, reshape, sigmoid, sum, type Value } from '../ir/index.ts'
import {
  absoluteErrorPerElement,
  areRightClasses,
  areRightLabels,
  binaryCrossEntropyPerElement,
  crossEntropyPerRow,
  hingePerRow,
  huberPerElement,
  klDivergencePerRow,
  softmax,
  squaredErrorPerElement,
  type Task,
} from '../ops/index.ts'
import { type JointLossConfig, jointRow, mainLoss } from './joint-loss.ts'

/** The descriptions of losses, by kind. */
export interface LossConfigs {
  readonly crossEntropy: {
    readonly kind: 'crossEntropy'
    readonly labelSmoothing: number
    readonly classWeights?: readonly number[]
  }
  readonly binaryCrossEntropy: { readonly kind: 'binaryCrossEntropy' }
  readonly meanSquaredError: { readonly kind: 'meanSquaredError' }
  readonly meanAbsoluteError: { readonly kind: 'meanAbsoluteError' }
  readonly huber: { readonly kind: 'huber'; readonly delta: number }
  readonly klDivergence: { readonly kind: 'klDivergence' }
  readonly hinge: { readonly kind: 'hinge'; readonly margin: number }
  readonly joint: JointLossConfig
}

/** A loss as data. */
export type LossConfig = LossConfigs[keyof LossConfigs]

/** What a cross-entropy may be told. */
export interface CrossEntropySettings {
  /** The share of each target that is moved evenly to all classes; default 0. */
  readonly labelSmoothing?: number
  /** What an example of each class counts, [K]; 1 each when absent. */
  readonly classWeights?: readonly number[]
}

/**
 * Cross-entropy of softmax from logits, in nats; stable for any finite logits.
 * `-mean(sum(weight * target * logSoftmax(logits)))`
 * Shapes: logits [B, K]; targets [B] class indices or [B, K] probabilities.
 * The mean is over the examples, whatever their weights, as Keras' class_weight has it; PyTorch divides by
 * the sum of the weights in the batch.
 * Throws ConfigError when the smoothing or a weight is out of range.
 */
export function crossEntropy({
  labelSmoothing = 0,
  classWeights,
}: CrossEntropySettings = {}): LossConfigs['crossEntropy'] {
  const weights = classWeights && { classWeights: Object.freeze([...classWeights]) }
  return checked(
    { kind: 'crossEntropy', labelSmoothing, ...weights },
    { labelSmoothing: requirements.share, classWeights: listOf(requirements.amount) },
  )
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

/** `mean(|prediction - target|)`, the L1 loss; its gradient at 0 is 0. Shapes: both [B, ...]. */
export const meanAbsoluteError = (): LossConfigs['meanAbsoluteError'] =>
  Object.freeze({ kind: 'meanAbsoluteError' })

/**
 * Half the squared error up to `delta` from the target and linear beyond, so that outliers pull less.
 * `mean(|e| <= delta ? e^2 / 2 : delta (|e| - delta / 2))`. Shapes: both [B, ...].
 * Throws ConfigError when delta is not above 0.
 * Source: Huber (1964); as PyTorch's HuberLoss, which for delta 1 is its SmoothL1Loss.
 */
export function huber({ delta = 1 } = {}): LossConfigs['huber'] {
  return checked({ kind: 'huber', delta }, { delta: requirements.positive })
}

/**
 * Kullback-Leibler divergence of softmax from a target distribution, in nats: the cross-entropy less the
 * targets' own entropy, so that 0 is the best there is.
 * `mean(sum(target * (ln target - logSoftmax(logits))))`
 * Shapes: logits and targets [B, K], the rows of targets sum to 1.
 * Source: PyTorch's kl_div(logSoftmax(logits), targets, reduction='batchmean'); it takes log-probabilities,
 * this takes logits as the other losses do (log-probabilities are logits too).
 */
export const klDivergence = (): LossConfigs['klDivergence'] =>
  Object.freeze({ kind: 'klDivergence' })

/**
 * Multi-class hinge loss on scores: 0 where the right class leads every other by `margin`.
 * `mean(sum over j other than y of max(0, margin - score_y + score_j) / K)`
 * Shapes: scores [B, K]; targets [B] class indices. Throws ConfigError when the margin is not above 0.
 * Source: Weston and Watkins (1999), over K as PyTorch's MultiMarginLoss; not Crammer and Singer's, which
 * takes the greatest instead of the sum.
 */
export function hinge({ margin = 1 } = {}): LossConfigs['hinge'] {
  return checked({ kind: 'hinge', margin }, { margin: requirements.positive })
}

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
  /** What the output and the targets are, which decides the metrics; absent where a term says it. */
  readonly task?: Task
  /** The loss of each example. Shapes: output [B, ...], targets as the loss says -> [B]. */
  readonly perExample: (config: C, output: Value, targets: Value, context: LossContext) => Value
  /** The model's output as what a user wants to read: probabilities, or the prediction itself. */
  readonly prediction: (output: Value) => Value
  /** 1 for each example that is classified right, or the share of its places; absent where nothing is classified. */
  readonly isCorrect?: (output: Value, targets: Value) => Value
}

/** The share of the places of each example that are right, by a rule for all places. */
function shareRight(areRight: (output: Value, targets: Value) => Value) {
  return (output: Value, targets: Value): Value =>
    meanPerExample(cast(areRight(output, targets), output.dtype))
}
const rightClasses = shareRight(areRightClasses)

const asItIs = (output: Value): Value => output
const asShares = (output: Value): Value => softmax(output)

/** A loss on numbers, element by element. */
function onNumbers<C>(
  doc: string,
  perElement: (config: C, output: Value, targets: Value) => Value,
): LossRow<C> {
  return {
    doc,
    task: 'numbers',
    perExample: (config, output, targets) =>
      meanPerExample(perElement(config, output, cast(targets, output.dtype))),
    prediction: asItIs,
  }
}

/** One row per loss. */
export const lossTable: { readonly [K in keyof LossConfigs]: LossRow<LossConfigs[K]> } = {
  crossEntropy: {
    doc: '-mean(sum(weight target logSoftmax(logits)))',
    task: 'classes',
    perExample: ({ labelSmoothing, classWeights }, logits, targets) =>
      meanPerExample(
        crossEntropyPerRow(logits, targets, {
          labelSmoothing,
          ...(classWeights && { classWeights: weightsOf(classWeights, logits) }),
        }),
      ),
    prediction: asShares,
    isCorrect: rightClasses,
  },
  binaryCrossEntropy: {
    doc: 'mean(softplus(x) - x target)',
    task: 'labels',
    perExample: (_, logits, targets) =>
      meanPerExample(binaryCrossEntropyPerElement(logits, cast(targets, logits.dtype))),
    prediction: logits => sigmoid(logits),
    isCorrect: shareRight(areRightLabels),
  },
  meanSquaredError: onNumbers('mean((prediction - target)^2)', (_, output, targets) =>
    squaredErrorPerElement(output, targets),
  ),
  meanAbsoluteError: onNumbers('mean(|prediction - target|)', (_, output, targets) =>
    absoluteErrorPerElement(output, targets),
  ),
  huber: onNumbers(
    'mean(|e| <= delta ? e^2 / 2 : delta (|e| - delta / 2))',
    ({ delta }, output, targets) => huberPerElement(output, targets, delta),
  ),
  klDivergence: {
    doc: 'mean(sum(target (ln target - logSoftmax(logits))))',
    task: 'classes',
    perExample: (_, logits, targets) =>
      meanPerExample(klDivergencePerRow(logSoftmax(logits), cast(targets, logits.dtype))),
    prediction: asShares,
    isCorrect: rightClasses,
  },
  hinge: {
    doc: 'mean(sum(max(0, margin - score_y + score_j)) / K), j other than y',
    task: 'classes',
    perExample: ({ margin }, scores, targets) =>
      meanPerExample(hingePerRow(scores, targets, margin)),
    prediction: asItIs,
    isCorrect: rightClasses,
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

/** Throws ConfigError unless there is a weight for each class. */
function weightsOf(weights: readonly number[], logits: Value): Value {
  const classes = logits.shape.at(-1)
  if (weights.length !== classes)
    throw new ConfigError({
      who: 'crossEntropy',
      expected: `classWeights of ${classes} classes`,
      received: `${weights.length}`,
    })
  return constant([...weights], logits.dtype)
}

/** What the main output of a model with this loss is. Throws ConfigError when the kind is unknown. */
export function taskOf(loss: LossConfig): Task {
  return lossRowOf(mainLoss(loss)).task ?? 'numbers'
}

/** The row of a loss. Throws ConfigError when its kind is unknown. */
export function lossRowOf(loss: LossConfig): LossRow<LossConfig> {
  return rowNamed('loss', lossTable, loss.kind) as LossRow<LossConfig>
}

/** The mean over all axes but the first. Shapes: [B, ...] -> [B]. */
function meanPerExample(x: Value): Value {
  if (x.shape.length === 1) return x
  const [batch = 1, ...rest] = x.shape
  const size = sizeOf(rest)
  return mul(sum(reshape(x, [batch, size]), 1), 1 / size)
}
