import { input, mul, pureProgram } from '../../../ir/index.ts'
import { encodeProgram } from '../../../onnx/index.ts'
import type { OrtLibrary } from './library.ts'
import type { CellMaker } from './memory.ts'
import { runSession, type SessionMaker, textsOf } from './session.ts'

/**
 * Whether runs may go aside: whether threads of libuv's pool compute as this thread does. Processors keep "numbers below 1e-38
 * are zero" per thread: ONNX Runtime sets it on the thread that makes the first session of a process,
 * and threads take it over from the one that starts them. So a pool that was started before any
 * session, such as by reading a file, rounds otherwise, and a step must not move there.
 */
export async function canRunAside(
  library: OrtLibrary,
  cells: CellMaker,
  sessions: SessionMaker,
): Promise<boolean> {
  if (!library.hasRoom) return false
  const session = sessions.create(encodeProgram(pureProgram({ y: mul(input('x', [1]), 0.5) })))
  const [x, y] = [cells.zeros('float32', [1]), cells.zeros('float32', [1])]
  // Written as bits, since this thread may take the number itself for zero.
  new Uint32Array(x.data.buffer)[0] = 0x0001_0000
  const halves: boolean[] = []
  for (const isAside of [false, true]) {
    y.data[0] = 1
    const given = {
      inputNames: textsOf(library, ['x']),
      inputs: BigUint64Array.of(x.value),
      outputNames: textsOf(library, ['y']),
      outputs: BigUint64Array.of(y.value),
    }
    await runSession(library, session, given, isAside)
    halves.push(new Uint32Array(y.data.buffer)[0] === 0)
  }
  sessions.release(session)
  return halves[0] === halves[1]
}
