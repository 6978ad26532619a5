import { formatShape, ShapeError } from '../base/index.ts'
import { currentOrigin, describeOrigin, type Value } from '../ir/index.ts'

/** Throws the ShapeError of the layer being applied, with where its input came from. */
export function refuseInput(
  kind: string,
  x: Value,
  expected: string,
  hint?: string | undefined,
): never {
  throw new ShapeError({
    who: describeOrigin(currentOrigin(), kind),
    expected,
    received: formatShape(x.shape),
    from: `output of ${describeOrigin(x.origin, x.op)}`,
    ...(hint ? { hint } : {}),
  })
}
