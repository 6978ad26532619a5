import { type Named, sameShape } from '../../src/base/index.ts'
import {
  add,
  averagePool2d,
  conv2d,
  maxPool2d,
  type Pair,
  type PoolOptions,
  reshape,
  type Value,
} from '../../src/ir/index.ts'
import {
  applyModel,
  batchNorm,
  embedding,
  type LayerConfig,
  layerNorm,
  linear,
} from '../../src/nn/index.ts'
import type { Build } from './functions.ts'
import { type Attributes, choiceOf, type Given, numberOf, Unsupported } from './given.ts'

/** A layer on the input x, its parameters taken from the inputs of the same names. */
function applied(layer: LayerConfig, inputs: Given<Value>, x = 'x'): Named<Value> {
  return { out: applyModel(layer, inputs.get(x), { leaf: name => inputs.get(name) }).output }
}

/** A number for both axes, or one for each. */
function pairOf(attrs: Attributes, name: string, fallback: number): Pair {
  const value = attrs.find(name) ?? fallback
  const list = typeof value === 'number' ? [value, value] : value
  const isPair = Array.isArray(list) && list.length === 2 && list.every(Number.isInteger)
  if (!isPair) throw new Unsupported(`attribute ${name} = ${JSON.stringify(value)}`)
  return list as unknown as Pair
}

function poolOptions(attrs: Attributes): PoolOptions {
  const kernel = pairOf(attrs, 'kernelSize', 1)
  const padding = pairOf(attrs, 'padding', 0)
  const strides = attrs.find('stride') === undefined ? kernel : pairOf(attrs, 'stride', 1)
  return { kernel, strides, before: padding, after: padding }
}

/** Running statistics as the golden cases call them. */
const bufferNames: Named<string> = { running_mean: 'runningMean', running_var: 'runningVar' }

/** Layers by the names of the golden cases. */
export const layers: Named<Build> = {
  linear(inputs, attrs) {
    choiceOf(attrs, 'weightLayout', '[out, in]')
    const [features, inputFeatures] = inputs.get('weight').shape as [number, number]
    const useBias = inputs.find('bias') !== undefined
    return applied(linear(features, { inputFeatures, useBias }), inputs)
  },

  conv2d(inputs, attrs) {
    const padding = pairOf(attrs, 'padding', 0)
    const y = conv2d(inputs.get('x'), inputs.get('weight'), {
      strides: pairOf(attrs, 'stride', 1),
      before: padding,
      after: padding,
      dilations: pairOf(attrs, 'dilation', 1),
      groups: numberOf(attrs, 'groups', 1),
    })
    const bias = inputs.find('bias')
    return { out: bias ? add(y, reshape(bias, [1, y.shape[1]!, 1, 1])) : y }
  },

  maxPool2d: (inputs, attrs) => ({ out: maxPool2d(inputs.get('x'), poolOptions(attrs)) }),

  avgPool2d(inputs, attrs) {
    const countIncludePad = choiceOf(attrs, 'countIncludePad', true, false) === 0
    return { out: averagePool2d(inputs.get('x'), { ...poolOptions(attrs), countIncludePad }) }
  },

  batchNorm(inputs, attrs) {
    const isTraining = choiceOf(attrs, 'training', true, false) === 0
    const layer = batchNorm({
      momentum: numberOf(attrs, 'momentum'),
      epsilon: numberOf(attrs, 'eps'),
      isAffine: choiceOf(attrs, 'affine', true, false) === 0,
    })
    const { output, buffers } = applyModel(layer, inputs.get('x'), {
      isTraining,
      leaf: name => inputs.get(bufferNames[name] ?? name),
    })
    const carried = [...buffers].map(([name, { next, value }]) => [
      bufferNames[name],
      next ?? value,
    ])
    return { out: output, ...Object.fromEntries(carried) }
  },

  layerNorm(inputs, attrs) {
    const shape = attrs.get('normalizedShape') as number[]
    if (!sameShape(shape, inputs.get('x').shape.slice(-shape.length)))
      throw new Unsupported(`attribute normalizedShape = ${shape}`)
    const isAffine = inputs.find('weight') !== undefined
    const epsilon = numberOf(attrs, 'eps')
    return applied(layerNorm({ lastAxes: shape.length, epsilon, isAffine }), inputs)
  },

  embedding(inputs) {
    const [count, features] = inputs.get('weight').shape as [number, number]
    return applied(embedding(count, features), inputs, 'indices')
  },
}
