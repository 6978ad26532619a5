import { checked, given, isFloat, requirements } from '../base/index.ts'
import { type InitConfig, normal } from '../init/index.ts'
import { cast, gather, isOp, type Value } from '../ir/index.ts'
import type { LayerRow } from './layer.ts'

/** Settings of an embedding. */
export interface EmbeddingOptions {
  readonly weightInit?: InitConfig
}

/** The description of an embedding. */
export interface EmbeddingConfig extends Required<EmbeddingOptions> {
  readonly kind: 'embedding'
  /** Rows of the table: indices are 0 .. count - 1. */
  readonly count: number
  /** Numbers in a row. */
  readonly features: number
}

/**
 * A trained row of numbers for each index.
 * `y = weight[x]`
 * Shapes: [...] class indices -> [..., features]; params: weight [count, features].
 * Indices may come in any element type that holds them exactly, float32 up to 2^24. `fit` checks all
 * of them before the first step.
 * Throws ConfigError when `count` or `features` is not a positive integer.
 * Source: normal weights of mean 0 and deviation 1, as PyTorch; Keras draws from ±0.05.
 */
export function embedding(
  count: number,
  features: number,
  options: EmbeddingOptions = {},
): EmbeddingConfig {
  return checked(
    { kind: 'embedding', count, features, weightInit: normal(), ...given(options) },
    { count: requirements.count, features: requirements.count },
  )
}

/** How an embedding computes. */
export const embeddingRow: LayerRow<EmbeddingConfig> = {
  doc: 'y = weight[x]; [...] class indices -> [..., features]',
  apply({ count, features, weightInit }, x, context) {
    const indices = beforeCast(x)
    context.requireIndices(indices, count)
    const weight = context.param('weight', [count, features], weightInit)
    return gather(weight, indices.dtype === 'int32' ? indices : cast(indices, 'int32'))
  },
}

/** Data arrive as floats; indices are read as the integers they were. */
function beforeCast(x: Value): Value {
  const [operand] = x.inputs
  return operand && isOp(x, 'cast') && !isFloat(operand.dtype) ? operand : x
}
