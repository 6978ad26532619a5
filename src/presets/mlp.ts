import { type InitConfig, xavierUniform } from '../init/index.ts'
import {
  batchNorm,
  dropout,
  type LayerConfig,
  linear,
  relu,
  type SequentialConfig,
  sequential,
} from '../nn/index.ts'

/** Settings of a fully connected net. */
export interface MlpOptions {
  /** Units of each hidden layer; default two of 256. */
  readonly hidden?: readonly number[]
  /** K, the features of the last, linear layer. */
  readonly outputs: number
  readonly activation?: LayerConfig
  /** Whether every hidden layer is normalised over the batch before its activation. */
  readonly useBatchNorm?: boolean
  /** The share of hidden units switched off in training. */
  readonly dropoutRate?: number
  readonly weightInit?: InitConfig
}

/**
 * A fully connected net: hidden layers with an activation, and a linear one.
 * Shapes: [B, D] -> [B, K].
 */
export function mlp({
  hidden = [256, 256],
  outputs,
  activation = relu(),
  useBatchNorm = false,
  dropoutRate = 0,
  weightInit = xavierUniform(),
}: MlpOptions): SequentialConfig {
  const regularised = dropoutRate > 0 ? [dropout(dropoutRate)] : []
  const block = (units: number): LayerConfig[] => [
    // The shift of the normalisation takes the place of the bias.
    linear(units, { weightInit, useBias: !useBatchNorm }),
    ...(useBatchNorm ? [batchNorm()] : []),
    activation,
    ...regularised,
  ]
  return sequential(...hidden.flatMap(block), linear(outputs, { weightInit }))
}
