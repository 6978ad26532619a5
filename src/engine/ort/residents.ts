import type { InferenceSession } from 'onnxruntime-common'
import type { OrtTensor } from './runtime.ts'

/**
 * A session, and how many tensors on the device it made. Their memory is the session's: to give one
 * back after the session was released ends the process, so a release waits for the last of them.
 */
export interface Maker {
  readonly session: Pick<InferenceSession, 'release'>
  tensors: number
  isReleased: boolean
}

const makers = new WeakMap<OrtTensor, Maker>()

/** Whether a tensor lies on the device. */
export const isOnDevice = ({ location }: OrtTensor): boolean => location === 'gpu-buffer'

/** Notes who made tensors. */
export function noteMaker(maker: Maker, tensors: Iterable<OrtTensor>): void {
  for (const tensor of tensors) {
    if (!isOnDevice(tensor)) continue
    makers.set(tensor, maker)
    maker.tensors++
  }
}

/** Gives back what tensors hold of the device's memory. */
export function giveBack(tensors: Iterable<OrtTensor>): void {
  for (const tensor of tensors) {
    const maker = makers.get(tensor)
    if (!maker) continue
    makers.delete(tensor)
    tensor.dispose()
    maker.tensors--
    if (maker.isReleased) void releaseMaker(maker)
  }
}

/** Releases a session, as soon as nothing of its memory is in use. */
export async function releaseMaker(maker: Maker): Promise<void> {
  maker.isReleased = true
  if (maker.tensors === 0) await maker.session.release()
}
