import { formatShape, type Shape, ShapeError, sameShape, sizeOf } from '../base/index.ts'
import type { ConvAttrs, OpAttrs, OpName, Pair, PoolAttrs, WindowAttrs } from './op-attrs.ts'
import { from, who } from './op-row.ts'
import type { Operands } from './operands.ts'
import type { Value } from './value.ts'

type Four = readonly [batch: number, channels: number, height: number, width: number]

/** How many windows fit, or undefined where not even one does. */
function countsIn(
  size: Pair,
  kernel: Pair,
  { strides, before, after }: WindowAttrs,
  dilations: Pair = [1, 1],
): Pair | undefined {
  const along = (axis: 0 | 1) => {
    const room = size[axis] + before[axis] + after[axis] - dilations[axis] * (kernel[axis] - 1)
    return Math.floor((room - 1) / strides[axis]) + 1
  }
  const counts: Pair = [along(0), along(1)]
  return Math.min(...counts) > 0 ? counts : undefined
}

/**
 * How many windows fit along H and W: `floor((n + padding - dilation (k - 1) - 1) / stride) + 1`.
 * Throws ShapeError when the kernel is larger than the padded input.
 */
function windowCounts(
  op: OpName,
  size: Pair,
  kernel: Pair,
  attrs: WindowAttrs,
  dilations: Pair = [1, 1],
): Pair {
  const counts = countsIn(size, kernel, attrs, dilations)
  if (counts) return counts
  const padded = size.map((n, axis) => attrs.before[axis]! + n + attrs.after[axis]!)
  const reach = kernel.map((k, axis) => dilations[axis]! * (k - 1) + 1)
  const spread = sameShape(reach, kernel) ? '' : `, which reaches over ${formatShape(reach)}`
  throw new ShapeError({
    who: `${who(op)} in ${op}`,
    expected: `a kernel of at most ${formatShape(padded)}, the padded input`,
    received: `${formatShape(kernel)}${spread}`,
  })
}

/** Throws ShapeError unless every number is an integer of at least `least`. */
function integers(op: OpName, lists: Readonly<Record<string, readonly number[]>>, least: number) {
  for (const [name, list] of Object.entries(lists))
    if (!list.every(n => Number.isInteger(n) && n >= least))
      throw new ShapeError({
        who: `${who(op)} in ${op}`,
        expected: `${name} of integers from ${least} on`,
        received: formatShape(list),
      })
}

function checkWindow(op: OpName, { strides, before, after }: WindowAttrs): void {
  integers(op, { strides }, 1)
  integers(op, { before, after }, 0)
}

function checkConv(op: OpName, attrs: ConvAttrs): void {
  checkWindow(op, attrs)
  integers(op, { dilations: attrs.dilations, groups: [attrs.groups] }, 1)
}

function four(op: OpName, value: Value, letters: string): Four {
  if (value.shape.length !== 4)
    throw new ShapeError({
      who: `${who(op)} in ${op}`,
      expected: letters,
      received: formatShape(value.shape),
      from: from(value),
    })
  return value.shape as unknown as Four
}

/** Throws ShapeError unless the groups divide the channels. */
function dividing(op: OpName, groups: number, channels: number, what: string): void {
  if (channels % groups !== 0)
    throw new ShapeError({
      who: `${who(op)} in ${op}`,
      expected: `groups that divide ${channels} ${what} channels`,
      received: String(groups),
    })
}

function fits(op: OpName, value: Value, expected: Shape, letters: string): void {
  if (!sameShape(value.shape, expected))
    throw new ShapeError({
      who: `${who(op)} in ${op}`,
      expected: `${letters} ${formatShape(expected)}`,
      received: formatShape(value.shape),
      from: from(value),
    })
}

/** `x [B, C, H, W], weights [O, C/groups, kh, kw] -> [B, O, h, w]`. */
export function convShape([x, weight]: Operands<'conv2d', Value>, attrs: ConvAttrs): Shape {
  const op = 'conv2d'
  checkConv(op, attrs)
  const [batch, channels, height, width] = four(op, x, 'x [B, C, H, W]')
  const [outputs, , ...kernel] = four(op, weight, 'weights [O, C/groups, kh, kw]')
  dividing(op, attrs.groups, channels, 'input')
  dividing(op, attrs.groups, outputs, 'output')
  fits(op, weight, [outputs, channels / attrs.groups, ...kernel], 'weights [O, C/groups, kh, kw]')
  return [batch, outputs, ...windowCounts(op, [height, width], kernel, attrs, attrs.dilations)]
}

