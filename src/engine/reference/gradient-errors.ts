import { copyTensor, mapNamed, type Named, type Tensor } from '../../base/index.ts'
import { gradients } from '../../grad/index.ts'
import { inputsOf, pureProgram, type Value } from '../../ir/index.ts'
import { evaluate } from './evaluate.ts'

/** A gradient beside the central difference that it is to equal. */
export interface GradientError {
  /** Which element of the tensor, counted row by row. */
  readonly element: number
  readonly gradient: number
  readonly difference: number
  /** `|gradient - difference| / max(|gradient|, |difference|, 1e-3)` */
  readonly relative: number
}

/** Half the distance of the two points of a central difference. */
const step = 1e-5
/** Gradients below this are compared as if they were this large: differences round at about 1e-11. */
const smallest = 1e-3

/**
 * Whether gradients are right: for each float64 input of a scalar, the element at which the gradient is
 * farthest from its central difference. Right ones have a relative error below 1e-6, away from corners.
 * `(f(x + h) - f(x - h)) / 2h`, h = 1e-5
 * Throws EngineError when a feed is missing or has another shape or element type, GraphError when the
 * value is no scalar.
 */
export function gradientErrors(loss: Value, feeds: Named<Tensor>): Named<GradientError> {
  const inputs = [...inputsOf(pureProgram({ loss }))].filter(([, { dtype }]) => dtype === 'float64')
  const values = inputs.map(([, value]) => value)
  const [, ...found] = evaluate([loss, ...gradients(loss, values)], feeds)
  const slopes = Object.fromEntries(inputs.map(([name], i) => [name, found[i]!]))
  return mapNamed(slopes, ({ data }, name) => {
    const moved = copyTensor(feeds[name]!)
    const lossAt = (element: number, change: number) => {
      const kept = moved.data[element]!
      moved.data[element] = kept + change
      const at = evaluate([loss], { ...feeds, [name]: moved })[0]!.data[0]!
      moved.data[element] = kept
      return at
    }
    let worst: GradientError = { element: 0, gradient: 0, difference: 0, relative: 0 }
    for (const [element, gradient] of data.entries()) {
      const difference = (lossAt(element, step) - lossAt(element, -step)) / (2 * step)
      const size = Math.max(Math.abs(gradient), Math.abs(difference), smallest)
      const relative = Math.abs(gradient - difference) / size
      if (!(relative <= worst.relative)) worst = { element, gradient, difference, relative }
    }
    return worst
  })
}
