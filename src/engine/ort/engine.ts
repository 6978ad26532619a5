import { EngineError, type Named, type Tensor } from '../../base/index.ts'
import { inputsOf, type Program, verify } from '../../ir/index.ts'
import { encodeProgram, nextName, outputName } from '../../onnx/index.ts'
import type { CompileOptions, Engine, Executable, State } from '../contract.ts'
import { checkFeeds, checkState, checkStateTensors, checkStepsPerCall } from '../feeds.ts'
import type { OrtTensor, Runtime } from './runtime.ts'
import { fromOrt, OrtState, ownState, toOrt } from './state.ts'

/** The engine that compiles a program to one ONNX model and runs it with ONNX Runtime. */
export function ortEngine(runtime: Runtime): Engine {
  return {
    name: runtime.name,
    description: runtime.description,
    compile: (program, options = {}) => compile(runtime, program, options),
    createState(tensors) {
      checkStateTensors(`${runtime.name} engine`, tensors)
      return new OrtState(runtime, tensors)
    },
  }
}

async function compile(
  runtime: Runtime,
  program: Program,
  { stepsPerCall = 1 }: CompileOptions,
): Promise<Executable> {
  const who = `${runtime.name} engine`
  verify(program)
  checkStepsPerCall(who, stepsPerCall)
  const model = encodeProgram(program, { stepsPerCall })
  const session = await explained(who, 'a model that ONNX Runtime accepts', () =>
    runtime.InferenceSession.create(model, runtime.sessionOptions),
  )
  const inputs = inputsOf(program)
  const stateNames = Object.keys(program.state)
  const outputs = Object.keys(program.outputs).map(
    name => [name, outputName(program, name)] as const,
  )
  let isReleased = false

  const inputTensors = (feeds: Named<Tensor>, state: OrtState | undefined): Named<OrtTensor> => {
    const isHeld = (name: string) => state?.current(name) !== undefined
    checkFeeds(who, inputs, feeds, { stepsPerCall, isHeld })
    if (state) checkState(who, inputs, program.state, name => state.typeOf(name))
    const given: Record<string, OrtTensor> = {}
    for (const name of inputs.keys())
      given[name] = state?.current(name) ?? toOrt(runtime, feeds[name]!)
    return given
  }

  const run = async (feeds: Named<Tensor>, given?: State): Promise<Named<Tensor>> => {
    if (isReleased) throw new EngineError(`${who}: this program was released; compile it again`)
    const state = ownState(given, who)
    if (state?.isBusy)
      throw new EngineError(`${who}: this state is in use by another run; await that one first`)
    const fetches: Record<string, OrtTensor | null> = {}
    for (const [, name] of outputs) fetches[name] = null
    for (const name of state ? stateNames : []) fetches[nextName(name)] = state!.spare(name)
    const tensors = inputTensors(feeds, state)
    if (state) state.isBusy = true
    try {
      const results = await explained(who, 'a run that succeeds', () =>
        session.run(tensors, fetches),
      )
      state?.advance(new Map(stateNames.map(name => [name, results[nextName(name)]!])))
      return Object.fromEntries(
        outputs.map(([name, fetched]) => [name, fromOrt(results[fetched]!)]),
      )
    } finally {
      if (state) state.isBusy = false
    }
  }

  return {
    run,
    async release() {
      if (isReleased) return
      isReleased = true
      await session.release()
    },
  }
}

/** Runs `work`; what ONNX Runtime throws becomes an EngineError. */
async function explained<T>(who: string, expected: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause)
    throw new EngineError({ who, expected, received: `"${message}"`, cause })
  }
}
