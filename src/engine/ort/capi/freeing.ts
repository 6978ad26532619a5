import type { CFunction, Pointer } from './functions.ts'

/** What C made, and the function that frees it. */
interface Made {
  readonly pointer: Pointer
  readonly release: CFunction<unknown>
}

/** Of the module, not of what uses it: a registry that is collected together with its owners frees nothing. */
const owners = new FinalizationRegistry<Made>(({ release, pointer }) => release(pointer))

/** Frees what C made once its owner is collected. */
export function freeWith(owner: object, pointer: Pointer, release: CFunction<unknown>): void {
  owners.register(owner, { pointer, release }, owner)
}

/** Says that what an owner had is freed by other means; false when that was said before. */
export function forget(owner: object): boolean {
  return owners.unregister(owner)
}
