import {
  mapNamed,
  type Named,
  type NumericArray,
  type Shape,
  sizeOf,
  type Tensor,
  zerosTensor,
} from '../base/index.ts'
import { concat, input, reshape, slice, type Value } from '../ir/index.ts'

/**
 * Parameters with at least this many elements are tensors of their own in the engine. The smaller
 * ones share one vector, since each tensor costs about 5 microseconds per call; measured.
 */
const ownSize = 65_536

/** The name of the vector that holds the small parameters. */
const sharedName = 'shared'

/**
 * Where parameters lie inside an engine. A unit is what the optimiser updates at once: one large
 * parameter, or the vector of all small ones.
 */
export interface Layout {
  readonly shapes: Named<Shape>
  /** The parameters of each unit, in order. */
  readonly units: Named<readonly string[]>
}

/** The layout of parameters of the given shapes. */
export function layoutOf(shapes: Named<Shape>): Layout {
  const names = Object.keys(shapes)
  const isOwn = (name: string) => sizeOf(shapes[name]!) >= ownSize
  const shared = names.filter(name => !isOwn(name))
  return {
    shapes,
    units: {
      ...Object.fromEntries(names.filter(isOwn).map(name => [name, [name]])),
      ...(shared.length > 0 ? { [sharedName]: shared } : {}),
    },
  }
}

/** The shape of a unit. */
export function unitShape({ shapes, units }: Layout, unit: string): Shape {
  const members = units[unit]!
  if (unit !== sharedName) return shapes[members[0]!]!
  return [members.reduce((size, name) => size + sizeOf(shapes[name]!), 0)]
}

/** The units as inputs of a program, and every parameter as a part of its unit. */
export function inputUnits(layout: Layout): { units: Named<Value>; params: Named<Value> } {
  const units: Record<string, Value> = {}
  const params: Record<string, Value> = {}
  for (const [unit, members] of Object.entries(layout.units)) {
    const value = input(unit, unitShape(layout, unit))
    units[unit] = value
    if (unit !== sharedName) params[unit] = value
    else
      for (const { name, start, end } of placesIn(layout, members))
        params[name] = reshape(slice(value, [start], [end]), layout.shapes[name]!)
  }
  return { units, params }
}

/** Values shaped as parameters, put together as units. */
export function joinUnits(layout: Layout, values: Named<Value>): Named<Value> {
  return mapNamed(layout.units, (members, unit) =>
    unit === sharedName
      ? concat(members.map(name => reshape(values[name]!, [sizeOf(layout.shapes[name]!)])))
      : values[unit]!,
  )
}

/** Host tensors shaped as parameters, copied together as units. */
export function packUnits(layout: Layout, tensors: Named<Tensor>): Named<Tensor> {
  return mapNamed(layout.units, (members, unit) => {
    if (unit !== sharedName) return tensors[unit]!
    const packed = zerosTensor(tensors[members[0]!]!.dtype, unitShape(layout, unit))
    for (const { name, start } of placesIn(layout, members))
      (packed.data as Float32Array).set(tensors[name]!.data, start)
    return packed
  })
}

/** Units as host tensors, copied apart into parameters, in the parameters' order. */
export function unpackUnits(layout: Layout, tensors: Named<Tensor>): Named<Tensor> {
  const params: Record<string, Tensor> = {}
  for (const name of Object.keys(layout.shapes)) if (tensors[name]) params[name] = tensors[name]
  const packed = tensors[sharedName]
  for (const { name, start, end } of placesIn(layout, layout.units[sharedName] ?? []))
    params[name] = {
      dtype: packed!.dtype,
      shape: layout.shapes[name]!,
      data: packed!.data.slice(start, end) as NumericArray,
    }
  return mapNamed(layout.shapes, (_, name) => params[name]!)
}

function placesIn({ shapes }: Layout, members: readonly string[]) {
  let end = 0
  return members.map(name => {
    const start = end
    end += sizeOf(shapes[name]!)
    return { name, start, end }
  })
}
