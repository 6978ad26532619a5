import type { Named } from '../../src/base/index.ts'
import type { Value } from '../../src/ir/index.ts'
import { applyModel, type LayerConfig, linear } from '../../src/nn/index.ts'
import type { Build } from './functions.ts'
import { choiceOf, type Given } from './given.ts'

/** A layer on the input x, its parameters taken from the inputs of the same names. */
function applied(layer: LayerConfig, inputs: Given<Value>): Named<Value> {
  return { out: applyModel(layer, inputs.get('x'), { leaf: name => inputs.get(name) }).output }
}

/** Layers by the names of the golden cases. */
export const layers: Named<Build> = {
  linear(inputs, attrs) {
    choiceOf(attrs, 'weightLayout', '[out, in]')
    const [features, inputFeatures] = inputs.get('weight').shape as [number, number]
    const useBias = inputs.find('bias') !== undefined
    return applied(linear(features, { inputFeatures, useBias }), inputs)
  },
}
