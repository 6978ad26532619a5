import { mapNamed, type Shape } from '../base/index.ts'
import { fansOf } from './fans.ts'
import {
  constantFilling,
  type Filling,
  normalFilling,
  truncatedFilling,
  truncatedOfStd,
  uniformFilling,
  uniformOfStd,
} from './filling.ts'
import { choice, count, number, type OptionSpecs } from './options.ts'
import { orthogonalFilling } from './orthogonal.ts'
import { identityFilling, sparseFilling } from './whole.ts'

/**
 * The fan that keeps its signal: `fanIn` the outputs going forward, `fanOut` the gradients going back,
 * `fanAverage` a little of both.
 */
export type FanMode = 'fanIn' | 'fanOut' | 'fanAverage'

interface Row<Options extends object> {
  /** One line for the catalogue. */
  readonly doc: string
  readonly options: OptionSpecs<Options>
  /** Every option with its default. */
  readonly defaults: Options
  readonly filling: (options: Options, shape: Shape) => Filling
}

function row<Options extends object>(
  doc: string,
  options: OptionSpecs<Options>,
  filling: Row<Options>['filling'],
): Row<Options> {
  const specs = options as Readonly<Record<string, { readonly default: unknown }>>
  return { doc, options, defaults: mapNamed(specs, spec => spec.default) as Options, filling }
}

const gain = number(1)
const std = number(1, 0)
const he = { mode: choice<'fanIn' | 'fanOut'>('fanIn', 'fanOut'), negativeSlope: number(0) }

/** `√(2 / (1 + slope²) / fan)`: half of the signal passes a ReLU, and a little more a leaky one. */
function heStd(mode: FanMode, negativeSlope: number, shape: Shape): number {
  return Math.sqrt(2 / (1 + negativeSlope * negativeSlope) / fanOf(mode, shape))
}

/** `gain · √(2 / (fanIn + fanOut))` */
function xavierStd(gain: number, shape: Shape): number {
  return gain * Math.sqrt(1 / fanOf('fanAverage', shape))
}

function fanOf(mode: FanMode, shape: Shape): number {
  const { fanIn, fanOut } = fansOf(shape)
  return { fanIn, fanOut, fanAverage: (fanIn + fanOut) / 2 }[mode]
}

const ofStd = {
  truncatedNormal: truncatedOfStd,
  normal: (std: number) => normalFilling(0, std),
  uniform: uniformOfStd,
}

/** One row per initialiser: its options, and how it fills a tensor of a shape. */
export const initializers = {
  zeros: row('0', {}, () => constantFilling(0)),
  ones: row('1', {}, () => constantFilling(1)),
  constant: row('value', { value: number(0) }, ({ value }) => constantFilling(value)),
  identity: row(
    'gain where output i meets input i, in the middle of a kernel, and 0 elsewhere',
    { gain },
    ({ gain }, shape) => identityFilling(gain, shape),
  ),
  uniform: row('uniform in [low, high)', { low: number(0), high: number(1) }, ({ low, high }) =>
    uniformFilling(low, high),
  ),
  normal: row('N(mean, std²)', { mean: number(0), std }, ({ mean, std }) =>
    normalFilling(mean, std),
  ),
  truncatedNormal: row(
    'N(mean, std²) within two std of the mean',
    { mean: number(0), std },
    ({ mean, std }) => truncatedFilling(mean, std),
  ),
  xavierUniform: row('uniform, std = gain √(2 / (fanIn + fanOut))', { gain }, ({ gain }, shape) =>
    uniformOfStd(xavierStd(gain, shape)),
  ),
  xavierNormal: row('normal, std = gain √(2 / (fanIn + fanOut))', { gain }, ({ gain }, shape) =>
    normalFilling(0, xavierStd(gain, shape)),
  ),
  heUniform: row(
    'uniform, std = √(2 / ((1 + negativeSlope²) fan))',
    he,
    ({ mode, negativeSlope }, shape) => uniformOfStd(heStd(mode, negativeSlope, shape)),
  ),
  heNormal: row(
    'normal, std = √(2 / ((1 + negativeSlope²) fan))',
    he,
    ({ mode, negativeSlope }, shape) => normalFilling(0, heStd(mode, negativeSlope, shape)),
  ),
  lecunNormal: row('normal, std = √(1 / fanIn)', {}, (_, shape) =>
    normalFilling(0, Math.sqrt(1 / fansOf(shape).fanIn)),
  ),
  lectureXavier: row('randn(fanIn, fanOut) / √fanIn', {}, (_, shape) =>
    normalFilling(0, 1 / Math.sqrt(fansOf(shape).fanIn)),
  ),
  lectureHe: row('randn(fanIn, fanOut) / √(fanIn / 2)', {}, (_, shape) =>
    normalFilling(0, 1 / Math.sqrt(fansOf(shape).fanIn / 2)),
  ),
  varianceScaling: row(
    'std = √(scale / fan), of a distribution of choice',
    {
      scale: number(1, 0),
      mode: choice<FanMode>('fanIn', 'fanOut', 'fanAverage'),
      distribution: choice<keyof typeof ofStd>('truncatedNormal', 'normal', 'uniform'),
    },
    ({ scale, mode, distribution }, shape) =>
      ofStd[distribution](Math.sqrt(scale / fanOf(mode, shape))),
  ),
  orthogonal: row('gain Q with orthonormal rows or columns', { gain }, ({ gain }, shape) =>
    orthogonalFilling(gain, shape),
  ),
  sparse: row(
    'N(0, std²) for some inputs of each output, 0 for the others',
    { connections: count(15), std },
    ({ connections, std }, shape) => sparseFilling(connections, std, shape),
  ),
  greedyRbm: row(
    'N(0, std²), then what restricted Boltzmann machines learn from the training inputs, layer by layer',
    {
      epochs: count(3),
      batchSize: count(100),
      learningRate: number(0.1, 0),
      std: number(0.1, 0),
    },
    ({ std }) => normalFilling(0, std),
  ),
  lsuv: row(
    'orthonormal, then scaled layer by layer until outputs on training data have variance 1',
    { batchSize: count(256), tolerance: number(0.01, 1e-5), iterations: count(10) },
    (_, shape) => orthogonalFilling(1, shape),
  ),
}

/** The names of the initialisers. */
export type InitKind = keyof typeof initializers

/** The options of an initialiser. */
export type InitOptions<K extends InitKind> = (typeof initializers)[K]['defaults']

/** The description of an initialiser of one kind; options left out are the defaults. */
export type InitConfigOf<K extends InitKind> = { readonly kind: K } & Readonly<
  Partial<InitOptions<K>>
>

/** The description of an initialiser: plain data that serialises to JSON. */
export type InitConfig = { readonly [K in InitKind]: InitConfigOf<K> }[InitKind]
