import {
  dtypes,
  EngineError,
  mapNamed,
  type Named,
  type NumericArray,
  sizeOf,
  type Tensor,
} from '../../base/index.ts'
import { describeOrigin, inputsOf, type Origin, type Program, verify } from '../../ir/index.ts'
import type { CompileOptions, Engine, Executable, State } from '../contract.ts'
import { checkStepsPerCall } from '../feeds.ts'
import { HostStates } from '../host-states.ts'
import { power } from '../reference/elementwise.ts'
import { erf } from '../reference/erf.ts'
import { planOf } from './plan.ts'
import { sourceOf } from './source.ts'

const who = 'js engine'

/**
 * The engine that writes a program as JavaScript, with loops of its own for its shapes, and lets the
 * JavaScript engine compile it. A step has no overhead to speak of, so it is the fastest for small
 * programs; large products are several times faster in ONNX Runtime.
 * `compile` throws EngineError where code from text is forbidden: pages whose content security policy
 * lacks 'unsafe-eval'.
 */
export function jsEngine(): Engine {
  const states = new HostStates(who)
  return {
    name: 'js',
    description: `generated JavaScript, 1 thread${countsTinyAsZero() ? ', numbers below 1e-38 as 0' : ''}`,
    callMs: 0.5,
    compile: async (program, options) => compile(program, options, states),
    createState: tensors => states.create(tensors),
  }
}

/**
 * Whether this thread counts float32 numbers below 1e-38 as zero. It does once ONNX Runtime has made a
 * session in it, and nothing turns that off again.
 */
function countsTinyAsZero(): boolean {
  return Float32Array.of(Number('1e-40'))[0] === 0
}

/** The JavaScript that this engine makes of a program, to be read. */
export function javascriptOf(program: Program): string {
  return sourceOf(planOf(program)).text
}

type Run = (steps: number, inputs: Named<NumericArray>, outputs: Named<NumericArray>) => void

function compile(
  program: Program,
  { stepsPerCall = 1 }: CompileOptions = {},
  states: HostStates,
): Executable {
  verify(program)
  checkStepsPerCall(who, stepsPerCall)
  const inputs = inputsOf(program)
  const plan = planOf(program)
  const { text, memory } = sourceOf(plan)
  let m: Float64Array<ArrayBuffer> | undefined = new Float64Array(memory.size)
  for (const block of memory.constants)
    m.set(block.constant!, memory.offsetOf({ block, offset: 0 }))
  const steps = functionFrom(text, m)
  const placeOf = (name: string): number => {
    const { block } = plan.inputs[name] ?? plan.state[name]!
    return memory.offsetOf({ block, offset: 0 })
  }

  const run = (feeds: Named<Tensor>, state?: State): Named<Tensor> => {
    if (!m) refuse('a program in use', 'one that was released')
    const held = states.heldFor({ inputs, next: program.state, stepsPerCall }, feeds, state)
    const fed: Record<string, NumericArray> = {}
    for (const name of inputs.keys())
      if (Object.hasOwn(held, name)) m.set(held[name]!.data, placeOf(name))
      else fed[name] = feeds[name]!.data
    const outputs = mapNamed(plan.outputs, ({ dtype, shape }): Tensor => {
      const stacked = stepsPerCall === 1 ? shape : [stepsPerCall, ...shape]
      return { dtype, shape: stacked, data: new dtypes[dtype].array(sizeOf(stacked)) }
    })
    steps(
      stepsPerCall,
      fed,
      mapNamed(outputs, ({ data }) => data),
    )
    // Only now, when every step has succeeded.
    if (state)
      for (const name of Object.keys(program.state)) {
        const { data } = held[name]!
        data.set(m.subarray(placeOf(name), placeOf(name) + data.length))
      }
    return outputs
  }
  return {
    run: async (feeds, state) => run(feeds, state),
    release: async () => {
      m = undefined
    },
  }
}

/** The function of a text. Throws EngineError where the host forbids it. */
function functionFrom(text: string, m: Float64Array): Run {
  try {
    const make = new Function('m', 'erf', 'power', 'refuseIndex', text)
    return make(m, erf, power, refuseIndex)
  } catch (cause) {
    if (!(cause instanceof EvalError)) throw cause
    throw new EngineError({
      who,
      expected: 'a host that compiles code from text',
      received: `"${cause.message}"`,
      hint: "A page needs 'unsafe-eval' in its content security policy for this engine",
      cause,
    })
  }
}

function refuseIndex(index: number, size: number, { op, origin }: { op: string; origin: Origin }) {
  throw new EngineError({
    who: `${describeOrigin(origin, op)} in ${op}`,
    expected: `indices from 0 to ${size - 1}`,
    received: String(index),
  })
}

function refuse(expected: string, received: string): never {
  throw new EngineError({ who, expected, received })
}
