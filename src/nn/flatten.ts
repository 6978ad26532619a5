import { sizeOf } from '../base/index.ts'
import { reshape } from '../ir/index.ts'
import type { LayerRow } from './layer.ts'

/** The description of a flatten layer. */
export interface FlattenConfig {
  readonly kind: 'flatten'
}

/** All axes but the batch as one. Shapes: [B, ...] -> [B, D]. */
export function flatten(): FlattenConfig {
  return Object.freeze({ kind: 'flatten' })
}

/** How a flatten layer computes. */
export const flattenRow: LayerRow<FlattenConfig> = {
  doc: 'all axes but the batch as one; [B, ...] -> [B, D]',
  apply: (_config, x) => reshape(x, [x.shape[0] ?? 1, sizeOf(x.shape.slice(1))]),
}
