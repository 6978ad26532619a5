import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { EngineError } from '../../../base/index.ts'
import {
  type CFunction,
  type FunctionRow,
  type Functions,
  functionTable,
  koffiTypes,
  type Pointer,
} from './functions.ts'

/** The version of ONNX Runtime whose C interface we know. */
const knownVersion = /^1\.30\./
/** The number of that version's table of functions; a library gives out no newer one than its own. */
const tableVersion = 30

type Koffi = typeof import('koffi')['default']

const who = 'capi engine'

/** ONNX Runtime's own library, called through its C interface. */
export interface OrtLibrary {
  readonly version: string
  /** Whether calls aside have a stack as large as ONNX Runtime may need. */
  readonly hasRoom: boolean
  readonly functions: Functions
  /** The address of an array's elements. They must stay reachable while the address is in use. */
  addressOf(array: ArrayBufferView): Pointer
  /** Throws EngineError with the library's own words unless a status is null. */
  check(status: Pointer | null, expected: string): void
  /** What a function makes, which it writes where its last argument points. */
  make(call: (made: BigUint64Array) => Pointer | null, expected: string): Pointer
}

let loaded: Promise<OrtLibrary> | undefined

/**
 * The library that onnxruntime-node ships for this platform, loaded once.
 * Throws EngineError when koffi or the library is not installed, or its version is another.
 */
export function loadLibrary(): Promise<OrtLibrary> {
  loaded ??= load()
  return loaded
}

async function load(): Promise<OrtLibrary> {
  const { default: koffi } = await import('koffi').catch((cause: unknown) => {
    const hint = 'Install it with "npm install koffi"'
    throw new EngineError({ who, expected: 'the package koffi', received: 'none', hint, cause })
  })
  const path = libraryPath(process)
  const hasRoom = makeRoom(koffi)
  keepLoaded(koffi, path)
  const library = koffi.load(path)
  // OrtApiBase is a table of two functions: the table of all others by version, and the version.
  const base: Pointer = library.func('OrtGetApiBase', 'void *', [])()
  const functionAt = <R>(table: Pointer, place: number, result: string, parameters: string[]) => {
    const address: Pointer = koffi.decode(table, place * 8, 'void *')
    return koffi.decode(address, koffi.proto(result, parameters)) as CFunction<R>
  }
  const version = functionAt<string>(base, 1, 'str', [])()
  checkVersion(version)
  const table = functionAt<Pointer>(base, 0, 'void *', ['uint32_t'])(tableVersion)
  const functions = Object.fromEntries(
    Object.entries<FunctionRow>(functionTable).map(([name, { place, result, parameters }]) => [
      name,
      functionAt<unknown>(
        table,
        place,
        koffiTypes[result],
        parameters.map(parameter => koffiTypes[parameter]),
      ),
    ]),
  ) as { readonly [name: string]: unknown } as Functions

  const check = (status: Pointer | null, expected: string): void => {
    if (status === null) return
    const message = functions.getErrorMessage(status)
    functions.releaseStatus(status)
    throw new EngineError({ who, expected, received: `"${message}"` })
  }
  return {
    version,
    hasRoom,
    functions,
    addressOf: array => koffi.address(array),
    check,
    make(call, expected) {
      const made = new BigUint64Array(1)
      check(call(made), expected)
      return made[0]!
    },
  }
}

/**
 * Gives C functions stacks as large as threads usually have. koffi's own, 128 KiB for a call aside,
 * would overflow in the middle of a matrix product. They are settled once koffi is in use: if
 * somebody else was first, this says whether theirs are large enough.
 */
function makeRoom(koffi: Koffi): boolean {
  const sizeBytes = 8 * 1024 * 1024
  try {
    koffi.config({ sync_stack_size: sizeBytes, async_stack_size: sizeBytes })
  } catch {}
  return (koffi.config().async_stack_size ?? 0) >= sizeBytes
}

/**
 * Keeps a library in the process until it ends. koffi unloads it when its handle is collected or the
 * thread that loaded it ends, although threads of ONNX Runtime may be running its code.
 */
function keepLoaded(koffi: Koffi, path: string): void {
  const isWindows = process.platform === 'win32'
  const system = koffi.load(isWindows ? 'kernel32.dll' : null)
  const lazily = 1
  if (isWindows) system.func('LoadLibraryW', 'void *', ['str16'])(path)
  else system.func('dlopen', 'void *', ['str', 'int'])(path, lazily)
}

/** Throws EngineError when the C interface of a version is not known. */
export function checkVersion(version: string): void {
  if (knownVersion.test(version)) return
  throw new EngineError({
    who,
    expected: 'ONNX Runtime 1.30, whose C interface it knows',
    received: version,
    hint: 'Install onnxruntime-node 1.30, or use another engine',
  })
}

/**
 * Where onnxruntime-node keeps the library for a platform.
 * Throws EngineError when it is not installed or has none.
 */
export function libraryPath({ platform, arch }: Pick<NodeJS.Process, 'platform' | 'arch'>): string {
  const names: Readonly<Record<string, string>> = {
    linux: 'libonnxruntime.so.1',
    darwin: 'libonnxruntime.1.dylib',
    win32: 'onnxruntime.dll',
  }
  const path = join(packageFolder(), 'bin', 'napi-v6', platform, arch, names[platform] ?? '')
  if (platform in names && existsSync(path)) return path
  throw new EngineError({
    who,
    expected: 'a library of ONNX Runtime for this platform',
    received: `none for ${platform} ${arch} in onnxruntime-node`,
    hint: 'Use the wasm engine',
  })
}

function packageFolder(): string {
  try {
    return dirname(createRequire(import.meta.url).resolve('onnxruntime-node/package.json'))
  } catch (cause) {
    const hint = 'Install it with "npm install onnxruntime-node"'
    throw new EngineError({
      who,
      expected: 'the package onnxruntime-node',
      received: 'none',
      hint,
      cause,
    })
  }
}
