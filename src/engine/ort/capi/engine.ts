import { availableParallelism } from 'node:os'
import { copyTensor, EngineError, mapNamed, type Named, type Tensor } from '../../../base/index.ts'
import { inputsOf, type Program, verify } from '../../../ir/index.ts'
import { encodeProgram, nextName, outputName } from '../../../onnx/index.ts'
import type { CompileOptions, Engine, Executable, State } from '../../contract.ts'
import {
  checkFeeds,
  checkState,
  checkStateTensors,
  checkStepsPerCall,
  type TensorType,
} from '../../feeds.ts'
import { channelsPerBlock } from '../blocks.ts'
import { checkThreads, type OrtOptions } from '../options.ts'
import { loadLibrary, type OrtLibrary } from './library.ts'
import { advance, CellMaker, type Memory, memoryOf } from './memory.ts'
import { canRunAside } from './probe.ts'
import { SessionMaker } from './session.ts'
import { Slots } from './slots.ts'

const who = 'capi engine'

/** What the programs and states of one engine have in common. */
interface Parts {
  readonly library: OrtLibrary
  readonly cells: CellMaker
  readonly sessions: SessionMaker
  readonly memories: WeakMap<State, Memory>
  readonly canRunAside: boolean
  readonly perBlock?: number | undefined
}

/**
 * ONNX Runtime through its C interface: the library that onnxruntime-node ships, called by koffi.
 * Nothing is copied but what is fed and fetched, and long runs leave the event loop free.
 * Throws EngineError for a number of threads that cannot be, and when koffi or the library is missing
 * or of another version.
 */
export async function capiEngine({
  threads = availableParallelism(),
}: OrtOptions = {}): Promise<Engine> {
  checkThreads(who, threads)
  const library = await loadLibrary()
  const cells = new CellMaker(library)
  const sessions = new SessionMaker(library, threads)
  const memories = new WeakMap<State, Memory>()
  const parts = {
    ...{ library, cells, sessions, memories },
    canRunAside: await canRunAside(library, cells, sessions),
  }
  const perBlock = await channelsPerBlock(async (program, size) =>
    compile({ ...parts, perBlock: size }, program, {}),
  )
  return {
    name: 'capi',
    callMs: 1,
    description: `ONNX Runtime ${library.version} by its C interface, ${threads} threads`,
    compile: async (program, options = {}) => compile({ ...parts, perBlock }, program, options),
    createState(tensors) {
      checkStateTensors(who, tensors)
      const memory = memoryOf(cells, tensors)
      const state: State = { read: async () => mapNamed(memory.current, copyTensor) }
      memories.set(state, memory)
      return state
    },
  }
}

function compile(
  { library, cells, sessions, memories, canRunAside, perBlock }: Parts,
  program: Program,
  { stepsPerCall = 1 }: CompileOptions,
): Executable {
  verify(program)
  checkStepsPerCall(who, stepsPerCall)
  const inputs = inputsOf(program)
  const stateNames = Object.keys(program.state)
  const lead = stepsPerCall === 1 ? [] : [stepsPerCall]
  const withLead = ({ dtype, shape }: TensorType) => ({ dtype, shape: [...lead, ...shape] })
  const outputs = Object.entries(program.outputs).map(
    ([name, value]) => [name, withLead(value)] as const,
  )
  const slots = new Slots({
    ...{ library, cells, canRunAside },
    session: sessions.create(
      encodeProgram(program, { stepsPerCall, ...(perBlock ? { perBlock } : {}) }),
    ),
    inputNames: [...inputs.keys()],
    outputNames: [
      ...outputs.map(([name]) => outputName(program, name)),
      ...stateNames.map(nextName),
    ],
    outputTypes: outputs.map(([, type]) => type),
  })
  let isReleased = false

  const memoryFor = (state: State | undefined): Memory | undefined => {
    const memory = state && memories.get(state)
    if (state && !memory) refuse('a state made by its own createState()', 'one of another engine')
    if (memory?.isBusy) refuse('a state at rest', 'one in use by another run; await that one first')
    return memory
  }

  const run = async (feeds: Named<Tensor>, state?: State): Promise<Named<Tensor>> => {
    if (isReleased) refuse('a program in use', 'one that was released; compile it again')
    const memory = memoryFor(state)
    const isHeld = (name: string) => memory !== undefined && Object.hasOwn(memory.current, name)
    checkFeeds(who, inputs, feeds, { stepsPerCall, isHeld })
    if (memory)
      checkState(who, inputs, program.state, name =>
        isHeld(name) ? memory.current[name] : undefined,
      )
    if (memory) memory.isBusy = true
    try {
      const results = await slots.run(
        [...inputs.keys()].map(name =>
          isHeld(name) ? { held: memory!.current[name]! } : { fed: feeds[name]! },
        ),
        memory ? stateNames.map(name => memory.spare[name]!) : [],
      )
      if (memory) advance(memory, stateNames)
      return Object.fromEntries(outputs.map(([name], i) => [name, results[i]!]))
    } finally {
      if (memory) memory.isBusy = false
    }
  }

  return {
    run,
    async release() {
      isReleased = true
      await slots.idle()
      sessions.release(slots.session)
    },
  }
}

function refuse(expected: string, received: string): never {
  throw new EngineError({ who, expected, received })
}
