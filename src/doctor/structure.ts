import type { Value } from '../ir/index.ts'
import { type AppliedLayer, activationRows, type LayerKind } from '../nn/index.ts'
import type { Patient } from './patient.ts'

/** A layer with its path. */
export type PlacedLayer = AppliedLayer & { readonly path: string }

/** Layers that a composition of affine functions stays one through. */
const affine: ReadonlySet<LayerKind> = new Set([
  'batchNorm',
  'dropout',
  'alphaDropout',
  'gaussianNoise',
  'flatten',
  'reshape',
  'avgPool2d',
  'globalAveragePool',
  'zeroPad2d',
])

const weighted: ReadonlySet<LayerKind> = new Set(['linear', 'conv2d'])

/** Whether a layer multiplies by weights. */
export const isWeighted = ({ config }: AppliedLayer): boolean => weighted.has(config.kind)

/** Whether a layer is an activation. */
export const isActivation = ({ config }: AppliedLayer): boolean =>
  Object.hasOwn(activationRows, config.kind)

/** What a value came out of: the innermost layer that gave it. */
function giverOf({ applied }: Patient, value: Value): PlacedLayer | undefined {
  for (const [path, layer] of applied.layers) if (layer.output === value) return { path, ...layer }
  return undefined
}

/** The layer before a value, past those that change nothing about being linear. */
export function sourceBefore(patient: Patient, value: Value | undefined): PlacedLayer | undefined {
  let giver = value && giverOf(patient, value)
  while (giver && affine.has(giver.config.kind)) giver = giverOf(patient, giver.inputs[0]!)
  return giver
}

/** The layer that gives the model's answer, past those that are nothing in inference. */
export function lastLayer(patient: Patient): PlacedLayer | undefined {
  return giverOf(patient, patient.applied.output)
}
