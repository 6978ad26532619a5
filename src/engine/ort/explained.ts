import { EngineError, messageOf } from '../../base/index.ts'

/** Runs `work`; what ONNX Runtime throws becomes an EngineError. */
export async function explained<T>(
  who: string,
  expected: string,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work()
  } catch (cause) {
    const message = messageOf(cause)
    // Without the place in ONNX Runtime's source that some messages begin with.
    const received = `"${message.trim().replace(/^\/onnxruntime_src\/.*? was false\. /s, '')}"`
    throw new EngineError({ who, expected, received, cause })
  }
}
