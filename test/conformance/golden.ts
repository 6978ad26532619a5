import { readFileSync } from 'node:fs'
import { type DType, dtypes, type FloatDType, type Tensor, tensorOf } from '../../src/base/index.ts'
import { Unsupported } from './given.ts'

/** How far a number may lie from the expected one: `atol + rtol * |expected|`. */
export interface Tolerance {
  readonly rtol: number
  readonly atol: number
}

/** A case as it stands in its file; what is in it depends on its op. */
export type Golden = Readonly<Record<string, unknown>> & {
  readonly name: string
  /** What computed the file, such as "PyTorch 1.13.0a0, float64, seed 2006". */
  readonly source: string
}

/** A file of cases. */
export interface GoldenFile {
  readonly tolerance: { readonly [K in FloatDType]: Tolerance }
  readonly cases: readonly Golden[]
}

/** A file of golden cases. Throws an Error with a sentence when it is none. */
export function readGoldenFile(path: string): GoldenFile {
  // Python writes these three bare, which JSON does not know.
  const text = readFileSync(path, 'utf8').replace(
    /(?<=[[,:]\s*)(NaN|-?Infinity)(?=\s*[\],}])/g,
    '"$1"',
  )
  const file = asObject(JSON.parse(text), 'the file')
  const tolerance = asObject(file.tolerance, 'its tolerance')
  if (!Array.isArray(file.cases)) throw new Error('the file has no list "cases"')
  return {
    tolerance: {
      float32: toleranceOf(tolerance, 'float32'),
      float64: toleranceOf(tolerance, 'float64'),
    },
    cases: file.cases.map((item, i) => {
      const golden = asObject(item, `case ${i}`)
      const name = String(golden.name ?? `case ${i}`)
      return { ...golden, name, source: String(file.source ?? '') }
    }),
  }
}

function toleranceOf(tolerance: Readonly<Record<string, unknown>>, dtype: FloatDType): Tolerance {
  const { rtol, atol } = asObject(tolerance[dtype], `its tolerance for ${dtype}`)
  if (typeof rtol !== 'number' || typeof atol !== 'number')
    throw new Error(`the tolerance for ${dtype} is not two numbers rtol and atol`)
  return { rtol, atol }
}

/** An object of JSON. Throws an Error when it is something else. */
export function asObject(value: unknown, what: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Error(`${what} is not an object`)
  return value as Readonly<Record<string, unknown>>
}

/** A list of numbers of JSON, nested lists taken apart. Throws an Error when it is something else. */
export function asNumbers(value: unknown, what: string): number[] {
  const numbers = [value]
    .flat(Number.POSITIVE_INFINITY)
    .map(item =>
      item === 'NaN' || typeof item === 'number' || /^-?Infinity$/.test(String(item))
        ? Number(item)
        : undefined,
    )
  if (numbers.some(item => item === undefined)) throw new Error(`${what} is not a list of numbers`)
  return numbers as number[]
}

const integers: Readonly<Record<string, DType>> = {
  int32: 'int32',
  int64: 'int32',
  uint8: 'uint8',
  bool: 'bool',
}

/** A tensor of a case, its floats in the given element type. Throws an Error when it is none. */
export function asTensor(value: unknown, float: FloatDType, what: string): Tensor {
  const { shape, data, dtype = 'float32' } = asObject(value, what)
  const name = String(dtype)
  const type = /^float(16|32|64)$/.test(name) ? float : integers[name]
  if (!type) throw new Unsupported(`element type ${name}`)
  const elements = asNumbers(data, `the data of ${what}`)
  const array = new dtypes[type].array(elements.length)
  array.set(type === 'bool' ? elements.map(x => Number(x !== 0)) : elements)
  return tensorOf(type, asNumbers(shape, `the shape of ${what}`), array)
}

/** The named tensors of a field of a case; none when it is left out. */
export function tensorsOf(
  golden: Golden,
  field: string,
  float: FloatDType,
): Readonly<Record<string, Tensor>> {
  return Object.fromEntries(
    Object.entries(asObject(golden[field] ?? {}, field)).map(([name, value]) => [
      name,
      asTensor(value, float, `${field}.${name}`),
    ]),
  )
}
