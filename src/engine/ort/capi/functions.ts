/** An address of memory. */
export type Pointer = bigint

/** What is passed to a C function: a number, a text, an address or null, or an array by its address. */
export type Argument = number | string | Pointer | null | ArrayBufferView

/** A C function, called here or on a thread of libuv's pool. */
export interface CFunction<R> {
  (...args: readonly Argument[]): R
  async(...args: [...Argument[], (error: unknown, result: R) => void]): void
}

/** What a C function gives back: a status, which is null when all went well; a text; or nothing. */
interface Results {
  readonly status: Pointer | null
  readonly text: string
  readonly nothing: undefined
}

/** A row of the table of C functions. */
export interface FunctionRow<K extends keyof Results = keyof Results> {
  /** Its place in ONNX Runtime's table, to which later versions only append. */
  readonly place: number
  readonly result: K
  readonly parameters: readonly Parameter[]
}

type Parameter = 'int' | 'size' | 'text' | 'pointer'

const status = (place: number, ...parameters: readonly Parameter[]) =>
  ({ place, result: 'status', parameters }) as const
const release = (place: number) => ({ place, result: 'nothing', parameters: ['pointer'] }) as const

/**
 * The functions we call. A last `pointer` is where most of them write what they made.
 * Source: onnxruntime_c_api.h, struct OrtApi.
 */
export const functionTable = {
  getErrorMessage: { place: 2, result: 'text', parameters: ['pointer'] },
  createEnv: status(3, 'int', 'text', 'pointer'),
  createSessionFromArray: status(8, 'pointer', 'pointer', 'size', 'pointer', 'pointer'),
  // session, options, names and values of inputs, their number, names of outputs, number, values
  run: status(
    9,
    ...(['pointer', 'pointer', 'pointer', 'pointer', 'size'] as const),
    ...(['pointer', 'size', 'pointer'] as const),
  ),
  createSessionOptions: status(10, 'pointer'),
  setLogSeverity: status(22, 'pointer', 'int'),
  setOptimizationLevel: status(23, 'pointer', 'int'),
  setIntraOpThreads: status(24, 'pointer', 'int'),
  // memory, data, its bytes, dims, their number, element type
  createTensorWithData: status(
    49,
    ...(['pointer', 'pointer', 'size', 'pointer', 'size', 'int', 'pointer'] as const),
  ),
  createCpuMemoryInfo: status(69, 'int', 'int', 'pointer'),
  releaseStatus: release(93),
  releaseSession: release(95),
  releaseValue: release(96),
  releaseSessionOptions: release(100),
  addSessionConfig: status(130, 'pointer', 'text', 'text'),
} as const satisfies Readonly<Record<string, FunctionRow>>

/** The functions by name, ready to be called. */
export type Functions = {
  readonly [K in keyof typeof functionTable]: CFunction<
    Results[(typeof functionTable)[K]['result']]
  >
}

/** How koffi spells the types. */
export const koffiTypes = {
  int: 'int',
  size: 'size_t',
  text: 'str',
  pointer: 'void *',
  status: 'void *',
  nothing: 'void',
} as const satisfies Readonly<Record<Parameter | keyof Results, string>>
