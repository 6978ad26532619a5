import { copyTensor, EngineError, mapNamed, type Named, type Tensor } from '../../base/index.ts'
import { inputsOf, type Program, resultsOf, valuesOf, verify } from '../../ir/index.ts'
import type { CompileOptions, Engine, Executable, State } from '../contract.ts'
import { checkStepsPerCall } from '../feeds.ts'
import { HostStates } from '../host-states.ts'
import { stackSteps, stepOf } from '../steps.ts'
import { computeAll } from './evaluate.ts'

const who = 'reference engine'

/**
 * The engine that defines what a program means: plain loops over typed arrays, one op after the
 * other, in any element type. Slow; for tests, for float64 and for looking at single values.
 */
export function referenceEngine(): Engine {
  const states = new HostStates(who)
  return {
    name: 'reference',
    description: 'plain JavaScript loops, 1 thread',
    compile: async (program, options) => compile(program, options, states),
    createState: tensors => states.create(tensors),
  }
}

function compile(
  program: Program,
  { stepsPerCall = 1 }: CompileOptions = {},
  states: HostStates,
): Executable {
  verify(program)
  checkStepsPerCall(who, stepsPerCall)
  const inputs = inputsOf(program)
  const order = valuesOf(resultsOf(program))
  let isReleased = false

  const run = (feeds: Named<Tensor>, state?: State): Named<Tensor> => {
    if (isReleased) refuse('a program in use', 'one that was released')
    let now = states.heldFor({ inputs, next: program.state, stepsPerCall }, feeds, state)
    const steps = Array.from({ length: stepsPerCall }, (_, step) => {
      const fed = stepsPerCall === 1 ? feeds : mapNamed(feeds, feed => stepOf(feed, step))
      const tensors = computeAll(order, { ...fed, ...now })
      now = { ...now, ...mapNamed(program.state, value => copyTensor(tensors.get(value)!)) }
      return mapNamed(program.outputs, value => copyTensor(tensors.get(value)!))
    })
    // Only now, when every step has succeeded.
    if (state) states.set(state, now)
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
