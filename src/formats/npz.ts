import { type UnzipFileInfo, unzipSync, zipSync } from 'fflate'
import { didYouMean, FormatError, messageOf, type Named, type Tensor } from '../base/index.ts'
import { crc32 } from './crc32.ts'
import { decodeNpy, encodeNpy } from './npy.ts'

/** The arrays of a `.npz` file, each read when it is asked for. */
export interface Npz {
  readonly names: readonly string[]
  /**
   * Throws FormatError when there is no such array, its checksum is another one, or as `decodeNpy`.
   */
  read(name: string): Tensor
}

/**
 * The arrays in the bytes of a `.npz` file, a zip of `.npy` files, as NumPy's `savez` and
 * `savez_compressed` write it.
 * Throws FormatError, naming the file `who`, when it is cut short or no zip file.
 * Source: NumPy, `numpy.savez`; PKWARE, "APPNOTE.TXT - .ZIP File Format Specification".
 */
export function decodeNpz(bytes: Uint8Array, who: string): Npz {
  const files = new Map<string, UnzipFileInfo>()
  const ending = '.npy'
  unzipped(bytes, who, file => {
    if (file.name.endsWith(ending)) files.set(file.name.slice(0, -ending.length), file)
    return false
  })
  const names = [...files.keys()]
  const checksums = checksumsOf(bytes)
  return {
    names,
    read(name) {
      const file = files.get(name)
      if (!file) throw noArray(who, name, names)
      const array = `${who}, array "${name}"`
      const content = unzipped(bytes, array, ({ name }) => name === file.name)[file.name]!
      if (crc32(content) !== checksums.get(file.name))
        throw new FormatError({
          who: array,
          expected: `checksum ${checksums.get(file.name)}`,
          received: String(crc32(content)),
          hint: 'The file was damaged: get it again',
        })
      return decodeNpy(content, array)
    },
  }
}

/** The bytes of a `.npz` file, not compressed, as NumPy's `load` reads it. */
export function encodeNpz(arrays: Named<Tensor>): Uint8Array<ArrayBuffer> {
  const files = Object.entries(arrays).map(
    ([name, tensor]) => [`${name}.npy`, encodeNpy(tensor)] as const,
  )
  // A fixed time, so that equal arrays give equal bytes.
  const mtime = new Date(1980, 0, 1)
  return zipSync(Object.fromEntries(files), { level: 0, mtime })
}

function noArray(who: string, name: string, names: readonly string[]): FormatError {
  const hint = didYouMean(name, names)
  return new FormatError({
    who,
    expected: names.length > 0 ? `an array among ${names.join(', ')}` : 'an array',
    received: names.length > 0 ? `"${name}"` : 'a zip file without .npy files',
    ...(hint ? { hint } : {}),
  })
}

function unzipped(
  bytes: Uint8Array,
  who: string,
  filter: (file: UnzipFileInfo) => boolean,
): Record<string, Uint8Array> {
  try {
    return unzipSync(bytes, { filter })
  } catch (cause) {
    throw new FormatError({
      who,
      expected: 'a whole zip file',
      received: messageOf(cause),
      cause,
    })
  }
}

/** The CRC-32 of every file, from the directory at the end of the zip, which fflate has read before. */
function checksumsOf(bytes: Uint8Array): ReadonlyMap<string, number> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let end = bytes.length - 22
  while (end > 0 && view.getUint32(end, true) !== 0x06054b50) end--
  let entry = view.getUint32(end + 16, true)
  // Where 32 bits do not hold it, the zip64 record has the place.
  if (entry === 0xffffffff)
    entry = Number(view.getBigUint64(Number(view.getBigUint64(end - 20 + 8, true)) + 48, true))
  const checksums = new Map<string, number>()
  while (entry + 46 <= bytes.length && view.getUint32(entry, true) === 0x02014b50) {
    const [name, extra, comment] = [28, 30, 32].map(at => view.getUint16(entry + at, true))
    const start = entry + 46
    const text = new TextDecoder().decode(bytes.subarray(start, start + name!))
    checksums.set(text, view.getUint32(entry + 16, true))
    entry = start + name! + extra! + comment!
  }
  return checksums
}
