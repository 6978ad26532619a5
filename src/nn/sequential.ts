import { ConfigError } from '../base/index.ts'
import type { LayerRow } from './layer.ts'
import type { LayerConfig } from './layers.ts'

/** The description of layers one after the other. */
export interface SequentialConfig {
  readonly kind: 'sequential'
  readonly layers: readonly LayerConfig[]
}

/**
 * Layers one after the other; layer i is called `i`, as in PyTorch's Sequential.
 * Throws ConfigError when there is none.
 */
export function sequential(...layers: readonly LayerConfig[]): SequentialConfig {
  if (layers.length === 0)
    throw new ConfigError({ who: 'sequential', expected: 'at least one layer', received: 'none' })
  return Object.freeze({ kind: 'sequential', layers: Object.freeze([...layers]) })
}

/** How layers one after the other compute. */
export const sequentialRow: LayerRow<SequentialConfig> = {
  doc: 'the layers one after the other',
  apply: ({ layers }, x, context) =>
    layers.reduce((y, layer, i) => context.apply(String(i), layer, y), x),
}
