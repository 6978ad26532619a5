import { checked, given, requirements } from '../base/index.ts'
import { averagePool2d, maxPool2d as maxPool2dOp, type PoolOptions, pad } from '../ir/index.ts'
import { mean } from '../ops/index.ts'
import type { LayerRow } from './layer.ts'
import { imageSize, pairOf, type Size, sizeFrom } from './window.ts'

interface WindowOptions {
  /** How far the window moves; its own size when left out. */
  readonly stride?: Size
  /** Rows and columns on each side of the image. */
  readonly padding?: Size
}

/** Settings of max pooling. */
export type MaxPool2dOptions = WindowOptions

/** The description of max pooling. */
export interface MaxPool2dConfig extends Required<WindowOptions> {
  readonly kind: 'maxPool2d'
  readonly kernel: Size
}

/** Settings of mean pooling. */
export interface AvgPool2dOptions extends WindowOptions {
  /** Whether the zeros of the padding count among the elements. */
  readonly countsPadding?: boolean
}

/** The description of mean pooling. */
export interface AvgPool2dConfig extends Required<AvgPool2dOptions> {
  readonly kind: 'avgPool2d'
  readonly kernel: Size
}

/** The description of the mean over each whole channel. */
export interface GlobalAveragePoolConfig {
  readonly kind: 'globalAveragePool'
}

const windowRequired = { kernel: sizeFrom(1), stride: sizeFrom(1), padding: sizeFrom(0) }

/** The description of zeros around images. */
export interface ZeroPad2dConfig {
  readonly kind: 'zeroPad2d'
  readonly padding: Size
}

/**
 * The greatest element under each window; of those that tie the first receives the gradient. Padding
 * never wins.
 * Shapes: [B, C, H, W] -> [B, C, h, w] with h = floor((H + 2 padding - kernel) / stride) + 1.
 * Throws ConfigError when a setting is no integer in its range; ShapeError when the kernel is larger
 * than the padded input or no larger than the padding. Source: as PyTorch's MaxPool2d.
 */
export function maxPool2d(kernel: Size, options: MaxPool2dOptions = {}): MaxPool2dConfig {
  return checked(
    { kind: 'maxPool2d', kernel, stride: kernel, padding: 0, ...given(options) },
    windowRequired,
  )
}

/**
 * The mean of the elements under each window; `countsPadding` counts those of the padding, as
 * PyTorch's AvgPool2d does and Keras does not.
 * Shapes: [B, C, H, W] -> [B, C, h, w] with h = floor((H + 2 padding - kernel) / stride) + 1.
 * Throws ConfigError when a setting is no integer in its range; ShapeError when the kernel is larger
 * than the padded input or no larger than the padding.
 */
export function avgPool2d(kernel: Size, options: AvgPool2dOptions = {}): AvgPool2dConfig {
  return checked(
    {
      kind: 'avgPool2d',
      kernel,
      stride: kernel,
      padding: 0,
      countsPadding: true,
      ...given(options),
    },
    { ...windowRequired, countsPadding: requirements.flag },
  )
}

/**
 * The mean of each channel. Shapes: [B, C, H, W] -> [B, C].
 * Throws ShapeError when the input has other axes. Source: Lin et al. 2013.
 */
export const globalAveragePool = (): GlobalAveragePoolConfig =>
  Object.freeze({ kind: 'globalAveragePool' })

/**
 * Rows and columns of zeros on each side. Shapes: [B, C, H, W] -> [B, C, H + 2 padding, W + 2 padding].
 * Throws ConfigError when `padding` is no integer from 0 on.
 */
export function zeroPad2d(padding: Size): ZeroPad2dConfig {
  return checked({ kind: 'zeroPad2d', padding }, { padding: sizeFrom(0) })
}

function windowOf(config: MaxPool2dConfig | AvgPool2dConfig): PoolOptions {
  const padding = pairOf(config.padding)
  return {
    kernel: pairOf(config.kernel),
    strides: pairOf(config.stride),
    before: padding,
    after: padding,
  }
}

/** How max pooling computes. */
export const maxPool2dRow: LayerRow<MaxPool2dConfig> = {
  doc: 'the greatest under each window; [B, C, H, W] -> [B, C, h, w]',
  apply(config, x) {
    imageSize('maxPool2d', x)
    return maxPool2dOp(x, windowOf(config))
  },
}

/** How mean pooling computes. */
export const avgPool2dRow: LayerRow<AvgPool2dConfig> = {
  doc: 'the mean under each window; [B, C, H, W] -> [B, C, h, w]',
  apply(config, x) {
    imageSize('avgPool2d', x)
    return averagePool2d(x, { ...windowOf(config), countIncludePad: config.countsPadding })
  },
}

/** How the mean over each whole channel computes. */
export const globalAveragePoolRow: LayerRow<GlobalAveragePoolConfig> = {
  doc: 'the mean of each channel; [B, C, H, W] -> [B, C]',
  apply(_, x) {
    imageSize('globalAveragePool', x)
    return mean(x, [2, 3])
  },
}

/** How zeros around images are put there. */
export const zeroPad2dRow: LayerRow<ZeroPad2dConfig> = {
  doc: 'zeros on each side; [B, C, H, W] -> [B, C, H + 2 padding, W + 2 padding]',
  apply(config, x) {
    imageSize('zeroPad2d', x)
    const around = [0, 0, ...pairOf(config.padding)]
    return pad(x, around, around)
  },
}
