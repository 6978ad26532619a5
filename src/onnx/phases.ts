import { isOp, type Value } from '../ir/index.ts'
import { weightInBlocks } from './blocked-convolution.ts'
import { type BlockedProgram, blockDomain, fillsBlocks } from './blocks.ts'
import { convAttributes, turned } from './convolution.ts'
import type { Emitter } from './emitter.ts'
import type { Fusion } from './fusion.ts'
import { range, reshaped } from './row.ts'

type Four = readonly [number, number, number, number]
type Gradient = Value<'conv2dInputGradient'>

/** Every `stride`-th place of an axis, from one on: which elements of the turned kernel reach it. */
interface Phase {
  /** The first and the one after the last, in steps of the stride. */
  readonly start: number
  readonly end: number
  readonly before: number
  readonly after: number
}

/**
 * The gradient by the image of a convolution with strides: the places of a phase, those that are alike
 * modulo the strides, are a convolution of dy with a part of the kernel; phases are then laid side by
 * side, block by block. ConvTranspose takes longer, and one thread alone.
 */
export function blockedPhases(value: Value, { perBlock }: BlockedProgram): Fusion | undefined {
  if (!isOp(value, 'conv2dInputGradient') || !fillsBlocks(value)) return undefined
  const [dy, weight] = value.inputs
  const { groups, dilations } = value.attrs
  const [down, across] = [phasesOf(value, 0), phasesOf(value, 1)]
  const isSimple = groups === 1 && dilations.every(n => n === 1) && fillsBlocks(dy)
  if (!isSimple || !down || !across) return undefined
  const [batch, channels, height, width] = value.shape as Four
  const [outputs] = weight.shape as Four
  const planes = (batch * channels) / perBlock

  /** Matrices of equal height side by side. */
  const beside = (emit: Emitter, parts: readonly string[]) =>
    parts.length === 1 ? parts[0]! : emit.node('Concat', parts, { axis: { int: 1 } })
  return {
    operands: value.inputs,
    blocked: { operands: [true], result: true },
    lower: ([image, given], emit) => {
      const kernel = turned(value, given!, emit)
      const phase = (row: Phase, column: Phase) => {
        const places = [
          [row.start, column.start],
          [row.end, column.end],
          [2, 3],
          value.attrs.strides,
        ]
        const part = emit.node('Slice', [kernel, ...places.map(list => emit.int64s(list))])
        const size = [row, column].map(({ start, end }, axis) =>
          Math.ceil((end - start) / value.attrs.strides[axis]!),
        )
        const ordered = weightInBlocks(emit, part, [channels, outputs, ...size])
        const attributes = convAttributes({
          ...value.attrs,
          strides: [1, 1],
          before: [row.before, column.before],
          after: [row.after, column.after],
        })
        return emit.node('Conv', [image!, ordered], attributes, blockDomain)
      }
      const rows = down.map(row => {
        const pixels = (planes * height * width) / (down.length * across.length)
        const columns = across.map(column => reshaped(emit, phase(row, column), [pixels, perBlock]))
        const lines = (planes * height) / down.length
        return reshaped(emit, beside(emit, columns), [lines, width * perBlock])
      })
      return reshaped(emit, beside(emit, rows), value.shape)
    },
  }
}

/**
 * The phases of an axis. Place `i = s q + r` sees element u of the kernel where s divides `i + before - u`:
 * `dx[s q + r] = sum over t of dy[q + (r + before - first) / s - t] w[first + s t]`,
 * `first = (r + before) mod s`. Undefined where phases differ in size, or some would see nothing or
 * less than all of dy.
 */
function phasesOf({ attrs, inputs }: Gradient, axis: 0 | 1): Phase[] | undefined {
  const [dy, weight] = inputs
  const { strides, size, before: padding } = attrs
  const [stride, reach] = [strides[axis], weight.shape[2 + axis]!]
  if (size[axis] % stride !== 0) return undefined
  const phases = range(0, stride).map(place => {
    const first = (place + padding[axis]) % stride
    const taps = Math.ceil((reach - first) / stride)
    const ahead = (place + padding[axis] - first) / stride
    return {
      start: reach - 1 - first - stride * (taps - 1),
      end: reach - first,
      before: taps - 1 - ahead,
      after: size[axis] / stride + ahead - dy.shape[2 + axis]!,
      taps,
    }
  })
  return phases.every(({ before, after, taps }) => taps > 0 && before >= 0 && after >= 0)
    ? phases
    : undefined
}
