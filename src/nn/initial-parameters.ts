import {
  type FloatDType,
  type Key,
  keyOf,
  type Named,
  type Shape,
  splitKey,
  type Tensor,
} from '../base/index.ts'
import { type InitConfig, initialize } from '../init/index.ts'
import type { AppliedModel } from './model.ts'

/** The tensor that a run of a key starts from, by its path in the model. Throws as `initialize`. */
export function drawTensor(
  path: string,
  { shape, init }: { readonly shape: Shape; readonly init: InitConfig },
  key: Key,
  dtype?: FloatDType,
): Tensor {
  return initialize(init, shape, splitKey(key, 'init', path), dtype)
}

/**
 * What `fit` starts from with a seed, by path: the drawn parameters of an applied model, and its buffers.
 * Weights of `lsuv` are as drawn, before data scale them.
 * Throws as `initialize`.
 */
export function initialParameters(
  { params, buffers }: Pick<AppliedModel, 'params' | 'buffers'>,
  seed = 0,
  dtype: FloatDType = 'float32',
): Named<Tensor> {
  const key = keyOf(seed)
  return Object.fromEntries(
    [...params, ...buffers].map(([path, { value, init }]) => [
      path,
      drawTensor(path, { shape: value.shape, init }, key, dtype),
    ]),
  )
}
