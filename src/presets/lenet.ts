import { heNormal, type InitConfig } from '../init/index.ts'
import {
  conv2d,
  dropout,
  flatten,
  type LayerConfig,
  linear,
  maxPool2d,
  relu,
  type SequentialConfig,
  sequential,
} from '../nn/index.ts'

/** Settings of a small convolutional net. */
export interface LenetOptions {
  /** K. */
  readonly outputs: number
  /** Channels of the convolutions, each 3x3 and followed by a pool of 2x2; default 32 and 64. */
  readonly channels?: readonly number[]
  /** Units of the layer before the last; default 128. */
  readonly features?: number
  readonly activation?: LayerConfig
  /** The share of those units switched off in training. */
  readonly dropoutRate?: number
  readonly weightInit?: InitConfig
}

/**
 * Convolutions and pools in turn, then two fully connected layers.
 * Shapes: [B, C, H, W] -> [B, K].
 * Source: the plan of LeCun et al. 1998, with 3x3 kernels, ReLU and maxima as in today's tutorials.
 */
export function lenet({
  outputs,
  channels = [32, 64],
  features = 128,
  activation = relu(),
  dropoutRate = 0,
  weightInit = heNormal(),
}: LenetOptions): SequentialConfig {
  return sequential(
    ...channels.flatMap(count => [
      conv2d(count, 3, { padding: 1, weightInit }),
      activation,
      maxPool2d(2),
    ]),
    flatten(),
    linear(features, { weightInit }),
    activation,
    ...(dropoutRate > 0 ? [dropout(dropoutRate)] : []),
    linear(outputs),
  )
}
