import { FormatError, type Named } from '../base/index.ts'
import { findDuplicateKey } from './json-keys.ts'

/** What the header says of one tensor; the data offsets count from the end of the header. */
export interface TensorEntry {
  readonly name: string
  readonly dtype: string
  readonly shape: readonly number[]
  readonly begin: number
  readonly end: number
}

/** The parsed header, and the byte at which the data begin. */
export interface SafetensorsHeader {
  readonly entries: readonly TensorEntry[]
  readonly metadata: Named<string>
  readonly dataStart: number
}

/** Source: the safetensors reference reader, which refuses longer headers. */
const headerLimitBytes = 100_000_000

/**
 * The header of a safetensors file.
 * Throws FormatError when it is cut, too long, not JSON in UTF-8, or says what a header cannot say.
 */
export function parseHeader(bytes: Uint8Array, who: string): SafetensorsHeader {
  const { metadata = {}, tensors, dataStart } = readHeader(bytes, who)
  return { entries: tensors.map(([name, entry]) => toEntry(name, entry, who)), metadata, dataStart }
}

function readHeader(bytes: Uint8Array, who: string) {
  if (bytes.length < 8)
    throw new FormatError({
      who,
      expected: 'at least 8 bytes of header length',
      received: `${bytes.length}`,
    })
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const length = Number(view.getBigUint64(0, true))
  const limit = Math.min(headerLimitBytes, bytes.length - 8)
  if (length > limit)
    throw new FormatError({
      who,
      expected: `a header of at most ${limit} bytes`,
      received: `${length}`,
      from: `a file of ${bytes.length} bytes`,
    })
  const { __metadata__: notes, ...rest } = parseJson(bytes.subarray(8, 8 + length), who)
  return {
    metadata: notes === undefined ? {} : toMetadata(notes, who),
    tensors: Object.entries(rest),
    dataStart: 8 + length,
  }
}

function parseJson(header: Uint8Array, who: string): Named<unknown> {
  const expected = 'a header that is a JSON object in UTF-8'
  let text: string
  let value: unknown
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(header)
    value = JSON.parse(text)
  } catch (cause) {
    throw new FormatError({ who, expected, received: (cause as Error).message, cause })
  }
  if (!isRecord(value) || !text.startsWith('{'))
    throw new FormatError({ who, expected, received: excerpt(text) })
  const twice = findDuplicateKey(text)
  if (twice !== undefined)
    throw new FormatError({
      who,
      expected: 'each name once in the header',
      received: `${excerpt(twice)} twice`,
    })
  return value
}

function toMetadata(value: unknown, who: string): Named<string> {
  if (isRecord(value) && Object.values(value).every(text => typeof text === 'string'))
    return value as Named<string>
  throw new FormatError({
    who,
    expected: '"__metadata__" that maps names to strings',
    received: excerpt(value),
  })
}

function toEntry(name: string, value: unknown, file: string): TensorEntry {
  const { dtype, shape, data_offsets: offsets } = isRecord(value) ? value : {}
  if (typeof dtype === 'string' && isNumbers(shape) && isNumbers(offsets) && offsets.length === 2)
    return { name, dtype, shape, begin: offsets[0]!, end: offsets[1]! }
  throw new FormatError({
    who: tensorIn(file, name),
    expected: 'dtype, shape and data_offsets [begin, end] in natural numbers',
    received: excerpt(value),
  })
}

/** Who complains about a tensor in a file. */
export function tensorIn(file: string, name: string): string {
  return `${file} tensor ${excerpt(name)}`
}

/** The start of a value as JSON; names and nesting in a hostile header can be of any size. */
function excerpt(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.slice(0, 80))
  try {
    return JSON.stringify(value).slice(0, 80)
  } catch {
    return 'a value nested too deep to show'
  }
}

function isRecord(value: unknown): value is Named<unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isNumbers(value: unknown): value is number[] {
  return Array.isArray(value) && value.every(n => Number.isSafeInteger(n) && n >= 0)
}

/**
 * Checks that the tensors fill the data from the first byte to the last.
 * Throws FormatError when one lies outside, two overlap, or bytes belong to none.
 */
export function checkLayout(entries: readonly TensorEntry[], sizeBytes: number, who: string): void {
  let previous = { name: 'start of the data', end: 0 }
  for (const entry of [...entries].sort((a, b) => a.begin - b.begin || a.end - b.end)) {
    const { name, begin, end } = entry
    if (begin > end || end > sizeBytes)
      throw new FormatError({
        who: tensorIn(who, name),
        expected: `data within ${sizeBytes} bytes`,
        received: `[${begin}, ${end}]`,
      })
    if (begin !== previous.end)
      throw new FormatError({
        who: tensorIn(who, name),
        expected: `data that begin at byte ${previous.end}, where ${excerpt(previous.name)} ends`,
        received: `${begin}, ${begin < previous.end ? 'an overlap' : 'a hole'}`,
      })
    previous = entry
  }
  if (previous.end !== sizeBytes)
    throw new FormatError({
      who,
      expected: `data that end at byte ${previous.end} with ${excerpt(previous.name)}`,
      received: `${sizeBytes - previous.end} bytes more`,
    })
}
