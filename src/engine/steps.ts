import { dtypes, mapNamed, type Named, type Tensor } from '../base/index.ts'

/** What one step reads of a feed for several: a view. */
export function stepOf({ dtype, shape, data }: Tensor, step: number): Tensor {
  const size = data.length / shape[0]!
  return { dtype, shape: shape.slice(1), data: data.subarray(step * size, (step + 1) * size) }
}

/** The outputs of all steps on a new leading axis. */
export function stackSteps(steps: readonly Named<Tensor>[]): Named<Tensor> {
  return mapNamed(steps[0]!, ({ dtype, shape, data: { length } }, name) => {
    const data = new dtypes[dtype].array(steps.length * length)
    steps.forEach((step, i) => {
      data.set(step[name]!.data, i * length)
    })
    return { dtype, shape: [steps.length, ...shape], data }
  })
}
