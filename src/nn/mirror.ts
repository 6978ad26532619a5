import { ConfigError } from '../base/index.ts'
import { zeros } from '../init/index.ts'
import { add, matmul, type Value } from '../ir/index.ts'
import { type ActivationKind, activationRows } from './activations.ts'
import type { LayerContext, LayerRow } from './layer.ts'
import type { LayerConfig } from './layers.ts'
import type { LinearConfig } from './linear.ts'

/** The description of layers that are gone through forth and back. */
export interface MirrorConfig {
  readonly kind: 'mirror'
  /** From the input to the code. */
  readonly layers: readonly LayerConfig[]
}

/**
 * An auto-encoder with tied weights: the layers one after the other up to the code, then back to the
 * shape of the input, each linear layer by the same weight transposed and a bias of its own, and the
 * activations in reverse. What stands behind the last linear layer is the code's alone.
 * `code = f(x weight' + bias)`, `y = code weight + backBias`
 * Layer i is called `i`, as in `sequential(...layers)`, whose parameters are these but for the biases back.
 * Shapes: [..., D] -> [..., D]; params of linear layer i: i.weight [D_out, D_in], i.bias [D_out], i.backBias [D_in].
 * Throws ConfigError when a layer is neither linear nor an activation or dropout, or none is linear.
 * Source: the unrolled net of Hinton and Salakhutdinov (2006), figure 1, before its weights part.
 */
export function mirror(...layers: readonly LayerConfig[]): MirrorConfig {
  const wrong = layers.find(({ kind }) => !isMirrored(kind))
  if (wrong) refuse('linear layers, activations and dropout, which have a way back', wrong.kind)
  if (!layers.some(({ kind }) => kind === 'linear'))
    refuse('at least one linear layer', layers.map(({ kind }) => kind).join(', ') || 'none')
  return Object.freeze({ kind: 'mirror', layers: Object.freeze([...layers]) })
}

const isMirrored = (kind: string): boolean =>
  kind === 'linear' || kind === 'dropout' || Object.hasOwn(activationRows, kind as ActivationKind)

function refuse(expected: string, received: string): never {
  throw new ConfigError({ who: 'mirror', expected, received })
}

/** How layers that are gone through forth and back compute. */
export const mirrorRow: LayerRow<MirrorConfig> = {
  doc: 'the layers, and back by the transposed weights: tied auto-encoder; [..., D] -> [..., D]',
  apply({ layers }, x, context) {
    const inputs: Value[] = []
    const code = layers.reduce((y, layer, i) => {
      inputs.push(y)
      return context.apply(String(i), layer, y)
    }, x)
    const last = layers.findLastIndex(({ kind }) => kind === 'linear')
    return layers
      .slice(0, last + 1)
      .reduceRight(
        (y, layer, i) =>
          layer.kind === 'linear'
            ? wayBack(layer, String(i), inputs[i]!, y, context)
            : context.apply(String(i), layer, y),
        code,
      )
  },
}

/** From the outputs of a linear layer to its inputs. */
function wayBack(
  { features, weightInit }: LinearConfig,
  name: string,
  { shape }: Value,
  y: Value,
  context: LayerContext,
): Value {
  const inputs = shape.at(-1)!
  const weight = context.param(`${name}.weight`, [features, inputs], weightInit)
  return add(matmul(y, weight), context.param(`${name}.backBias`, [inputs], zeros()))
}
