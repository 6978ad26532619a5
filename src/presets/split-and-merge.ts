import { heNormal } from '../init/index.ts'
import {
  conv2d,
  globalAveragePool,
  type LayerConfig,
  linear,
  maxPool2d,
  type ParallelConfig,
  parallel,
  relu,
  type SequentialConfig,
  sequential,
} from '../nn/index.ts'

/** Settings of a net that splits and merges. */
export interface SplitAndMergeOptions {
  /** K. */
  readonly outputs: number
  /** Channels of each branch in every module; a module has four branches. Default 16 and 32. */
  readonly channels?: readonly number[]
}

const conv = (channels: number, kernel: number): LayerConfig[] => [
  conv2d(channels, kernel, { padding: 'same', weightInit: heNormal() }),
  relu(),
]

/** Kernels of 1, 3 and 5 and a pool beside each other, joined along the channels. */
function module(channels: number): ParallelConfig {
  return parallel([
    sequential(...conv(channels, 1)),
    sequential(...conv(channels, 1), ...conv(channels, 3)),
    sequential(...conv(channels, 1), ...conv(channels, 5)),
    sequential(maxPool2d(3, { stride: 1, padding: 1 }), ...conv(channels, 1)),
  ])
}

/**
 * A net whose path splits into branches and merges again.
 * Shapes: [B, C, H, W] -> [B, K].
 * Source: Szegedy et al. 2015, figure 2b.
 */
export function splitAndMerge({
  outputs,
  channels = [16, 32],
}: SplitAndMergeOptions): SequentialConfig {
  return sequential(
    ...channels.flatMap(count => [module(count), maxPool2d(2)]),
    globalAveragePool(),
    linear(outputs),
  )
}