/** `dy [B, O, h, w], weights [O, C/groups, kh, kw] -> [B, C, H, W]` with the given `[H, W]`. */
export function convInputShape(
  [dy, weight]: Operands<'conv2dInputGradient', Value>,
  attrs: OpAttrs['conv2dInputGradient'],
): Shape {
  const op = 'conv2dInputGradient'
  checkConv(op, attrs)
  const [batch] = four(op, dy, 'dy [B, O, h, w]')
  const [outputs, perGroup, ...kernel] = four(op, weight, 'weights [O, C/groups, kh, kw]')
  dividing(op, attrs.groups, outputs, 'output')
  const counts = windowCounts(op, attrs.size, kernel, attrs, attrs.dilations)
  fits(op, dy, [batch, outputs, ...counts], 'dy [B, O, h, w]')
  return [batch, perGroup * attrs.groups, ...attrs.size]
}

/** `x [B, C, H, W], dy [B, O, h, w] -> [O, C/groups, kh, kw]` with the given `[kh, kw]`. */
export function convWeightShape(
  [x, dy]: Operands<'conv2dWeightGradient', Value>,
  attrs: OpAttrs['conv2dWeightGradient'],
): Shape {
  const op = 'conv2dWeightGradient'
  checkConv(op, attrs)
  const [batch, channels, height, width] = four(op, x, 'x [B, C, H, W]')
  const [, outputs] = four(op, dy, 'dy [B, O, h, w]')
  dividing(op, attrs.groups, channels, 'input')
  dividing(op, attrs.groups, outputs, 'output')
  const counts = windowCounts(op, [height, width], attrs.kernel, attrs, attrs.dilations)
  fits(op, dy, [batch, outputs, ...counts], 'dy [B, O, h, w]')
  return [outputs, channels / attrs.groups, ...attrs.kernel]
}

/** Throws ShapeError when a window could lie in the padding alone. */
function checkPool(op: OpName, attrs: PoolAttrs): void {
  integers(op, { kernel: attrs.kernel }, 1)
  checkWindow(op, attrs)
  const most = [...attrs.before, ...attrs.after]
  if (most.some((padding, i) => padding >= attrs.kernel[i % 2]!))
    throw new ShapeError({
      who: `${who(op)} in ${op}`,
      expected: `less padding than the kernel ${formatShape(attrs.kernel)}`,
      received: `${formatShape(attrs.before)} before and ${formatShape(attrs.after)} after`,
    })
}

/** `x [B, C, H, W] -> [B, C, h, w]`. */
export const poolShape =
  (op: 'maxPool2d' | 'averagePool2d') =>
  ([x]: Operands<typeof op, Value>, attrs: PoolAttrs): Shape =>
    pooledShape(op, x, attrs)

function pooledShape(op: OpName, x: Value, attrs: PoolAttrs): Shape {
  checkPool(op, attrs)
  const [batch, channels, height, width] = four(op, x, 'x [B, C, H, W]')
  return [batch, channels, ...windowCounts(op, [height, width], attrs.kernel, attrs)]
}

/** `x [B, C, H, W], y and dy [B, C, h, w] -> [B, C, H, W]`. */
export function maxPoolGradientShape(
  [x, y, dy]: Operands<'maxPool2dGradient', Value>,
  attrs: PoolAttrs,
): Shape {
  const pooled = pooledShape('maxPool2dGradient', x, attrs)
  fits('maxPool2dGradient', y, pooled, 'y [B, C, h, w]')
  fits('maxPool2dGradient', dy, pooled, 'dy [B, C, h, w]')
  return x.shape
}

/** `dy [B, C, h, w] -> [B, C, H, W]` with the given `[H, W]`. */
export function averagePoolGradientShape(
  [dy]: Operands<'averagePool2dGradient', Value>,
  attrs: OpAttrs['averagePool2dGradient'],
): Shape {
  const op = 'averagePool2dGradient'
  checkPool(op, attrs)
  const [batch, channels] = four(op, dy, 'dy [B, C, h, w]')
  const counts = windowCounts(op, attrs.size, attrs.kernel, attrs)
  fits(op, dy, [batch, channels, ...counts], 'dy [B, C, h, w]')
  return [batch, channels, ...attrs.size]
}

/** Multiplications of a convolution: each y `[B, O, h, w]` sums over a filter of weights `[O, C, kh, kw]`. */
export function convMultiplyAdds(weight: Shape, y: Shape): number {
  return sizeOf(y) * sizeOf(weight.slice(1))
}
