import assert from 'node:assert/strict'
import { EngineError, type Named, type Tensor } from '../../src/base/index.ts'
import type { Engine } from '../../src/engine/index.ts'

/** What every engine keeps; throws when it does not. */
export type Law = (engine: Engine) => Promise<void>

/** Asserts that a promise is refused with an EngineError whose message matches. */
export async function refuses(promise: Promise<unknown>, message: RegExp): Promise<void> {
  await assert.rejects(promise, error => {
    assert.ok(error instanceof EngineError, `expected EngineError, received ${error}`)
    assert.match(error.message, message)
    return true
  })
}

/** Tensors as plain lists, to be compared with `deepEqual`. */
export function listsOf(tensors: Named<Tensor>): Named<number[]> {
  return Object.fromEntries(Object.entries(tensors).map(([name, { data }]) => [name, [...data]]))
}
