import { checked, given, requirements, type Shape, sameShape, sizeOf } from '../base/index.ts'
import { type InitConfig, ones, zeros } from '../init/index.ts'
import {
  add,
  div,
  isOp,
  mul,
  neg,
  reshape,
  sqrt,
  stopGradient,
  sub,
  type Value,
} from '../ir/index.ts'
import { mean } from '../ops/index.ts'
import type { LayerContext, LayerRow } from './layer.ts'
import { refuseInput } from './refuse-input.ts'

interface NormOptions {
  /** Added to the variance, so that constant inputs do not divide by 0. */
  readonly epsilon?: number
  /** Whether a trained scale and shift follow. */
  readonly isAffine?: boolean
  readonly scaleInit?: InitConfig
  readonly shiftInit?: InitConfig
}

/** Settings of a batch normalisation. */
export interface BatchNormOptions extends NormOptions {
  /** The share of the running statistics that a batch replaces. */
  readonly momentum?: number
}

/** The description of a batch normalisation. */
export interface BatchNormConfig extends Required<BatchNormOptions> {
  readonly kind: 'batchNorm'
}

/** Settings of a layer normalisation. */
export interface LayerNormOptions extends NormOptions {
  /** How many axes at the end are normalised together. */
  readonly lastAxes?: number
}

/** The description of a layer normalisation. */
export interface LayerNormConfig extends Required<LayerNormOptions> {
  readonly kind: 'layerNorm'
}

const normDefaults = { epsilon: 1e-5, isAffine: true, scaleInit: ones(), shiftInit: zeros() }
const normRequired = { epsilon: requirements.positive, isAffine: requirements.flag }

/**
 * Gives every channel mean 0 and variance 1 over the batch, then a trained scale and shift.
 * `y = (x - mean) / sqrt(variance + epsilon) * weight + bias`
 * Training uses the statistics of the batch, with the variance divided by n, and carries
 * `running = (1 - momentum) running + momentum batch`, there with the variance divided by n - 1;
 * inference uses the running ones.
 * Shapes: [B, C, ...] -> [B, C, ...]; params: weight [C], bias [C]; buffers: running_mean [C],
 * running_var [C]. One value per channel has no spread: training refuses it, as PyTorch does.
 * Throws ConfigError when epsilon is not above 0 or momentum not in 0..1.
 * Source: Ioffe and Szegedy 2015; names and defaults of PyTorch, epsilon 1e-5 and momentum 0.1. What
 * Keras calls momentum is 1 - momentum here, 0.99 by default, its epsilon 1e-3, and its running
 * variance is that of the batch, divided by n.
 */
export function batchNorm(options: BatchNormOptions = {}): BatchNormConfig {
  return checked(
    { kind: 'batchNorm', momentum: 0.1, ...normDefaults, ...given(options) },
    { momentum: requirements.wholeShare, ...normRequired },
  )
}

/**
 * Gives every example mean 0 and variance 1 over its last axes, then a trained scale and shift.
 * `y = (x - mean) / sqrt(variance + epsilon) * weight + bias`, the variance divided by n.
 * Shapes: [..., D] -> [..., D]; params: weight and bias, shaped as the last axes.
 * Throws ConfigError when epsilon is not above 0 or `lastAxes` not a positive integer.
 * Source: Ba et al. 2016; names and epsilon 1e-5 of PyTorch, Keras has 1e-3.
 */
export function layerNorm(options: LayerNormOptions = {}): LayerNormConfig {
  return checked(
    { kind: 'layerNorm', lastAxes: 1, ...normDefaults, ...given(options) },
    { lastAxes: requirements.count, ...normRequired },
  )
}

/** How a batch normalisation computes. */
export const batchNormRow: LayerRow<BatchNormConfig> = {
  doc: '(x - mean) / sqrt(variance + epsilon) weight + bias per channel; [B, C, ...] -> [B, C, ...]',
  apply(config, x, context) {
    const [batch, channels, ...rest] = x.shape
    if (batch === undefined || channels === undefined) refuseInput('batchNorm', x, '[B, C, ...]')
    const affine = affineOf(config, [channels], context)
    const runningMean = context.buffer('running_mean', [channels], zeros())
    const runningVar = context.buffer('running_var', [channels], ones())
    const scaled = (y: Value, average: Value, variance: Value) => {
      const { scale, shift } = scaleAndShift(config, average, variance, affine)
      return add(mul(y, perChannel(scale, x)), perChannel(shift, x))
    }
    if (!context.isTraining) return scaled(x, runningMean, runningVar)

    const count = batch * sizeOf(rest)
    if (count < 2)
      refuseInput(
        'batchNorm',
        x,
        'at least 2 values per channel in training',
        'One has no spread: take a batch size that leaves no single example over',
      )
    const { average, centred, offset, variance } = batchStatistics(x)
    const carry = (name: string, running: Value, now: Value) =>
      context.setBuffer(name, add(mul(1 - config.momentum, running), mul(config.momentum, now)))
    carry('running_mean', runningMean, average)
    carry('running_var', runningVar, mul(variance, count / (count - 1)))
    return scaled(centred, offset, variance)
  },
}

