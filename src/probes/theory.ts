import { tensorOf } from '../base/index.ts'
import { evaluate } from '../engine/index.ts'
import { gradients } from '../grad/index.ts'
import { input, sum } from '../ir/index.ts'
import { applyModel, type LayerConfig } from '../nn/index.ts'
import { normalQuadrature } from './quadrature.ts'

/** One step of a signal's way, as far as theory knows it. */
export type TheoryStep =
  | {
      /** Independent weights of mean 0: y = W x + b. */
      readonly kind: 'weights'
      /** How many inputs an output sums, and how many outputs an input reaches. */
      readonly fanIn: number
      readonly fanOut: number
      /** Of a weight, and of a bias. */
      readonly variance: number
      readonly biasVariance?: number
      /** How many outputs of an example share a weight, such as the places of an image; 1 when absent. */
      readonly positions?: number
    }
  | { readonly kind: 'activation'; readonly activation: LayerConfig }
  /** Every unit with mean 0 and variance 1 over the batch. */
  | { readonly kind: 'normalised' }
  /** The same numbers, in another order or shape. */
  | { readonly kind: 'same' }
  /** What this theory says nothing of. */
  | { readonly kind: 'unknown' }

/** What theory expects after a step. */
export interface StepTheory {
  readonly mean?: number
  readonly std?: number
  readonly rms?: number
  /** `sqrt(E[f'(a)^2])` of an activation. */
  readonly derivative?: number
  /**
   * What an activation and the weights after it do to the square of the gradient:
   * `chi = fanOut Var[w] E[f'(a)^2]`. Gradients vanish below 1 and explode above.
   */
  readonly chi?: number
  /** rms of dL/dy of an example. */
  readonly gradient?: number
}

/** What goes into the first step, and what comes back to the last. */
export interface TheoryEnds {
  /** `E[x^2]` of the inputs. */
  readonly inputSquare: number
  /** rms of dL/dy after the last step; without it nothing is said of gradients. */
  readonly outputGradient?: number
  /**
   * `gaussian`, the default, follows the distribution through every activation; `linear` takes each for
   * its tangent at 0 with slope 1, as the derivation of Xavier's initialisation does.
   */
  readonly regime?: 'gaussian' | 'linear'
}

/**
 * Forward and backward signals in infinitely wide layers, where pre-activations are normal:
 *
 *     q = fanIn Var[w] E[x^2] + Var[b],   E[f(a)], E[f(a)^2], E[f'(a)^2] for a from N(0, q)
 *     rms(dL/dx) = rms(dL/dy) sqrt(fanOut Var[w]) through weights, sqrt(E[f'(a)^2]) through an activation
 *
 * Forward it ends at the first step it does not know, backward at the last.
 * Source: Poole et al., "Exponential expressivity in deep neural networks through transient chaos" (2016),
 * equations 3 to 5; Schoenholz et al., "Deep information propagation" (2017), equation 9. The linear
 * regime: Glorot and Bengio (2010), equations 5 and 6.
 */
export function signalTheory(steps: readonly TheoryStep[], ends: TheoryEnds): StepTheory[] {
  const forward = forwards(steps, ends)
  const gradient = backwards(steps, forward, ends.outputGradient)
  return forward.map(({ mean, std, rms, derivative }, i) => {
    const next = steps[i + 1]
    const slope = gradient[i]
    return {
      ...(mean !== undefined && { mean }),
      ...(rms !== undefined && { rms }),
      ...(std !== undefined && { std }),
      ...(derivative !== undefined && { derivative }),
      ...(derivative !== undefined &&
        next?.kind === 'weights' && { chi: next.fanOut * next.variance * derivative ** 2 }),
      ...(slope !== undefined && { gradient: slope }),
    }
  })
}

interface Forward {
  readonly mean?: number
  readonly std?: number
  readonly rms?: number
  readonly derivative?: number
  readonly isNormal?: boolean
}

function forwards(steps: readonly TheoryStep[], { inputSquare, regime }: TheoryEnds): Forward[] {
  let at: Forward = { rms: Math.sqrt(inputSquare) }
  return steps.map(step => {
    at = forward(step, at, regime === 'linear')
    return at
  })
}

function forward(step: TheoryStep, before: Forward, isLinear: boolean): Forward {
  const { rms, isNormal } = before
  if (rms === undefined) return {}
  switch (step.kind) {
    case 'weights': {
      const square = step.fanIn * step.variance * rms * rms + (step.biasVariance ?? 0)
      return normal(Math.sqrt(square))
    }
    case 'activation':
      if (!isNormal) return {}
      return isLinear ? { ...normal(rms), derivative: 1 } : activated(step.activation, rms)
    case 'normalised':
      return isNormal ? normal(1) : { mean: 0, std: 1, rms: 1 }
    case 'same': {
      const { derivative: _, ...same } = before
      return same
    }
    case 'unknown':
      return {}
  }
}

const normal = (std: number): Forward => ({ mean: 0, std, rms: std, isNormal: true })

function backwards(
  steps: readonly TheoryStep[],
  forward: readonly Forward[],
  outputGradient: number | undefined,
): (number | undefined)[] {
  const gradient: (number | undefined)[] = []
  let slope = outputGradient
  for (let i = steps.length - 1; i >= 0; i--) {
    gradient[i] = slope
    const factor = factorOf(steps[i]!, forward[i]!)
    slope = slope === undefined || factor === undefined ? undefined : slope * factor
  }
  return gradient
}

function factorOf(step: TheoryStep, { derivative }: Forward): number | undefined {
  if (step.kind === 'weights') return Math.sqrt(step.fanOut * step.variance)
  if (step.kind === 'activation') return derivative
  return step.kind === 'same' ? 1 : undefined
}

/** What an activation makes of N(0, rms^2). */
function activated(activation: LayerConfig, rms: number): Required<Omit<Forward, 'isNormal'>> {
  // Of no variance, the one point.
  const { points, weights } =
    rms > 0 ? normalQuadrature(rms * rms) : { points: Float64Array.of(0), weights: [1] }
  const [values, slopes] = activationAt(activation, points)
  const expected = (f: (i: number) => number) =>
    points.reduce((total, _, i) => total + weights[i]! * f(i), 0)
  const mean = expected(i => values[i]!)
  return {
    mean,
    std: Math.sqrt(expected(i => (values[i]! - mean) ** 2)),
    rms: Math.sqrt(expected(i => values[i]! ** 2)),
    derivative: Math.sqrt(expected(i => slopes[i]! ** 2)),
  }
}

/** An activation and its derivative at points, by its own graph. */
function activationAt(activation: LayerConfig, points: Float64Array<ArrayBuffer>) {
  const x = input('x', [points.length], 'float64')
  const { output } = applyModel(activation, x)
  const slopes = gradients(sum(output), [x])[0]!
  const feeds = { x: tensorOf('float64', [points.length], points) }
  const [values, derivatives] = evaluate([output, slopes], feeds)
  return [values!.data, derivatives!.data] as const
}
