import { type Shape, sizeOf } from '../base/index.ts'
import { expectedMoments, fansOf, type InitConfig } from '../init/index.ts'
import type { Value } from '../ir/index.ts'
import type { AppliedLayer, AppliedModel } from '../nn/index.ts'
import { isElementwise } from './probe.ts'
import type { TheoryStep } from './theory.ts'

/**
 * The layers that a signal passes from the input to the output of a model, by path, and what theory
 * knows of each. A layer with several inputs or ways through it is one step, and unknown.
 */
export function theoryStepsOf(
  applied: Pick<AppliedModel, 'layers' | 'params' | 'output'>,
): ReadonlyMap<string, TheoryStep> {
  const byOutput = new Map<Value, [string, AppliedLayer]>()
  for (const [path, layer] of applied.layers)
    if (!byOutput.has(layer.output) && !layer.inputs.includes(layer.output))
      byOutput.set(layer.output, [path, layer])
  const way: [string, TheoryStep][] = []
  let at = byOutput.get(applied.output)
  while (at) {
    const [path, layer] = at
    way.push([path, stepOf(path, layer, applied.params)])
    at = byOutput.get(layer.inputs[0]!)
  }
  return new Map(way.reverse())
}

function stepOf(path: string, layer: AppliedLayer, params: AppliedModel['params']): TheoryStep {
  const { config, inputs } = layer
  if (inputs.length > 1) return { kind: 'unknown' }
  const momentsOf = (name: string) => {
    const spec = params.get(path ? `${path}.${name}` : name)
    return spec && momentsIn(spec.init, spec.value.shape)
  }
  if (isElementwise(config) && config.kind !== 'prelu')
    return { kind: 'activation', activation: config }
  switch (config.kind) {
    case 'linear':
    case 'conv2d': {
      const weight = momentsOf('weight')
      const bias = momentsOf('bias') ?? { mean: 0, variance: 0 }
      if (weight?.mean !== 0 || bias.mean !== 0) return { kind: 'unknown' }
      return {
        kind: 'weights',
        ...reachOf(layer, params.get(path ? `${path}.weight` : 'weight')!.value),
        variance: weight.variance,
        biasVariance: bias.variance,
      }
    }
    case 'batchNorm':
      return momentsOf('weight')?.mean === 1 || !config.isAffine
        ? { kind: 'normalised' }
        : { kind: 'unknown' }
    case 'flatten':
    case 'reshape':
      return { kind: 'same' }
    default:
      return { kind: 'unknown' }
  }
}

function momentsIn(init: InitConfig, shape: Shape): { mean: number; variance: number } | undefined {
  // What it comes to depends on the data.
  if (init.kind === 'lsuv') return undefined
  const { mean, std } = expectedMoments(init, shape)
  return { mean, variance: std * std }
}

/** Sums of an output and outputs of an input; an input of a convolution with strides reaches fewer. */
function reachOf({ config, inputs, output }: AppliedLayer, weight: Value) {
  const { fanIn, fanOut } = fansOf(weight.shape)
  const [units = 1] = weight.shape
  const positions = sizeOf(output.shape.slice(1)) / units
  if (config.kind !== 'conv2d') return { fanIn, fanOut, positions }
  const inputPositions = sizeOf(inputs[0]!.shape.slice(2))
  return { fanIn, fanOut: (fanOut / config.groups) * (positions / inputPositions), positions }
}
