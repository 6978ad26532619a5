import type { Named, Shape } from '../../src/base/index.ts'
import {
  expectedMoments,
  fansOf,
  type GainName,
  gainFor,
  heNormal,
  heUniform,
  type InitConfig,
  lectureHe,
  lectureXavier,
  lecunNormal,
  xavierNormal,
  xavierUniform,
} from '../../src/init/index.ts'
import { Unsupported } from './given.ts'
import { asNumbers, asObject } from './golden.ts'
import { type Comparison, numbers, type Runner } from './runner.ts'

const bound = (init: InitConfig) => (shape: Shape) => expectedMoments(init, shape).high
const std = (init: InitConfig) => (shape: Shape) => expectedMoments(init, shape).std

/** Figures of a weight of some shape, by the names of the golden cases. */
const figures: Named<(shape: Shape) => number> = {
  fanIn: shape => fansOf(shape).fanIn,
  fanOut: shape => fansOf(shape).fanOut,
  xavierUniformBound: bound(xavierUniform()),
  xavierNormalStd: std(xavierNormal()),
  kaimingUniformBound: bound(heUniform()),
  kaimingNormalStd: std(heNormal()),
  lecunNormalStd: std(lecunNormal()),
  lectureXavierStd: std(lectureXavier()),
  lectureHeStd: std(lectureHe()),
}

/** Compares fans, bounds and standard deviations for weights of given shapes. */
export const figuresRunner: Runner = async golden =>
  (golden.cases as readonly unknown[]).flatMap((item, i) => {
    const { weightShape, layout, ...expected } = asObject(item, `case ${i}`)
    const shape = asNumbers(weightShape, 'weightShape')
    if (layout !== undefined && layout !== '[out, in, ...kernel]')
      throw new Unsupported(`layout ${layout}`)
    return Object.entries(expected).map(([name, value]): Comparison => {
      if (!Object.hasOwn(figures, name)) throw new Unsupported(`figure ${name}`)
      return numbers(`${name} of [${shape}]`, [figures[name]!(shape)], asNumbers(value, name))
    })
  })

/** Compares the recommended gains of activations, such as `leakyRelu(0.2)`. */
export const gainsRunner: Runner = async golden =>
  Object.entries(asObject(golden.gains, 'gains')).map(([name, value]) => {
    const [, activation = name, slope] = /^(\w+)(?:\((.*)\))?$/.exec(name) ?? []
    const isLinear = activation === 'linear' || /^conv(\dd)?$/.test(activation)
    const known = ['identity', 'sigmoid', 'tanh', 'relu', 'leakyRelu', 'selu']
    if (!isLinear && !known.includes(activation)) throw new Unsupported(`gain of ${activation}`)
    const gain = gainFor(
      isLinear ? 'identity' : (activation as GainName),
      slope === undefined ? undefined : Number(slope),
    )
    return numbers(`gain of ${name}`, [gain], asNumbers(value, name))
  })
