import { ConfigError, type Named, type Tensor } from '../base/index.ts'
import { type InitConfig, xavierUniform } from '../init/index.ts'
import {
  type LayerConfig,
  linear,
  type MirrorConfig,
  mirror,
  type SequentialConfig,
  sequential,
  sigmoid,
} from '../nn/index.ts'

/** Settings of an auto-encoder. */
export interface AutoencoderOptions {
  /** From the inputs to the code, such as [784, 1000, 500, 250, 30]. */
  readonly sizes: readonly number[]
  /** Between the layers; default `sigmoid()`. */
  readonly activation?: LayerConfig
  /** Behind the code; without it the code is linear. */
  readonly codeActivation?: LayerConfig
  /** Whether the way back uses the weights of the way forth, transposed; default false. */
  readonly isTied?: boolean
  /** Default `xavierUniform({ gain: 4 })` before sigmoids, else `xavierUniform()`. */
  readonly weightInit?: InitConfig
}

/** A model with its tensors, by path: `fit({ ...net, ... })` goes on from them. */
export interface Net<M extends LayerConfig = LayerConfig> {
  readonly model: M
  readonly weights: Named<Tensor>
}

/**
 * A net that answers its inputs again, through a code: `sizes` forth, then back. Its outputs are logits
 * for `binaryCrossEntropy()`, or numbers for `meanSquaredError()`; `inputsAsTargets(data)` are its data.
 * Layers 0, 1, … up to the code are those of `encoder(options)`.
 * Shapes: [B, sizes[0]] -> [B, sizes[0]].
 * Throws ConfigError when a size is no positive integer or there is no code.
 * Source: Hinton and Salakhutdinov, "Reducing the dimensionality of data with neural networks" (2006).
 */
export function autoencoder(options: AutoencoderOptions & { readonly isTied: true }): MirrorConfig
export function autoencoder(
  options: AutoencoderOptions & { readonly isTied?: false },
): SequentialConfig
export function autoencoder(options: AutoencoderOptions): SequentialConfig | MirrorConfig
export function autoencoder(options: AutoencoderOptions): SequentialConfig | MirrorConfig {
  const { layers } = encoder(options)
  if (options.isTied) return mirror(...layers)
  const back = stackOf(options.sizes.toReversed(), options)
  return sequential(...layers, ...back)
}

/**
 * The part of an auto-encoder up to the code; its parameters have the same names there.
 * Shapes: [B, sizes[0]] -> [B, code].
 * Throws ConfigError as `autoencoder`.
 */
export function encoder(options: AutoencoderOptions): SequentialConfig {
  const { sizes, codeActivation } = options
  if (sizes.length < 2 || !sizes.every(size => Number.isInteger(size) && size > 0))
    throw new ConfigError({
      who: 'autoencoder sizes',
      expected: 'positive integers from the inputs to the code, at least two',
      received: `[${sizes}]`,
    })
  return sequential(...stackOf(sizes, options), ...(codeActivation ? [codeActivation] : []))
}

/** The encoder of a trained auto-encoder with its part of the parameters. */
export function encoderOf(
  options: AutoencoderOptions,
  parameters: Named<Tensor>,
): Net<SequentialConfig> {
  const model = encoder(options)
  const isMine = (name: string) =>
    Number.parseInt(name, 10) < model.layers.length && !name.endsWith('.backBias')
  const weights = Object.fromEntries(Object.entries(parameters).filter(([name]) => isMine(name)))
  return { model, weights }
}

/** Linear layers of such sizes with activations between them. */
function stackOf(
  [inputs, ...sizes]: readonly number[],
  { activation = sigmoid(), weightInit = fitting(activation) }: AutoencoderOptions,
): LayerConfig[] {
  return sizes.flatMap((features, i) => {
    const layer = linear(features, { weightInit, ...(i === 0 && { inputFeatures: inputs! }) })
    return i === 0 ? [layer] : [activation, layer]
  })
}

/** A sigmoid is four times flatter at 0 than tanh. */
function fitting({ kind }: LayerConfig): InitConfig {
  return xavierUniform({ gain: kind === 'sigmoid' ? 4 : 1 })
}
