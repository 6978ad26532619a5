import { nativeEngine } from '../../src/engine/index.ts'
import { contractSuite } from '../contract/suite.ts'
import { webgpuProblem } from './driver.ts'

const absent =
  'WebGPU computes with neither bytes nor bools nor double precision, and has no product of integers'
const limits = 'WebGPU leaves NaN, infinity and -0 to the driver'
const rounding = 'WebGPU promises fewer digits close to 0'
const unchecked = 'WebGPU does not tell of an index out of range, it takes another'

const skips: Readonly<Record<string, string>> = {
  'matmul of integers, float32': absent,
  'input passes bytes on, float32': absent,
  'cast to double precision, float32': absent,
  'cast to single precision rounds, float32': absent,
  'transpose of bools, float32': absent,
  'slice of bytes, float32': absent,
  'concat of bools, float32': absent,
  'sign gives -1, 0, 1 or NaN, float32': limits,
  'relu clips below 0, float32': limits,
  'exp reaches its limits, float32': limits,
  'log at 1, at 0 and below it, float32': limits,
  'tanh reaches its limits, float32': limits,
  'sigmoid reaches its limits, float32': limits,
  'erf reaches its limits, float32': limits,
  'pow at the limits, float32': limits,
  'tanh of a small number, float32': rounding,
  'erf of a small number, float32': rounding,
  'an index of the size and above is refused': unchecked,
  'state is untouched when a run fails': unchecked,
  'state is untouched when the last of several steps fails': unchecked,
}

contractSuite(
  'native (WebGPU)',
  () => nativeEngine({ device: 'webgpu' }),
  skips,
  ['float32'],
  await webgpuProblem(),
)
