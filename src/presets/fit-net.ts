import { type InitConfig, lsuv } from '../init/index.ts'
import {
  conv2d,
  dropout,
  flatten,
  type LayerConfig,
  linear,
  maxout,
  maxPool2d,
  relu,
  type SequentialConfig,
  sequential,
} from '../nn/index.ts'

/** Settings of FitNet-4. */
export interface FitNet4Options {
  /** K; default 10. */
  readonly outputs?: number
  /** `maxout` doubles the channels of every layer and takes the greater of each pair, of 5 in the last. */
  readonly activation?: LayerConfig | 'maxout'
  readonly weightInit?: InitConfig
  /** The share switched off of the inputs and after each stage. */
  readonly dropoutRate?: number
}

/** Channels of the 3x3 convolutions of each stage; a maximum ends a stage. */
const stages = [
  [32, 32, 32, 48, 48],
  [80, 80, 80, 80, 80, 80],
  [128, 128, 128, 128, 128, 128],
] as const

/**
 * FitNet-4, the thin and deep net on which initialisers are compared: 17 convolutions and two fully
 * connected layers. The image, 32x32, is halved twice, and the last maximum is over all that is left.
 * Shapes: [B, C, 32, 32] -> [B, K].
 * Source: Romero et al. 2015; layers as in the published configuration of Mishkin and Matas 2016, whose
 * "very leaky" ReLU is `leakyRelu({ negativeSlope: 1 / 3 })`.
 */
export function fitNet4({
  outputs = 10,
  activation = relu(),
  weightInit = lsuv(),
  dropoutRate = 0.2,
}: FitNet4Options = {}): SequentialConfig {
  const pieces = (count: number) => (activation === 'maxout' ? count : 1)
  const bend = (count: number) => (activation === 'maxout' ? maxout(count) : activation)
  const conv = (channels: number): LayerConfig[] => [
    conv2d(channels * pieces(2), 3, { padding: 1, weightInit }),
    bend(2),
  ]
  return sequential(
    dropout(dropoutRate),
    ...stages.flatMap((stage, i) => [
      ...stage.flatMap(conv),
      maxPool2d(i === stages.length - 1 ? 8 : 2),
      dropout(dropoutRate),
    ]),
    flatten(),
    linear(500 * pieces(5), { weightInit }),
    bend(5),
    dropout(dropoutRate),
    linear(outputs, { weightInit }),
  )
}
