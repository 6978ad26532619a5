import { checked, given, type Requirement, requirements } from '../base/index.ts'
import { type InitConfig, xavierUniform, zeros } from '../init/index.ts'
import { add, conv2d as conv2dOp, type Pair, reshape } from '../ir/index.ts'
import type { LayerRow } from './layer.ts'
import { refuseInput } from './refuse-input.ts'
import { imageSize, pairOf, type Size, sizeFrom } from './window.ts'

/** Settings of a convolution. */
export interface Conv2dOptions {
  readonly stride?: Size
  /** Zeros around the image: rows and columns on each side, or as many as keep its size. */
  readonly padding?: Size | 'same'
  /** The distance of neighbours under the kernel. */
  readonly dilation?: Size
  /** Channels are cut into so many groups, and outputs of one read its inputs alone. */
  readonly groups?: number
  /** C_in; checked when given, otherwise taken from the input. */
  readonly inputChannels?: number
  readonly useBias?: boolean
  readonly weightInit?: InitConfig
  readonly biasInit?: InitConfig
}

/** The description of a convolution. */
export interface Conv2dConfig extends Required<Omit<Conv2dOptions, 'inputChannels'>> {
  readonly kind: 'conv2d'
  /** C_out. */
  readonly channels: number
  readonly kernel: Size
  readonly inputChannels?: number
}

const noPadding = sizeFrom(0)
const paddingOrSame: Requirement = {
  expected: `${noPadding.expected}, or "same"`,
  holds: value => value === 'same' || noPadding.holds(value),
}

/**
 * A convolution of images, without flipping the kernel.
 * `y[b, o, i, j] = bias[o] + sum over c, u, v of x[b, c, i stride + u dilation - padding, …] weight[o, c, u, v]`
 * Shapes: [B, C_in, H, W] -> [B, C_out, h, w] with h = floor((H + 2 padding - dilation (k - 1) - 1) /
 * stride) + 1; params: weight [C_out, C_in / groups, k, k], bias [C_out].
 * `padding: 'same'` gives h = ceil(H / stride), the odd row at the end, as Keras does.
 * Throws ConfigError when a setting is no integer in its range or the groups do not divide C_out;
 * ShapeError when they do not divide C_in or the kernel is larger than the padded input.
 * Source: layout as PyTorch's Conv2d; Xavier uniform weights and zero biases as Keras' Conv2D.
 */
export function conv2d(channels: number, kernel: Size, options: Conv2dOptions = {}): Conv2dConfig {
  const config: Conv2dConfig = {
    kind: 'conv2d',
    channels,
    kernel,
    stride: 1,
    padding: 0,
    dilation: 1,
    groups: 1,
    useBias: true,
    weightInit: xavierUniform(),
    biasInit: zeros(),
    ...given(options),
  }
  return checked(config, {
    channels: requirements.count,
    kernel: sizeFrom(1),
    stride: sizeFrom(1),
    padding: paddingOrSame,
    dilation: sizeFrom(1),
    groups: {
      expected: `groups that divide ${channels} channels`,
      holds: groups => requirements.count.holds(groups) && channels % Number(groups) === 0,
    },
    useBias: requirements.flag,
  })
}

/** How a convolution computes. */
export const conv2dRow: LayerRow<Conv2dConfig> = {
  doc: 'y = x * weight + bias, a kernel over images; [B, C_in, H, W] -> [B, C_out, h, w]',
  apply(config, x, context) {
    const { channels, groups, inputChannels, useBias, weightInit, biasInit } = config
    const size = imageSize('conv2d', x)
    const received = x.shape[1]!
    if (received !== (inputChannels ?? received))
      refuseInput('conv2d', x, `[B, ${inputChannels}, H, W]`)
    if (received % groups !== 0) refuseInput('conv2d', x, `channels that ${groups} groups divide`)
    const [kernel, strides, dilations] = [config.kernel, config.stride, config.dilation].map(pairOf)
    const weight = context.param('weight', [channels, received / groups, ...kernel!], weightInit)
    const [before, after] = paddingOf(config.padding, size, kernel!, strides!, dilations!)
    const options = { strides: strides!, before, after, dilations: dilations!, groups }
    const y = conv2dOp(x, weight, options)
    if (!useBias) return y
    return add(y, reshape(context.param('bias', [channels], biasInit), [channels, 1, 1]))
  },
}

/** Rows and columns of zeros before and after. */
function paddingOf(
  padding: Size | 'same',
  size: Pair,
  kernel: Pair,
  strides: Pair,
  dilations: Pair,
): readonly [before: Pair, after: Pair] {
  if (padding !== 'same') return [pairOf(padding), pairOf(padding)]
  const needed = size.map((n, axis) => {
    const reach = dilations[axis]! * (kernel[axis]! - 1) + 1
    return Math.max(0, (Math.ceil(n / strides[axis]!) - 1) * strides[axis]! + reach - n)
  })
  const [height, width] = needed as [number, number]
  const before: Pair = [Math.floor(height / 2), Math.floor(width / 2)]
  return [before, [height - before[0], width - before[1]]]
}
