import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { decodeJson, encodeJson, RunError } from '../../base/index.ts'
import { decodeSafetensors, encodeSafetensors } from '../../formats/index.ts'
import type { Checkpoint, Progress } from '../recorder.ts'
import { formatVersion } from './document.ts'

const format = 'justright-checkpoint'
/** Stands for the digest while it is computed. */
const blank = '0'.repeat(64)
/** What precedes the digest in the header; quotes within names are escaped, so it stands there once. */
const lead = '"sha256":"'

/**
 * The bytes of a checkpoint: a safetensors file whose metadata hold the progress as JSON and the
 * SHA-256 of the whole file, taken with the 64 digits of the digest itself as zeros.
 */
export function encodeCheckpoint({ tensors, progress }: Checkpoint): Uint8Array<ArrayBuffer> {
  const bytes = encodeSafetensors(tensors, {
    sha256: blank,
    format,
    version: String(formatVersion),
    progress: encodeJson(progress),
  })
  Buffer.from(bytes.buffer).write(digestOf(bytes), digestStart(bytes), 'latin1')
  return bytes
}

/**
 * The checkpoint in the bytes of a safetensors file.
 * Throws FormatError when they are cut, RunError when they are no checkpoint, of another version, or changed.
 */
export function decodeCheckpoint(bytes: Uint8Array, who: string): Checkpoint {
  const { tensors, metadata } = decodeSafetensors(bytes, who)
  const { sha256 = 'none', progress } = metadata
  if (metadata.format !== format || progress === undefined)
    throw new RunError({
      who,
      expected: `safetensors with "${format}" in their metadata`,
      received: `"${metadata.format ?? 'no format'}"`,
    })
  if (metadata.version !== String(formatVersion))
    throw new RunError({
      who,
      expected: `${format} version ${formatVersion}`,
      received: `version ${metadata.version}`,
    })
  const digest = digestOf(bytes)
  if (digest !== sha256)
    throw new RunError({ who, expected: `content with SHA-256 ${sha256}`, received: digest })
  return { tensors, progress: decodeJson(progress) as Progress }
}

/**
 * The checkpoint in a file.
 * Throws RunError when the file cannot be read, is no checkpoint, of another version, or changed, and
 * FormatError when it is cut.
 */
export async function readCheckpoint(path: string): Promise<Checkpoint> {
  let bytes: Uint8Array
  try {
    bytes = await readFile(path)
  } catch (cause) {
    const { message } = cause as Error
    throw new RunError({ who: path, expected: 'a checkpoint', received: message, cause })
  }
  return decodeCheckpoint(bytes, path)
}

function digestOf(bytes: Uint8Array): string {
  const at = digestStart(bytes)
  return createHash('sha256')
    .update(bytes.subarray(0, at))
    .update(blank, 'latin1')
    .update(bytes.subarray(at + blank.length))
    .digest('hex')
}

function digestStart({ buffer, byteOffset, byteLength }: Uint8Array): number {
  return Buffer.from(buffer, byteOffset, byteLength).indexOf(lead, 8, 'latin1') + lead.length
}
