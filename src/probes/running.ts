import { sizeOf } from '../base/index.ts'
import { add, div, log, mul, reshape, sqrt, sub, type Value } from '../ir/index.ts'
import type { AppliedLayer, AppliedModel, LayerConfig } from '../nn/index.ts'
import { mean } from '../ops/index.ts'
import type { RunningSignals } from './signals.ts'

type BatchNorm = Extract<LayerConfig, { kind: 'batchNorm' }>

/**
 * How far the running statistics of a batch normalisation are from those of the batch, over its channels;
 * nothing of other layers.
 * `mean: sqrt(mean((running - batch)^2 / (variance + epsilon)))`
 * `variance: sqrt(mean(ln((running + epsilon) / (batch + epsilon))^2))`, both divided by n - 1
 */
export function runningSignals(
  { config, inputs: [x] }: AppliedLayer,
  path: string,
  buffers: AppliedModel['buffers'],
): { running?: RunningSignals<Value> } {
  const bufferOf = (name: string) => buffers.get(path ? `${path}.${name}` : name)?.value
  const [runningMean, runningVar] = [bufferOf('running_mean'), bufferOf('running_var')]
  if (config.kind !== 'batchNorm' || !x || !runningMean || !runningVar) return {}
  const { epsilon } = config as BatchNorm
  const axes = [...x.shape.keys()].filter(axis => axis !== 1)
  const average = mean(x, axes)
  const distance = sub(x, reshape(average, [x.shape[1]!, ...x.shape.slice(2).map(() => 1)]))
  const variance = mean(mul(distance, distance), axes)
  const count = sizeOf(x.shape) / x.shape[1]!
  const shift = sub(runningMean, average)
  const ratio = log(div(add(runningVar, epsilon), add(mul(variance, count / (count - 1)), epsilon)))
  return {
    running: {
      mean: sqrt(mean(div(mul(shift, shift), add(variance, epsilon)))),
      variance: sqrt(mean(mul(ratio, ratio))),
    },
  }
}
