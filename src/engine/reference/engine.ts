import { copyTensor, EngineError, mapNamed, type Named, type Tensor } from '../../base/index.ts'
import { inputsOf, type Program, resultsOf, valuesOf, verify } from '../../ir/index.ts'
import type { CompileOptions, Engine, Executable, State } from '../contract.ts'
import { checkFeeds, checkState, checkStateTensors, checkStepsPerCall } from '../feeds.ts'
import { stackSteps, stepOf } from '../steps.ts'
import { computeAll } from './evaluate.ts'

const who = 'reference engine'

/**
 * The engine that defines what a program means: plain loops over typed arrays, one op after the
 * other, in any element type. Slow; for tests, for float64 and for looking at single values.
 */
export function referenceEngine(): Engine {
  const memory = new WeakMap<State, Named<Tensor>>()
  return {
    name: 'reference',
    description: 'plain JavaScript loops, 1 thread',
    compile: async (program, options) => compile(program, options, memory),
    createState: tensors => {
      checkStateTensors(who, tensors)
      const state: State = { read: async () => mapNamed(memory.get(state)!, copyTensor) }
      memory.set(state, mapNamed(tensors, copyTensor))
      return state
    },
  }
}

function compile(
  program: Program,
  { stepsPerCall = 1 }: CompileOptions = {},
  memory: WeakMap<State, Named<Tensor>>,
): Executable {
  verify(program)
  checkStepsPerCall(who, stepsPerCall)
  const inputs = inputsOf(program)
  const order = valuesOf(resultsOf(program))
  let isReleased = false

  const run = (feeds: Named<Tensor>, state?: State): Named<Tensor> => {
    if (isReleased) refuse('a program in use', 'one that was released')
    const held = state ? memory.get(state) : {}
    if (!held) refuse('a state that this engine created', 'another')
    const isHeld = (name: string) => Object.hasOwn(held, name)
    checkFeeds(who, inputs, feeds, { stepsPerCall, isHeld })
    if (state)
      checkState(who, inputs, program.state, name => (isHeld(name) ? held[name] : undefined))
    let now = held
    const steps = Array.from({ length: stepsPerCall }, (_, step) => {
      const fed = stepsPerCall === 1 ? feeds : mapNamed(feeds, feed => stepOf(feed, step))
      const tensors = computeAll(order, { ...fed, ...now })
      now = { ...now, ...mapNamed(program.state, value => copyTensor(tensors.get(value)!)) }
      return mapNamed(program.outputs, value => copyTensor(tensors.get(value)!))
    })
    // Only now, when every step has succeeded.
    if (state) memory.set(state, now)
    return stepsPerCall === 1 ? steps[0]! : stackSteps(steps)
  }

  return {
    run: async (feeds, state) => run(feeds, state),
    release: async () => {
      isReleased = true
    },
  }
}

function refuse(expected: string, received: string): never {
  throw new EngineError({ who, expected, received })
}
