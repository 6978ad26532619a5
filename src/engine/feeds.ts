import {
  type DType,
  dtypes,
  EngineError,
  formatShape,
  type Named,
  type Shape,
  sameShape,
  sizeOf,
  type Tensor,
} from '../base/index.ts'

/** What a tensor is, without its elements: enough to check it, wherever it lies. */
export interface TensorType {
  readonly dtype: DType
  readonly shape: Shape
}

/** How a run is given its inputs. */
export interface FeedOptions {
  /** Above 1, every feed has a leading axis of this size. */
  readonly stepsPerCall?: number
  /** Whether the state holds a name. */
  readonly isHeld?: (name: string) => boolean
}

/**
 * Checks what a run is given: every input that the state does not hold is fed, in its shape and
 * element type. Feeds that the program does not read are ignored.
 * Throws EngineError when a feed is missing, differs, or names something that the state holds.
 */
export function checkFeeds(
  who: string,
  inputs: ReadonlyMap<string, TensorType>,
  feeds: Named<Tensor>,
  { stepsPerCall = 1, isHeld = () => false }: FeedOptions = {},
): void {
  for (const [name, { dtype, shape }] of inputs) {
    const input = `${who}: input "${name}"`
    const type = { dtype, shape: stepsPerCall === 1 ? shape : [stepsPerCall, ...shape] }
    const feed = Object.hasOwn(feeds, name) ? feeds[name] : undefined
    if (feed && isHeld(name))
      refuse(input, 'no feed, since the state holds it', formatType(feed), 'Rename one of the two')
    if (feed) checkTensor(input, feed, type)
    else if (!isHeld(name)) refuse(input, formatType(type), 'nothing', 'Feed it or pass its state')
  }
}

/**
 * Checks that a state fits a program: the inputs it holds have their shape and element type, and
 * everything that the program carries on is in it.
 * Throws EngineError otherwise.
 */
export function checkState(
  who: string,
  inputs: ReadonlyMap<string, TensorType>,
  next: Named<TensorType>,
  typeOf: (name: string) => TensorType | undefined,
): void {
  for (const [name, type] of [...inputs, ...Object.entries(next)]) {
    const held = typeOf(name)
    if (held && !sameType(held, type))
      refuse(`${who}: state "${name}"`, formatType(type), formatType(held))
    if (!held && Object.hasOwn(next, name))
      refuse(`${who}: state "${name}"`, formatType(type), 'nothing', 'Create the state with it')
  }
}

/** Throws EngineError unless tensors hold what their shapes and element types say. */
export function checkStateTensors(who: string, tensors: Named<Tensor>): void {
  for (const [name, tensor] of Object.entries(tensors))
    checkTensor(`${who}: state "${name}"`, tensor, tensor)
}

/** Throws EngineError unless the number of steps is a positive integer. */
export function checkStepsPerCall(who: string, stepsPerCall: number): void {
  if (!Number.isInteger(stepsPerCall) || stepsPerCall < 1)
    refuse(`${who}: stepsPerCall`, 'a positive integer', String(stepsPerCall))
}

function checkTensor(input: string, feed: Tensor, type: TensorType): void {
  if (!sameType(feed, type)) refuse(input, formatType(type), formatType(feed))
  const array = dtypes[type.dtype].array
  if (!(feed.data instanceof array) || feed.data.length !== sizeOf(type.shape))
    refuse(
      input,
      `${sizeOf(type.shape)} elements in ${array.name}`,
      `${feed.data.length} in ${feed.data.constructor.name}`,
    )
}

function sameType(a: TensorType, b: TensorType): boolean {
  return a.dtype === b.dtype && sameShape(a.shape, b.shape)
}

function formatType({ dtype, shape }: TensorType): string {
  return `${dtype} ${formatShape(shape)}`
}

function refuse(who: string, expected: string, received: string, hint?: string): never {
  throw new EngineError({ who, expected, received, ...(hint ? { hint } : {}) })
}