/** A statistic [C] so that it stretches over [B, C, ...]. */
function perChannel(statistic: Value, x: Value): Value {
  return reshape(statistic, [x.shape[1]!, ...x.shape.slice(2).map(() => 1)])
}

/**
 * The average and the variance of each channel, [C] both; x less a constant near the average, and how
 * far the average is from that constant: 0, but with a gradient. The formulas hold for any constant;
 * near the average nothing cancels, and the backward pass has two sums over the batch less than when
 * the average itself is subtracted.
 */
function batchStatistics(x: Value) {
  const { rest, shift } = withoutChannelShift(x)
  const axes = [...x.shape.keys()].filter(axis => axis !== 1)
  const restAverage = mean(rest, axes)
  const constant = stopGradient(restAverage)
  const centred = sub(rest, perChannel(constant, x))
  const offset = sub(restAverage, constant)
  return {
    average: shift ? add(restAverage, reshape(shift, restAverage.shape)) : restAverage,
    centred,
    offset,
    variance: sub(mean(mul(centred, centred), axes), mul(offset, offset)),
  }
}

/**
 * x taken apart where it is a sum of something and a number per channel, such as the bias of the layer
 * before: that cancels, and its gradient is 0. Computed, the 0 would be the noise of rounding, of
 * which an optimiser that divides by the size of gradients makes full steps.
 */
function withoutChannelShift(x: Value): { readonly rest: Value; readonly shift?: Value } {
  if (!isOp(x, 'add')) return { rest: x }
  const isPerChannel = ({ shape }: Value) =>
    shape.length <= x.shape.length &&
    shape.every((n, i) => n === (i + x.shape.length - shape.length === 1 ? x.shape[1] : 1))
  const i = x.inputs.findIndex(isPerChannel)
  const rest = x.inputs[1 - i]
  return i >= 0 && rest && sameShape(rest.shape, x.shape)
    ? { rest, shift: x.inputs[i]! }
    : { rest: x }
}

interface Affine {
  readonly weight?: Value
  readonly bias?: Value
}

function affineOf(
  { isAffine, scaleInit, shiftInit }: Required<NormOptions>,
  shape: Shape,
  context: LayerContext,
): Affine {
  if (!isAffine) return {}
  return {
    weight: context.param('weight', shape, scaleInit),
    bias: context.param('bias', shape, shiftInit),
  }
}

/** Normalising and the affine map as one: `y = x scale + shift`. */
function scaleAndShift(
  { epsilon }: Required<NormOptions>,
  average: Value,
  variance: Value,
  { weight, bias }: Affine,
): { readonly scale: Value; readonly shift: Value } {
  const scale = div(weight ?? 1, sqrt(add(variance, epsilon)))
  const moved = mul(average, scale)
  return { scale, shift: bias ? sub(bias, moved) : neg(moved) }
}

/** How a layer normalisation computes. */
export const layerNormRow: LayerRow<LayerNormConfig> = {
  doc: '(x - mean) / sqrt(variance + epsilon) weight + bias per example; [..., D] -> [..., D]',
  apply(config, x, context) {
    const { lastAxes, epsilon } = config
    const rank = x.shape.length
    if (rank <= lastAxes) refuseInput('layerNorm', x, `more than ${lastAxes} axes`)
    const axes = [...x.shape.keys()].slice(-lastAxes)
    const centred = sub(x, mean(x, axes, true))
    const variance = mean(mul(centred, centred), axes, true)
    // Measured: a fifth faster than a division, forward and backward together.
    const normal = mul(centred, div(1, sqrt(add(variance, epsilon))))
    const { weight, bias } = affineOf(config, x.shape.slice(-lastAxes), context)
    return weight && bias ? add(mul(normal, weight), bias) : normal
  },
}
