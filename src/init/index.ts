export {
  constant,
  greedyRbm,
  heNormal,
  heUniform,
  identity,
  lectureHe,
  lectureXavier,
  lecunNormal,
  lsuv,
  normal,
  ones,
  orthogonal,
  sparse,
  truncatedNormal,
  uniform,
  varianceScaling,
  xavierNormal,
  xavierUniform,
  zeros,
} from './factories.ts'
export { type Fans, fansOf } from './fans.ts'
export type { Moments } from './filling.ts'
export { type GainName, gainFor } from './gain.ts'
export { expectedMoments, initialize } from './initialize.ts'
export {
  type FanMode,
  type InitConfig,
  type InitConfigOf,
  type InitKind,
  type InitOptions,
  initializers,
} from './initializers.ts'
