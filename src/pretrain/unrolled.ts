import { keyOf, type Named, type Shape, splitKey, type Tensor, zerosTensor } from '../base/index.ts'
import { type InitConfig, initialize, xavierUniform } from '../init/index.ts'
import {
  dropout,
  type LayerConfig,
  linear,
  type MirrorConfig,
  mirror,
  type SequentialConfig,
  sequential,
  sigmoid,
} from '../nn/index.ts'
import type { Net } from './autoencoder.ts'
import type { Rbm } from './trained-rbm.ts'

/** Machines with parameters, the lowest first; the hidden units of one are the visible units of the next. */
export type Stack = readonly Pick<Rbm, 'config' | 'weights'>[]

/** What a classifier has beyond its stack. */
export interface ClassifierOptions {
  /** K, the outputs of the linear layer on top, whose weights are drawn. */
  readonly classes: number
  /** Of that layer; default `xavierUniform()`. */
  readonly weightInit?: InitConfig
  /** The share of hidden units that fine-tuning switches off; default 0. */
  readonly dropoutRate?: number
  /** The share of inputs that fine-tuning switches off; default 0. */
  readonly inputDropoutRate?: number
  /** Decides the weights of the layer on top; default 0. */
  readonly seed?: number
}

/**
 * A stack as an ordinary net: `P(h = 1 | v)` layer by layer, by linear layers and sigmoids; a layer of
 * Gaussian units has no sigmoid.
 * Shapes: [B, V] -> [B, H] of the highest machine.
 */
export function unrolledEncoder(stack: Stack): Net<SequentialConfig> {
  return netOf(stack.flatMap(machine => [upward(machine), ...activationOf(machine)]))
}

/**
 * A stack with a linear layer on top of it, to be fine-tuned with labels. The scores are logits.
 * Shapes: [B, V] -> [B, K].
 */
export function unrolledClassifier(
  stack: Stack,
  options: ClassifierOptions,
): Net<SequentialConfig> {
  const { classes, weightInit = xavierUniform(), seed = 0 } = options
  const { dropoutRate = 0, inputDropoutRate = 0 } = options
  const dropped = (rate: number): LayerConfig[] => (rate > 0 ? [dropout(rate)] : [])
  const features = stack.at(-1)!.config.hidden
  const weight = initialize(weightInit, [classes, features], splitKey(keyOf(seed), 'classifier'))
  const top: Layer = {
    layer: linear(classes, { weightInit }),
    tensors: { weight, bias: zerosTensor('float32', [classes]) },
  }
  return netOf([
    ...dropped(inputDropoutRate),
    ...stack.flatMap(machine => [
      upward(machine),
      ...activationOf(machine),
      ...dropped(dropoutRate),
    ]),
    top,
  ])
}

/**
 * A stack as an auto-encoder: up through the weights, and down through the same weights transposed,
 * with the visible biases. The outputs are logits where the lowest visible units are Bernoulli. Tied, both ways go on
 * sharing their weights; otherwise they part in fine-tuning.
 * Shapes: [B, V] -> [B, V].
 * Source: Hinton and Salakhutdinov (2006), figure 1.
 */
export function unrolledAutoencoder(
  stack: Stack,
  { isTied = false }: { readonly isTied?: boolean } = {},
): Net<SequentialConfig | MirrorConfig> {
  const up = stack.flatMap(machine => [upward(machine), ...activationOf(machine)])
  if (isTied) return tiedNet(stack, up)
  const down = stack.toReversed().flatMap((machine, i) => {
    const below = stack[stack.length - 2 - i]
    return [downward(machine), ...(below ? activationOf(below) : [])]
  })
  return netOf([...up, ...down])
}

/** A layer, with its tensors where it has any. */
interface Layer {
  readonly layer: LayerConfig
  readonly tensors: Named<Tensor>
}

function netOf(parts: readonly (Layer | LayerConfig)[]): Net<SequentialConfig> {
  const layers = parts.map(part => ('layer' in part ? part.layer : part))
  return { model: sequential(...layers), weights: weightsOf(parts) }
}

function tiedNet(stack: Stack, up: readonly (Layer | LayerConfig)[]): Net<MirrorConfig> {
  const layers = up.map(part => ('layer' in part ? part.layer : part))
  const places = [...layers.keys()].filter(i => layers[i]!.kind === 'linear')
  const biases = places.map((i, n) => [`${i}.backBias`, stack[n]!.weights.visibleBias])
  return { model: mirror(...layers), weights: { ...weightsOf(up), ...Object.fromEntries(biases) } }
}

/** The tensors of layers by the names that they have one after the other. */
function weightsOf(parts: readonly (Layer | LayerConfig)[]): Named<Tensor> {
  return Object.fromEntries(
    parts.flatMap((part, i) =>
      'layer' in part
        ? Object.entries(part.tensors).map(([name, tensor]) => [`${i}.${name}`, tensor])
        : [],
    ),
  )
}

function upward({ config, weights }: Stack[number]): Layer {
  const { weight, hiddenBias } = weights
  const inputFeatures = weight.shape[1]!
  const layer = linear(config.hidden, { inputFeatures, weightInit: config.weightInit })
  return { layer, tensors: { weight, bias: hiddenBias } }
}

function downward({ config, weights }: Stack[number]): Layer {
  const { weight, visibleBias } = weights
  const layer = linear(weight.shape[1]!, { weightInit: config.weightInit })
  return { layer, tensors: { weight: transposed(weight), bias: visibleBias } }
}

function activationOf({ config }: Stack[number]): LayerConfig[] {
  return config.hiddenUnits === 'bernoulli' ? [sigmoid()] : []
}

function transposed({ dtype, shape, data }: Tensor): Tensor {
  const [rows, columns] = shape as readonly [number, number]
  const at = (i: number) => data[(i % rows) * columns + Math.floor(i / rows)]!
  const turned: Shape = [columns, rows]
  return { dtype, shape: turned, data: Float32Array.from(data, (_, i) => at(i)) }
}
