import type { Value } from '../../ir/index.ts'
import { type KernelWriter, plus } from './kernel.ts'
import type { View } from './view.ts'

/** x where the index is inside of it, 0 elsewhere. */
export function pad(value: Value<'pad'>, kernel: KernelWriter): void {
  const [x] = kernel.operands as [View]
  const { before, after } = value.attrs
  kernel.nest(value.shape, index => {
    const inside = index.flatMap((at, axis) => [
      ...(before[axis]! > 0 ? [`${at} >= ${before[axis]}`] : []),
      ...(after[axis]! > 0 ? [`${at} < ${before[axis]! + x.shape[axis]!}`] : []),
    ])
    const element = kernel.read(
      x,
      index.map((at, axis) => plus(at, -before[axis]!)),
    )
    kernel.finish(index, inside.length > 0 ? `${inside.join(' && ')} ? ${element} : 0` : element)
  })
}
