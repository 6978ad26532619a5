import { type Named, sameShape } from '../../src/base/index.ts'
import type { Value } from '../../src/ir/index.ts'
import {
  applyModel,
  avgPool2d,
  batchNorm,
  conv2d,
  embedding,
  gru,
  type LayerConfig,
  layerNorm,
  linear,
  lstm,
  maxPool2d,
  rnn,
  type Size,
} from '../../src/nn/index.ts'
import type { Build } from './functions.ts'
import { type Attributes, choiceOf, type Given, numberOf, Unsupported } from './given.ts'

/** A layer on the input x, its parameters taken from the inputs of the same names. */
function applied(layer: LayerConfig, inputs: Given<Value>, x = 'x'): Named<Value> {
  return { out: applyModel(layer, inputs.get(x), { leaf: name => inputs.get(name) }).output }
}

/** A number for both axes, or one for each. */
function sizeOf(attrs: Attributes, name: string, fallback: number): Size {
  const value = attrs.find(name) ?? fallback
  const isPair = Array.isArray(value) && value.length === 2
  if (typeof value !== 'number' && !isPair)
    throw new Unsupported(`attribute ${name} = ${JSON.stringify(value)}`)
  return value as Size
}

function windowOf(attrs: Attributes) {
  const kernel = sizeOf(attrs, 'kernelSize', 1)
  const stride = attrs.find('stride') === undefined ? kernel : sizeOf(attrs, 'stride', 1)
  return { kernel, stride, padding: sizeOf(attrs, 'padding', 0) }
}

/** Running statistics as the golden cases call them. */
const bufferNames: Named<string> = { running_mean: 'runningMean', running_var: 'runningVar' }

/** A recurrent layer to the sequence and to the last of its states. */
const recurrent =
  (make: typeof rnn | typeof lstm | typeof gru, gateOrder: string): Build =>
  (inputs, attrs) => {
    choiceOf(attrs, 'batchFirst', true)
    choiceOf(attrs, 'gateOrder', gateOrder)
    const units = numberOf(attrs, 'hiddenSize')
    const inputFeatures = numberOf(attrs, 'inputSize')
    const of = (output: 'sequence' | 'last') =>
      applied(make(units, { inputFeatures, output }), inputs).out!
    return { out: of('sequence'), hLast: of('last') }
  }

/** Layers by the names of the golden cases. */
export const layers: Named<Build> = {
  linear(inputs, attrs) {
    choiceOf(attrs, 'weightLayout', '[out, in]')
    const [features, inputFeatures] = inputs.get('weight').shape as [number, number]
    const useBias = inputs.find('bias') !== undefined
    return applied(linear(features, { inputFeatures, useBias }), inputs)
  },

  conv2d(inputs, attrs) {
    const [channels, , ...kernel] = inputs.get('weight').shape as [number, number, number, number]
    const layer = conv2d(channels, kernel, {
      stride: sizeOf(attrs, 'stride', 1),
      padding: sizeOf(attrs, 'padding', 0),
      dilation: sizeOf(attrs, 'dilation', 1),
      groups: numberOf(attrs, 'groups', 1),
      useBias: inputs.find('bias') !== undefined,
    })
    return applied(layer, inputs)
  },

  maxPool2d(inputs, attrs) {
    const { kernel, ...window } = windowOf(attrs)
    return applied(maxPool2d(kernel, window), inputs)
  },

  avgPool2d(inputs, attrs) {
    const { kernel, ...window } = windowOf(attrs)
    const countsPadding = choiceOf(attrs, 'countIncludePad', true, false) === 0
    return applied(avgPool2d(kernel, { ...window, countsPadding }), inputs)
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

  rnn: recurrent(rnn, 'tanh'),
  lstm: recurrent(lstm, 'i,f,g,o'),
  gru: recurrent(gru, 'r,z,n'),
}
