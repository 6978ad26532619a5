import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type GainName, gainFor } from '../init/index.ts'
import {
  elu,
  gelu,
  hardtanh,
  type LayerConfig,
  leakyRelu,
  logSigmoid,
  mish,
  relu,
  selu,
  sigmoid,
  silu,
  softplus,
  softsign,
  tanh,
} from '../nn/index.ts'
import { normalQuadrature } from './quadrature.ts'
import { type StepTheory, signalTheory, type TheoryStep } from './theory.ts'

const near = (actual: number | undefined, expected: number, tolerance = 1e-12): void =>
  assert.ok(
    Math.abs(actual! - expected) <= tolerance * Math.abs(expected),
    `${actual} instead of ${expected}`,
  )

/** Weights that give pre-activations a variance, after inputs with a mean square of 1. */
const weights = (variance: number, biasVariance = 0): TheoryStep => ({
  kind: 'weights',
  fanIn: 100,
  fanOut: 100,
  variance: variance / 100,
  biasVariance,
})
const after = (activation: LayerConfig, variance: number): StepTheory =>
  signalTheory([weights(variance), { kind: 'activation', activation }, weights(variance)], {
    inputSquare: 1,
  })[1]!

test('moments of normal variables of any size', () => {
  for (const variance of [1e-12, 1e-3, 0.7, 1, 40, 1e4, 1e8]) {
    const { points, weights } = normalQuadrature(variance)
    const expected = (f: (a: number) => number) =>
      points.reduce((total, a, i) => total + weights[i]! * f(a), 0)
    near(
      expected(() => 1),
      1,
    )
    near(
      expected(a => a ** 2),
      variance,
    )
    near(
      expected(a => a ** 4),
      3 * variance ** 2,
    )
    near(expected(Math.abs), Math.sqrt((2 * variance) / Math.PI))
  }
})

test('relu: mean sqrt(q / 2 pi), half of the square, half of the derivative', () => {
  for (const q of [1e-6, 1, 2, 300]) {
    const { mean, rms, derivative, chi } = after(relu(), q)
    near(mean, Math.sqrt(q / (2 * Math.PI)))
    near(rms, Math.sqrt(q / 2))
    near(derivative, Math.SQRT1_2)
    near(chi, q / 2)
  }
})

test('relu with variance 2 / n: mean 1 / sqrt(pi) and std sqrt(1 - 1 / pi) in every layer', () => {
  const layer: TheoryStep[] = [weights(2), { kind: 'activation', activation: relu() }]
  const layers = signalTheory([...layer, ...layer, ...layer], { inputSquare: 1, outputGradient: 1 })
  for (const i of [1, 3, 5]) {
    near(layers[i]!.mean, 1 / Math.sqrt(Math.PI))
    near(layers[i]!.std, Math.sqrt(1 - 1 / Math.PI))
    near(layers[i]!.gradient, 1)
    near(layers[i - 1]!.gradient, Math.SQRT1_2)
  }
})

test('leakyRelu keeps (1 + slope^2) / 2 of the square', () => {
  near(after(leakyRelu({ negativeSlope: 0.3 }), 5).rms, Math.sqrt((5 * 1.09) / 2))
})

test('tanh of small numbers is the number, sigmoid of small numbers a quarter of it beside 1/2', () => {
  near(after(tanh(), 1e-10).std, 1e-5, 1e-9)
  const { mean, std, derivative } = after(sigmoid(), 1e-10)
  near(mean, 0.5)
  near(std, 0.25e-5, 1e-5)
  near(derivative, 0.25, 1e-9)
})

test('a saturated sigmoid: std 1/2, and the square of the derivative falls as 1 / 6 sqrt(2 pi q)', () => {
  const q = 1e8
  const { mean, std, derivative } = after(sigmoid(), q)
  near(mean, 0.5, 1e-9)
  near(std, 0.5, 1e-3)
  // The integral of sigmoid'^2 is 1/6, times the density at 0.
  near(derivative! ** 2, 1 / (6 * Math.sqrt(2 * Math.PI * q)), 1e-6)
})

test('hardtanh: the second moment of a normal variable cut at 1', () => {
  // E[min(|z|, 1)^2] = erf(1 / sqrt 2) - 2 phi(1) + 2 (1 - Phi(1)), with erf(1 / sqrt 2) = 0.682689…
  const inside = 0.6826894921370859
  const density = Math.exp(-0.5) / Math.sqrt(2 * Math.PI)
  const { rms, derivative } = after(hardtanh(), 1)
  near(rms! ** 2, inside - 2 * density + (1 - inside))
  near(derivative! ** 2, inside)
})

const gains: Readonly<Partial<Record<GainName, LayerConfig>>> = {
  relu: relu(),
  elu: elu(),
  gelu: gelu(),
  geluTanh: gelu({ approximate: 'tanh' }),
  silu: silu(),
  mish: mish(),
  softplus: softplus(),
  logSigmoid: logSigmoid(),
  softsign: softsign(),
  hardtanh: hardtanh(),
}
for (const [name, activation] of Object.entries(gains))
  test(`${name} of a standard normal signal is its gain's inverse`, () =>
    near(after(activation, 1).rms, 1 / gainFor(name as GainName), 1e-9))

test('selu has its fixed point at mean 0 and variance 1', () => {
  const { mean, std } = after(selu(), 1)
  assert.ok(Math.abs(mean!) < 1e-9)
  near(std, 1, 1e-9)
})

test('biases add their variance', () => {
  near(signalTheory([weights(2, 0.5)], { inputSquare: 3 })[0]!.std, Math.sqrt(6.5))
})

test('in the linear regime every layer multiplies by the square root of fan and variance', () => {
  const steps: TheoryStep[] = [
    { kind: 'weights', fanIn: 30, fanOut: 20, variance: 0.1 },
    { kind: 'activation', activation: tanh() },
    { kind: 'weights', fanIn: 20, fanOut: 50, variance: 0.2 },
  ]
  const ends = { inputSquare: 2, outputGradient: 0.5, regime: 'linear' } as const
  const [first, second, third] = signalTheory(steps, ends)
  near(third!.rms, Math.sqrt(2 * 30 * 0.1 * 20 * 0.2))
  near(first!.gradient, 0.5 * Math.sqrt(50 * 0.2))
  near(second!.chi, 50 * 0.2)
})

test('normalised layers begin anew forward and end what is known backward', () => {
  const steps: TheoryStep[] = [weights(9), { kind: 'normalised' }, { kind: 'same' }]
  const [first, second, third] = signalTheory(steps, { inputSquare: 1, outputGradient: 1 })
  assert.deepEqual([second!.std, third!.std], [1, 1])
  assert.deepEqual([second!.gradient, first!.gradient], [1, undefined])
})

test('theory ends at a step it does not know, forward and backward', () => {
  const steps: TheoryStep[] = [weights(1), { kind: 'unknown' }, weights(1)]
  const [first, second, third] = signalTheory(steps, { inputSquare: 1, outputGradient: 1 })
  near(first!.std, 1)
  assert.deepEqual(
    [second, third].map(step => step!.std),
    [undefined, undefined],
  )
  assert.deepEqual([first!.gradient, second!.gradient], [undefined, 1])
})

test('an activation of what is not normal is unknown', () => {
  const [first] = signalTheory([{ kind: 'activation', activation: relu() }], { inputSquare: 1 })
  assert.deepEqual(first, {})
})

test('weights of 0 send the activation at 0 on', () => {
  const { mean, std, derivative } = after(sigmoid(), 0)
  assert.deepEqual([mean, std, derivative], [0.5, 0, 0.25])
})
