import { EngineError, type Named, type Tensor } from '../../base/index.ts'
import { inputsOf, type Program, verify } from '../../ir/index.ts'
import { encodeProgram, nextName, outputName } from '../../onnx/index.ts'
import type { CompileOptions, Engine, Executable, State } from '../contract.ts'
import { checkFeeds, checkState, checkStateTensors, checkStepsPerCall } from '../feeds.ts'
import { stackSteps, stepOf } from '../steps.ts'
import { downloader } from './download.ts'
import { explained } from './explained.ts'
import { giveBack, type Maker, noteMaker, releaseMaker } from './residents.ts'
import type { OrtTensor, Runtime } from './runtime.ts'
import { fromOrt, OrtState, ownState, toOrt } from './state.ts'

/** The engine that compiles a program to one ONNX model and runs it with ONNX Runtime. */
export function ortEngine(runtime: Runtime): Engine {
  const download = downloader(runtime)
  const { name, description, callMs } = runtime
  return {
    ...{ name, description },
    ...(callMs === undefined ? {} : { callMs }),
    compile: (program, options = {}) => compile(runtime, program, options),
    createState(tensors) {
      checkStateTensors(`${name} engine`, tensors)
      return new OrtState(runtime, tensors, download)
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
  const { hasLoop = true, isResident = false, sessionOptions } = runtime
  const { dialect = 'runtime', perBlock } = runtime
  const runs = hasLoop ? 1 : stepsPerCall
  const model = encodeProgram(program, {
    stepsPerCall: stepsPerCall / runs,
    dialect,
    ...(perBlock ? { perBlock } : {}),
  })
  const inputs = inputsOf(program)
  const stateNames = Object.keys(program.state)
  const session = await explained(who, 'a model that ONNX Runtime accepts', () =>
    runtime.InferenceSession.create(model, {
      ...sessionOptions,
      ...(isResident ? { preferredOutputLocation: staying(stateNames) } : {}),
    }),
  )
  const outputs = Object.keys(program.outputs).map(
    name => [name, outputName(program, name)] as const,
  )
  const maker: Maker = { session, tensors: 0, isReleased: false }

  /** Runs once: what it returns, and what it made of the state. */
  const runOnce = async (tensors: Named<OrtTensor>, state: OrtState | undefined) => {
    const fetches: Record<string, OrtTensor | null> = {}
    for (const [, name] of outputs) fetches[name] = null
    // The binding counts where outputs go by their place among all, so on a device all are fetched.
    const fetched = state || isResident ? stateNames : []
    for (const name of fetched) fetches[nextName(name)] = state?.spare(name) ?? null
    const results = await explained(who, 'a run that succeeds', () => session.run(tensors, fetches))
    const written = new Map(fetched.map(name => [name, results[nextName(name)]!]))
    noteMaker(maker, written.values())
    return {
      returned: Object.fromEntries(outputs.map(([name, from]) => [name, fromOrt(results[from]!)])),
      written,
    }
  }

  const runAll = async (feeds: Named<Tensor>, state: OrtState | undefined) => {
    const steps: Named<Tensor>[] = []
    let now: ReadonlyMap<string, OrtTensor> = new Map()
    try {
      for (let step = 0; step < runs; step++) {
        const tensors: Record<string, OrtTensor> = {}
        for (const name of inputs.keys())
          tensors[name] =
            (state && (now.get(name) ?? state.current(name))) ??
            toOrt(runtime, runs === 1 ? feeds[name]! : stepOf(feeds[name]!, step))
        const { returned, written } = await runOnce(tensors, state)
        steps.push(returned)
        giveBack(now.values())
        now = written
      }
    } catch (error) {
      giveBack(now.values())
      throw error
    }
    if (state) state.advance(now)
    else giveBack(now.values())
    return runs === 1 ? steps[0]! : stackSteps(steps)
  }

  const run = async (feeds: Named<Tensor>, given?: State): Promise<Named<Tensor>> => {
    if (maker.isReleased)
      throw new EngineError(`${who}: this program was released; compile it again`)
    const state = ownState(given, who)
    if (state?.isBusy)
      throw new EngineError(`${who}: this state is in use by another run; await that one first`)
    const isHeld = (name: string) => state?.current(name) !== undefined
    checkFeeds(who, inputs, feeds, { stepsPerCall, isHeld })
    if (state) checkState(who, inputs, program.state, name => state.typeOf(name))
    if (state) state.isBusy = true
    try {
      return await runAll(feeds, state)
    } finally {
      if (state) state.isBusy = false
    }
  }

  return {
    run,
    async release() {
      if (!maker.isReleased) await releaseMaker(maker)
    },
  }
}

/** Where the device keeps what becomes of the state. */
function staying(stateNames: readonly string[]): Record<string, 'gpu-buffer'> {
  return Object.fromEntries(stateNames.map(name => [nextName(name), 'gpu-buffer']))
}
