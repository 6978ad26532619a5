import type { Shape } from '../base/index.ts'
import { fansOf } from './fans.ts'
import { constantLaw, type Law, normalLaw, uniformLaw } from './law.ts'

/** The fan that keeps its signal: `fanIn` the outputs going forward, `fanOut` the gradients going back. */
export type FanMode = 'fanIn' | 'fanOut'

interface Row<Options extends object> {
  /** Every option with its default. */
  readonly defaults: Options
  readonly law: (options: Options, shape: Shape) => Law
}

function row<Options extends object>(defaults: Options, law: Row<Options>['law']): Row<Options> {
  return { defaults, law }
}

const he = { mode: 'fanIn' as FanMode, negativeSlope: 0 }

/** `√(2 / (1 + slope²) / fan)`: half of the signal passes a ReLU, and a little more a leaky one. */
function heStd({ mode, negativeSlope }: typeof he, shape: Shape): number {
  return Math.sqrt(2 / (1 + negativeSlope * negativeSlope) / fansOf(shape)[mode])
}

/** `gain · √(2 / (fanIn + fanOut))` */
function xavierStd(gain: number, shape: Shape): number {
  const { fanIn, fanOut } = fansOf(shape)
  return gain * Math.sqrt(2 / (fanIn + fanOut))
}

/** A uniform law over ±bound has the standard deviation bound / √3. */
const toBound = Math.sqrt(3)

/** One row per initialiser: its options with their defaults, and the law of every element. */
export const initializers = {
  zeros: row({}, () => constantLaw(0)),
  ones: row({}, () => constantLaw(1)),
  constant: row({ value: 0 }, ({ value }) => constantLaw(value)),
  uniform: row({ low: 0, high: 1 }, ({ low, high }) => ({ law: 'uniform', low, high })),
  normal: row({ mean: 0, std: 1 }, ({ mean, std }) => ({ law: 'normal', mean, std })),
  xavierUniform: row({ gain: 1 }, ({ gain }, shape) =>
    uniformLaw(toBound * xavierStd(gain, shape)),
  ),
  xavierNormal: row({ gain: 1 }, ({ gain }, shape) => normalLaw(xavierStd(gain, shape))),
  heUniform: row(he, (options, shape) => uniformLaw(toBound * heStd(options, shape))),
  heNormal: row(he, (options, shape) => normalLaw(heStd(options, shape))),
  lecunNormal: row({}, (_, shape) => normalLaw(Math.sqrt(1 / fansOf(shape).fanIn))),
  lectureXavier: row({}, (_, shape) => normalLaw(1 / Math.sqrt(fansOf(shape).fanIn))),
  lectureHe: row({}, (_, shape) => normalLaw(1 / Math.sqrt(fansOf(shape).fanIn / 2))),
}

/** The names of the initialisers. */
export type InitKind = keyof typeof initializers

/** The options of an initialiser. */
export type InitOptions<K extends InitKind> = (typeof initializers)[K]['defaults']

/** The description of an initialiser: plain data that serialises to JSON; options left out are the defaults. */
export type InitConfig = {
  readonly [K in InitKind]: { readonly kind: K } & Readonly<Partial<InitOptions<K>>>
}[InitKind]
