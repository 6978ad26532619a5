import { ConfigError, type Shape, sizeOf } from '../base/index.ts'
import { type InitConfig, ones, zeros } from '../init/index.ts'
import { add, div, mul, neg, reshape, sqrt, stopGradient, sub, type Value } from '../ir/index.ts'
import { mean } from '../ops/index.ts'
import { refuseInput, requireInteger } from './check.ts'
import type { LayerContext, LayerRow } from './layer.ts'

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
  const { momentum = 0.1 } = options
  if (!(momentum >= 0 && momentum <= 1))
    throw new ConfigError({
      who: 'batchNorm',
      expected: '0 <= momentum <= 1',
      received: `${momentum}`,
    })
  requireEpsilon('batchNorm', options.epsilon)
  return Object.freeze({ kind: 'batchNorm', momentum: 0.1, ...normDefaults, ...options })
}

/**
 * Gives every example mean 0 and variance 1 over its last axes, then a trained scale and shift.
 * `y = (x - mean) / sqrt(variance + epsilon) * weight + bias`, the variance divided by n.
 * Shapes: [..., D] -> [..., D]; params: weight and bias, shaped as the last axes.
 * Throws ConfigError when epsilon is not above 0 or `lastAxes` not a positive integer.
 * Source: Ba et al. 2016; names and epsilon 1e-5 of PyTorch, Keras has 1e-3.
 */
export function layerNorm(options: LayerNormOptions = {}): LayerNormConfig {
  requireInteger('layerNorm', 'last axes', options.lastAxes ?? 1)
  requireEpsilon('layerNorm', options.epsilon)
  return Object.freeze({ kind: 'layerNorm', lastAxes: 1, ...normDefaults, ...options })
}

function requireEpsilon(who: string, epsilon = 1): void {
  if (!(epsilon > 0 && Number.isFinite(epsilon)))
    throw new ConfigError({ who, expected: 'epsilon above 0', received: `${epsilon}` })
}

/** How a batch normalisation computes. */
export const batchNormRow: LayerRow<BatchNormConfig> = {
  doc: '(x - mean) / sqrt(variance + epsilon) weight + bias per channel; [B, C, ...] -> [B, C, ...]',
  apply(config, x, context) {
    const [batch, channels, ...rest] = x.shape
    if (batch === undefined || channels === undefined) refuseInput('batchNorm', x, '[B, C, ...]')
    const count = batch * sizeOf(rest)
    const affine = affineOf(config, [channels], context)
    const runningMean = context.buffer('running_mean', [channels], zeros())
    const runningVar = context.buffer('running_var', [channels], ones())
    // [C] against [B, C, ...].
    const wide = (statistic: Value) => reshape(statistic, [channels, ...rest.map(() => 1)])
    if (!context.isTraining) {
      const { scale, shift } = normalisation(config, runningMean, runningVar, affine)
      return add(mul(x, wide(scale)), wide(shift))
    }
    if (count < 2)
      refuseInput(
        'batchNorm',
        x,
        'at least 2 values per channel in training',
        'One has no spread: take a batch size that leaves no single example over',
      )
    const axes = [...x.shape.keys()].filter(axis => axis !== 1)
    const batchMean = mean(x, axes)
    // Below, everything holds whatever the constant is that is taken off first. Near the mean nothing
    // cancels; and a constant spares the backward pass two reductions over the batch.
    const constant = stopGradient(batchMean)
    const centred = sub(x, wide(constant))
    const offset = sub(batchMean, constant)
    const variance = sub(mean(mul(centred, centred), axes), mul(offset, offset))
    const carry = (name: string, running: Value, now: Value) =>
      context.setBuffer(name, add(mul(1 - config.momentum, running), mul(config.momentum, now)))
    carry('running_mean', runningMean, batchMean)
    carry('running_var', runningVar, mul(variance, count / (count - 1)))
    const { scale, shift } = normalisation(config, offset, variance, affine)
    return add(mul(centred, wide(scale)), wide(shift))
  },
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

/** Normalising and the affine map as one scale and one shift: `y = x scale + shift`. */
function normalisation(
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
    const normal = div(centred, sqrt(add(variance, epsilon)))
    const { weight, bias } = affineOf(config, x.shape.slice(-lastAxes), context)
    return weight && bias ? add(mul(normal, weight), bias) : normal
  },
}
