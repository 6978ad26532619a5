import { isOp, type Value, valuesOf } from '../ir/index.ts'
import { type AppliedLayer, activationRows, type LayerKind, type ParamSpec } from '../nn/index.ts'
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

const isMatrix = ({ value }: ParamSpec): boolean => value.shape.length >= 2

/** The matrices of a layer. */
export function matricesOf({ applied }: Patient, path: string): ParamSpec[] {
  return [...applied.params]
    .filter(([name]) => name.split('.').slice(0, -1).join('.') === path)
    .map(([, param]) => param)
    .filter(isMatrix)
}

/**
 * The matrices that the units of a layer are multiplied by next, on all ways through the graph: what tells
 * them apart comes back through these. Units are what is made with the layer's own matrices, as a layer in front of
 * a batch normalisation may hand on less than its output.
 */
export function matricesBehind(patient: Patient, path: string): ParamSpec[] {
  const { params: named, outputs } = patient.applied
  const params = new Map([...named.values()].map(param => [param.value, param]))
  const own = new Set(matricesOf(patient, path))
  const reached = new Set<Value>()
  const found = new Set<ParamSpec>()
  // What is made of parameters alone, such as a transposed matrix, and the matrices in it.
  const made = new Map<Value, readonly ParamSpec[]>()
  for (const value of valuesOf(Object.values(outputs))) {
    const inputs: readonly Value[] = value.inputs
    const matrices = inputs.flatMap(one => made.get(one) ?? [])
    const param = params.get(value)
    const isMade =
      isOp(value, 'constant') || (inputs.length > 0 && inputs.every(one => made.has(one)))
    const isFed = inputs.some(one => reached.has(one))
    if (param) made.set(value, isMatrix(param) ? [param] : [])
    else if (isMade) made.set(value, matrices)
    else if (matrices.some(one => own.has(one))) reached.add(value)
    else if (isFed && matrices.length === 0) reached.add(value)
    else if (isFed) for (const matrix of matrices) found.add(matrix)
  }
  return [...found]
}
