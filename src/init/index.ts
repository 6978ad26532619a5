export {
  constant,
  heNormal,
  heUniform,
  lectureHe,
  lectureXavier,
  lecunNormal,
  normal,
  ones,
  uniform,
  xavierNormal,
  xavierUniform,
  zeros,
} from './factories.ts'
export { type Fans, fansOf } from './fans.ts'
export { type GainName, gainFor } from './gain.ts'
export { expectedMoments, initialize } from './initialize.ts'
export {
  type FanMode,
  type InitConfig,
  type InitKind,
  type InitOptions,
  initializers,
} from './initializers.ts'
export type { Law, Moments } from './law.ts'
