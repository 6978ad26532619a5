import { checked, formatShape, given, requirements, ShapeError } from '../base/index.ts'
import { type InitConfig, xavierUniform, zeros } from '../init/index.ts'
import { add, currentOrigin, describeOrigin, matmul, type Value } from '../ir/index.ts'
import type { LayerRow } from './layer.ts'

/** Settings of a linear layer. */
export interface LinearOptions {
  /** D_in; checked when given, otherwise taken from the input. */
  readonly inputFeatures?: number
  readonly useBias?: boolean
  readonly weightInit?: InitConfig
  readonly biasInit?: InitConfig
}

/** The description of a linear layer. */
export interface LinearConfig extends Required<Omit<LinearOptions, 'inputFeatures'>> {
  readonly kind: 'linear'
  /** D_out. */
  readonly features: number
  readonly inputFeatures?: number
}

/**
 * A fully connected layer.
 * `y = x weight' + bias`
 * Shapes: [..., D_in] -> [..., D_out]; params: weight [D_out, D_in], bias [D_out].
 * Throws ConfigError when `features` is not a positive integer.
 * Source: layout as PyTorch's Linear; Xavier uniform weights and zero biases as Keras' Dense.
 */
export function linear(features: number, options: LinearOptions = {}): LinearConfig {
  return checked(
    {
      kind: 'linear',
      features,
      useBias: true,
      weightInit: xavierUniform(),
      biasInit: zeros(),
      ...given(options),
    },
    { features: requirements.count, useBias: requirements.flag },
  )
}

/** How a linear layer computes. */
export const linearRow: LayerRow<LinearConfig> = {
  doc: "y = x weight' + bias; [..., D_in] -> [..., D_out]",
  apply({ features, inputFeatures, useBias, weightInit, biasInit }, x, context) {
    const received = x.shape.at(-1)
    if (received === undefined || received !== (inputFeatures ?? received)) refuse(x, inputFeatures)
    const weight = context.param('weight', [features, received], weightInit)
    const y = matmul(x, weight, { transposeB: true })
    return useBias ? add(y, context.param('bias', [features], biasInit)) : y
  },
}

function refuse(x: Value, inputFeatures: number | undefined): never {
  throw new ShapeError({
    who: describeOrigin(currentOrigin(), 'linear'),
    expected: `[..., ${inputFeatures ?? 'D'}]`,
    received: formatShape(x.shape),
    from: `output of ${describeOrigin(x.origin, x.op)}`,
  })
}
