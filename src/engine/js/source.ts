import type { DType } from '../../base/index.ts'
import { allocate, type Memory } from './memory.ts'
import type { Held, Plan, Task } from './plan.ts'

/** Statements in one function: V8 optimises no function beyond 60 KB of bytecode. */
const mostCalls = 200

/**
 * tanh to 12 digits, from float32 to float32: V8's own takes twice as long. Below 1e-4 the cube of x
 * is less than half a unit in the last place.
 */
const tanh32 = 'const tanh32 = x => abs(x) < 1e-4 ? x : 1 - 2 / (exp(2 * x) + 1)'

/** The JavaScript of a program, and what it works on. */
export interface Source {
  /** A function body: from the memory and helpers to the function that runs steps. */
  readonly text: string
  readonly memory: Memory
}

/**
 * A program in JavaScript. All numbers are in one Float64Array `m`, rounded to their element types.
 * Kernels are functions of places in it, so that equal layers share theirs; a step is calls of them.
 */
export function sourceOf(plan: Plan): Source {
  const memory = allocate(plan)
  const kernels = new Map<string, string>()
  const calls = plan.tasks.map(task => callOf(task, memory, kernels))
  for (const { block, next } of Object.values(plan.state)) {
    const [from, to] = [next, block].map(b => memory.offsetOf({ block: b, offset: 0 }))
    if (from !== to) calls.push(`m.copyWithin(${to}, ${from}, ${from! + block.size})`)
  }
  const parts = chunksOf(calls, mostCalls)
  const inputs = Object.entries(plan.inputs)
  const outputs = Object.entries(plan.outputs)
  const types = new Set([...inputs, ...outputs].map(([, { dtype }]) => dtype))
  const text = `'use strict'
const { abs, exp, floor, fround, log, max, min, sqrt, tanh } = Math
${tanh32}
${[...types].map(moversOf).join('\n')}
${[...kernels].map(([rest, name]) => `function ${name}${rest}`).join('\n\n')}

${parts.map((part, i) => `function part${i}() {\n${part.map(call => `  ${call}`).join('\n')}\n}`).join('\n\n')}

return function run(steps, inputs, outputs) {
${inputs.map(([name], i) => `  const input${i} = inputs[${JSON.stringify(name)}]`).join('\n')}
${outputs.map(([name], i) => `  const output${i} = outputs[${JSON.stringify(name)}]`).join('\n')}
  for (let step = 0; step < steps; step++) {
${inputs.map((input, i) => `    ${loadOf(input, i, plan, memory)}`).join('\n')}
${parts.map((_, i) => `    part${i}()`).join('\n')}
${outputs.map((output, i) => `    ${saveOf(output, i, memory)}`).join('\n')}
  }
}
`
  return { text, memory }
}

function callOf({ kernel, comment }: Task, memory: Memory, kernels: Map<string, string>): string {
  const { parameters, body, places } = kernel
  const rest = `(${parameters.join(', ')}) {\n${body}\n}`
  const name = kernels.get(rest) ?? `k${kernels.size}`
  kernels.set(rest, name)
  return `${name}(${places.map(memory.offsetOf).join(', ')}) // ${comment.replaceAll(/[\r\n\u2028\u2029]/g, ' ')}`
}

/** Loads and saves of one element type; each has its own, so that it sees one kind of array. */
function moversOf(dtype: DType): string {
  return `function load_${dtype}(x, from, to, n) { for (let i = 0; i < n; i++) m[to + i] = x[from + i] }
function save_${dtype}(y, to, from, n) { for (let i = 0; i < n; i++) y[to + i] = m[from + i] }`
}

/** Inputs that the state holds are in their places; those it would hold are fed once. */
function loadOf([name, held]: [string, Held], i: number, plan: Plan, memory: Memory): string {
  const { block, dtype } = held
  const once = Object.hasOwn(plan.state, name) ? ' && step === 0' : ''
  const to = memory.offsetOf({ block, offset: 0 })
  return `if (input${i} !== undefined${once}) load_${dtype}(input${i}, step * ${block.size}, ${to}, ${block.size})`
}

function saveOf([, { block, dtype }]: [string, Held], i: number, memory: Memory): string {
  const from = memory.offsetOf({ block, offset: 0 })
  return `save_${dtype}(output${i}, step * ${block.size}, ${from}, ${block.size})`
}

function chunksOf<T>(list: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(list.length / size) }, (_, i) =>
    list.slice(i * size, (i + 1) * size),
  )
}
