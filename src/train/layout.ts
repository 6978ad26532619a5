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

/** The name of the vector that holds the small tensors of a group. */
const sharedName = (group: string): string => (group ? `shared/${group}` : 'shared')

/** The group of tensors that the model carries on without a gradient. */
export const bufferGroup = 'buffers'

/**
 * Where parameters and buffers lie inside an engine. A unit is what is updated at once: one large
 * tensor, or the vector of all small ones of a group.
 */
export interface Layout {
  readonly shapes: Named<Shape>
  /** The tensors of each unit, in order. */
  readonly units: Named<readonly string[]>
  /** The group of each unit: the parameters that share an update rule's settings, or the buffers. */
  readonly groups: Named<string>
}

/** The layout of tensors of the given shapes; only those of one group share a vector. */
export function layoutOf(
  shapes: Named<Shape>,
  groupOf: (name: string) => string = () => '',
): Layout {
  const units: Record<string, string[]> = {}
  const groups: Record<string, string> = {}
  const isOwn = (name: string) => sizeOf(shapes[name]!) >= ownSize
  const names = Object.keys(shapes)
  for (const name of [...names.filter(isOwn), ...names.filter(name => !isOwn(name))]) {
    const group = groupOf(name)
    const unit = isOwn(name) ? name : sharedName(group)
    groups[unit] = group
    units[unit] = [...(units[unit] ?? []), name]
  }
  return { shapes, units, groups }
}

/** The units that the optimiser updates. */
export function trainedUnits({ units, groups }: Layout): Named<readonly string[]> {
  return Object.fromEntries(Object.entries(units).filter(([unit]) => groups[unit] !== bufferGroup))
}

/** The shapes of the parameters, without the buffers. */
export function paramShapes(layout: Layout): Named<Shape> {
  const names = Object.values(trainedUnits(layout)).flat()
  return Object.fromEntries(Object.entries(layout.shapes).filter(([name]) => names.includes(name)))
}

/** The number of parameters. */
export function countParameters(layout: Layout): number {
  return Object.values(paramShapes(layout)).reduce((total, shape) => total + sizeOf(shape), 0)
}

const isShared = ({ groups }: Layout, unit: string): boolean => unit === sharedName(groups[unit]!)

/** The shape of a unit. */
export function unitShape(layout: Layout, unit: string): Shape {
  const { shapes, units } = layout
  const members = units[unit]!
  if (!isShared(layout, unit)) return shapes[members[0]!]!
  return [members.reduce((size, name) => size + sizeOf(shapes[name]!), 0)]
}

/** The tensor of a unit that an element belongs to; the name itself when it is not a unit's. */
export function tensorAt({ shapes, units }: Layout, unit: string, element: number): string {
  let left = element
  for (const name of units[unit] ?? []) {
    left -= sizeOf(shapes[name]!)
    if (left < 0) return name
  }
  return unit
}

/** The units as inputs of a program, under a prefix, and every tensor as a part of its unit. */
export function inputUnits(
  layout: Layout,
  prefix = '',
): { units: Named<Value>; tensors: Named<Value> } {
  const units: Record<string, Value> = {}
  const tensors: Record<string, Value> = {}
  for (const unit of Object.keys(layout.units)) {
    const value = input(prefix + unit, unitShape(layout, unit))
    units[unit] = value
    Object.assign(tensors, splitUnit(layout, unit, value))
  }
  return { units, tensors }
}

/** The tensors of a unit. */
export function splitUnit(layout: Layout, unit: string, value: Value): Named<Value> {
  if (!isShared(layout, unit)) return { [unit]: value }
  const places = placesIn(layout, layout.units[unit]!)
  return Object.fromEntries(
    places.map(({ name, start, end }) => [
      name,
      reshape(slice(value, [start], [end]), layout.shapes[name]!),
    ]),
  )
}

/** Values shaped as the tensors of some units, put together as those units. */
export function joinUnits(
  layout: Layout,
  values: Named<Value>,
  units: Layout['units'] = layout.units,
): Named<Value> {
  return mapNamed(units, (members, unit) =>
    isShared(layout, unit)
      ? concat(members.map(name => reshape(values[name]!, [sizeOf(layout.shapes[name]!)])))
      : values[unit]!,
  )
}

/** Host tensors, copied together as units. */
export function packUnits(
  layout: Layout,
  tensors: Named<Tensor>,
  units: Layout['units'] = layout.units,
): Named<Tensor> {
  return mapNamed(units, (members, unit) => {
    if (!isShared(layout, unit)) return tensors[unit]!
    const packed = zerosTensor(tensors[members[0]!]!.dtype, unitShape(layout, unit))
    for (const { name, start } of placesIn(layout, members))
      (packed.data as Float32Array).set(tensors[name]!.data, start)
    return packed
  })
}

/** Units as host tensors, copied apart, in the order of the layout's names. */
export function unpackUnits(
  layout: Layout,
  tensors: Named<Tensor>,
  units: Layout['units'] = layout.units,
): Named<Tensor> {
  const parts: Record<string, Tensor> = {}
  for (const [unit, members] of Object.entries(units)) {
    const packed = tensors[unit]!
    if (!isShared(layout, unit)) parts[unit] = packed
    else
      for (const { name, start, end } of placesIn(layout, members))
        parts[name] = {
          dtype: packed.dtype,
          shape: layout.shapes[name]!,
          data: packed.data.slice(start, end) as NumericArray,
        }
  }
  const names = Object.keys(layout.shapes).filter(name => Object.hasOwn(parts, name))
  return Object.fromEntries(names.map(name => [name, parts[name]!]))
}

function placesIn({ shapes }: Layout, members: readonly string[]) {
  let end = 0
  return members.map(name => {
    const start = end
    end += sizeOf(shapes[name]!)
    return { name, start, end }
  })
}
