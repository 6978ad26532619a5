/** Values that JSON can hold. */
export type Json =
  | string
  | number
  | boolean
  | null
  | readonly Json[]
  | { readonly [key: string]: Json }

/** Numbers that JSON cannot write, under the key that stands for them. */
const unwritable: Readonly<Record<string, number>> = {
  NaN: Number.NaN,
  Infinity: Number.POSITIVE_INFINITY,
  '-Infinity': Number.NEGATIVE_INFINITY,
  '-0': -0,
}

/**
 * JSON from which `decodeJson` returns the very same numbers: those that JSON lacks become
 * `{"$number": "NaN"}`.
 */
export function encodeJson(value: unknown, indent?: number): string {
  return JSON.stringify(
    value,
    (_, item) => {
      const name = typeof item === 'number' ? nameOf(item) : undefined
      return name === undefined ? item : { $number: name }
    },
    indent,
  )
}

function nameOf(value: number): string | undefined {
  if (Object.is(value, -0)) return '-0'
  return Number.isFinite(value) ? undefined : String(value)
}

/**
 * The value that `encodeJson` wrote.
 * Throws SyntaxError when the text is not JSON.
 */
export function decodeJson(text: string): unknown {
  return JSON.parse(text, (_, item) => {
    const name = item?.$number
    return typeof name === 'string' && Object.hasOwn(unwritable, name) ? unwritable[name] : item
  })
}
