import type { Engine } from '../contract.ts'
import type { OrtOptions } from './options.ts'

// Loaded when they are called: browsers load this file too, and have no node:* modules.

/**
 * ONNX Runtime by its C interface, where koffi is installed.
 * Throws EngineError for a number of threads that cannot be, and when koffi or the library is missing.
 */
export async function capiEngine(options?: OrtOptions): Promise<Engine> {
  return (await import('./capi/engine.ts')).capiEngine(options)
}

/**
 * ONNX Runtime by its Node binding, the native build of onnxruntime-node.
 * Throws EngineError for a number of threads that cannot be, and whatever the package throws when it
 * is not installed or has no binary for this platform.
 */
export async function nativeEngine(options?: OrtOptions): Promise<Engine> {
  return (await import('./native.ts')).nativeEngine(options)
}
