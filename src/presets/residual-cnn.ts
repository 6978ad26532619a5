import { heNormal } from '../init/index.ts'
import {
  batchNorm,
  conv2d,
  globalAveragePool,
  type LayerConfig,
  linear,
  relu,
  residual,
  type SequentialConfig,
  sequential,
} from '../nn/index.ts'

/** Settings of a residual net for small images. */
export interface ResidualCnnOptions {
  /** K. */
  readonly outputs: number
  /** Channels of each stage; every stage but the first halves the image. Default 32, 64, 128. */
  readonly channels?: readonly number[]
  /** Residual blocks of a stage; 3 stages of n blocks make a net of 6 n + 2 layers. */
  readonly blocks?: number
}

const normalised = (channels: number, kernel: number, stride = 1): LayerConfig[] => [
  conv2d(channels, kernel, {
    stride,
    padding: Math.floor(kernel / 2),
    useBias: false,
    weightInit: heNormal(),
  }),
  batchNorm(),
]

/** Two normalised 3x3 convolutions, and a way around them: 1x1 where the image or channels change. */
function block(channels: number, stride: number, changes: boolean): LayerConfig[] {
  const branch = sequential(...normalised(channels, 3, stride), relu(), ...normalised(channels, 3))
  const projection = sequential(...normalised(channels, 1, stride))
  return [residual(branch, changes ? { projection } : {}), relu()]
}

/**
 * A residual net for images of 32x32 or so.
 * Shapes: [B, C, H, W] -> [B, K].
 * Source: He et al. 2016, section 4.2; projections where shapes differ (their option B).
 */
export function residualCnn({
  outputs,
  channels = [32, 64, 128],
  blocks = 1,
}: ResidualCnnOptions): SequentialConfig {
  const stages = channels.flatMap((count, stage) =>
    Array.from({ length: blocks }, (_, i) => {
      const changes = stage > 0 && i === 0
      return block(count, changes ? 2 : 1, changes)
    }).flat(),
  )
  return sequential(
    ...normalised(channels[0]!, 3),
    relu(),
    ...stages,
    globalAveragePool(),
    linear(outputs),
  )
}
