import { ConfigError, castTensor, DataError, type Tensor } from '../../base/index.ts'
import { decodeNpy, decodeNpz } from '../../formats/index.ts'
import {
  type DataSource,
  dataOf,
  type NormalizeMethod,
  type PartOptions,
  splitParts,
} from '../index.ts'
import { readBytes } from './read-file.ts'

/** How arrays become data to train on. */
export interface ArrayOptions extends PartOptions {
  /** The arrays of a `.npz` file that are inputs and targets, by name; by default the usual names. */
  readonly inputs?: string
  readonly targets?: string
  /**
   * Whether targets are `classes` 0 .. K - 1, or `numbers`; by default classes where they are
   * integers with one for each row.
   */
  readonly task?: 'classes' | 'numbers'
  /** The multiplier that the graph applies to inputs; by default 1/255 for bytes, which are pixels. */
  readonly scale?: number
  readonly normalize?: NormalizeMethod | 'none'
}

/** Names of inputs and targets, without regard to case; the first pair that is there is taken. */
const usualNames = {
  train: [
    'x_train y_train',
    'train_x train_y',
    'x y',
    'inputs targets',
    'images labels',
    'data labels',
    'data target',
    'features labels',
    'arr_0 arr_1',
  ],
  validation: ['x_val y_val', 'x_valid y_valid', 'x_validation y_validation', 'val_x val_y'],
  test: ['x_test y_test', 'test_x test_y'],
} as const

/**
 * Data from the arrays of a `.npz` file. Arrays named for their parts (`x_train`, `y_test`) stay in
 * them; otherwise, and for validation where there is none, parts are drawn as the options say, a fifth
 * for validation by default.
 * Throws DataError when the file cannot be read or the arrays are not data to train on, FormatError
 * when it is cut short, or an array is not there or no numbers.
 */
export async function npzData(
  path: string,
  options: ArrayOptions = {},
): Promise<DataSource<Tensor>> {
  const { names, read } = decodeNpz(await readBytes(path), path)
  const pairOf = (part: keyof typeof usualNames): Pair | undefined => {
    const pair = usualNames[part]
      .map(pair => pair.split(' ').map(name => names.find(given => given.toLowerCase() === name)))
      .find(pair => pair.every(name => name !== undefined))
    return pair && { inputs: read(pair[0]!), targets: read(pair[1]!) }
  }
  const { inputs, targets } = options
  if (inputs !== undefined && targets !== undefined)
    return arrayData(path, { train: { inputs: read(inputs), targets: read(targets) } }, options)
  const train = inputs === undefined && targets === undefined ? pairOf('train') : undefined
  if (!train)
    throw new ConfigError({
      who: path,
      expected: 'the names of inputs and targets, or arrays called x and y or x_train and y_train',
      received: `arrays ${names.join(', ')}`,
      hint: `Name them: inputs=${names[0] ?? 'x'}, targets=${names[1] ?? 'y'}`,
    })
  const [validation, test] = [pairOf('validation'), pairOf('test')]
  return arrayData(
    path,
    { train, ...(validation && { validation }), ...(test && { test }) },
    options,
  )
}

/** Names of arrays of inputs, without regard to case; the first that is there is taken. */
const inputNames = ['x', 'inputs', 'images', 'data', 'features', 'x_test', 'test_x', 'arr_0']

/**
 * The inputs in a `.npz` file: the array of the given name, the only one, or one of a usual name.
 * Throws DataError when the file cannot be read, ConfigError when it is not clear which array is meant,
 * FormatError when the file is cut short, or the array is not there or no numbers.
 */
export async function npzInputs(path: string, name?: string): Promise<Tensor> {
  const { names, read } = decodeNpz(await readBytes(path), path)
  const usual = inputNames.flatMap(word => names.filter(given => given.toLowerCase() === word))
  const found = name ?? (names.length === 1 ? names[0] : usual[0])
  if (found !== undefined) return read(found)
  throw new ConfigError({
    who: path,
    expected: 'the name of the inputs, or one array alone',
    received: `arrays ${names.join(', ')}`,
    hint: `Name them: ${path}?inputs=${names[0] ?? 'x'}`,
  })
}

/**
 * Data from two `.npy` files, of inputs [N, ...] and targets [N] or [N, ...].
 * Throws as `npzData`.
 */
export async function npyData(
  inputs: string,
  targets: string,
  options: Omit<ArrayOptions, 'inputs' | 'targets'> = {},
): Promise<DataSource<Tensor>> {
  const train = { inputs: await readNpy(inputs), targets: await readNpy(targets) }
  return arrayData(inputs, { train }, options)
}

/**
 * The tensor in a `.npy` file.
 * Throws DataError when the file cannot be read, FormatError as `decodeNpy`.
 */
export async function readNpy(path: string): Promise<Tensor> {
  return decodeNpy(await readBytes(path), path)
}

interface Pair {
  readonly inputs: Tensor
  readonly targets: Tensor
}

async function arrayData(
  path: string,
  given: { readonly train: Pair; readonly validation?: Pair; readonly test?: Pair },
  options: ArrayOptions,
): Promise<DataSource<Tensor>> {
  const { validation = given.validation ? 0 : 0.2, test = 0, normalize = 'none' } = options
  const classes = classesOf(path, Object.values<Pair>({ ...given }), options.task)
  const prepared = ({ inputs, targets }: Pair): Pair => ({
    inputs: inputs.dtype === 'float64' ? castTensor(inputs, 'float32') : inputs,
    targets: classes === undefined ? asNumbers(targets) : asLabels(targets),
  })
  const whole = { name: path, ...prepared(given.train), ...(classes && { classes }) }
  const drawn = splitParts(whole, { ...options, validation, test })
  const { dtype } = given.train.inputs
  const scale = options.scale ?? (dtype === 'uint8' ? 1 / 255 : undefined)
  return dataOf({
    ...drawn,
    ...(given.validation && { validation: prepared(given.validation) }),
    ...(given.test && { test: prepared(given.test) }),
    name: path,
    ...(classes && { classes }),
    ...(scale === undefined ? {} : { scale }),
    ...(normalize === 'none' ? {} : { normalize }),
  })
}

/** K, where the targets of all parts are class indices. */
function classesOf(
  path: string,
  parts: readonly Pair[],
  task: ArrayOptions['task'],
): number | undefined {
  const isClasses = ({ targets: { dtype, shape, data } }: Pair) =>
    data.length === shape[0] && ['int32', 'uint8', 'bool'].includes(dtype)
  if (task ? task === 'numbers' : !parts.every(isClasses)) return undefined
  let most = 0
  for (const { targets } of parts) for (const label of targets.data) most = Math.max(most, label)
  if (Number.isInteger(most)) return most + 1
  throw new DataError({
    who: path,
    expected: 'classes, integers from 0 up',
    received: String(most),
    from: 'task: classes',
  })
}

/** Class indices as [N]: Keras has them as [N, 1]. */
function asLabels(targets: Tensor): Tensor {
  const t = targets.dtype === 'bool' ? castTensor(targets, 'uint8') : targets
  return t.data.length === t.shape[0] ? { ...t, shape: [t.data.length] } : t
}

/** Numbers as [N, ...] float32; one number a row as [N, 1], as models answer them. */
function asNumbers(targets: Tensor): Tensor {
  const t = castTensor(targets, 'float32')
  return t.shape.length === 1 ? { ...t, shape: [...t.shape, 1] } : t
}
