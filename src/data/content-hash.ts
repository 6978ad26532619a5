import { bytesOf, formatShape } from '../base/index.ts'
import { type Dataset, type SplitName, splitsOf } from './dataset.ts'
import { blocksOf, type Rows } from './rows.ts'

/**
 * The SHA-256, in hexadecimal, of every split's tensors with their element types and shapes.
 * It depends neither on the names of the datasets nor on whether they lie in memory or in a file.
 * Of tensors over 16 MiB the blocks are hashed one by one.
 */
export async function contentHash(
  source: {
    readonly [S in SplitName]?: Dataset
  },
): Promise<string> {
  const lines: string[] = []
  for (const [split, { inputs, targets, more = {} }] of splitsOf(source)) {
    lines.push(`${split} inputs ${await lineOf(inputs)}`)
    lines.push(`${split} targets ${await lineOf(targets)}`)
    for (const [name, values] of Object.entries(more))
      lines.push(`${split} ${JSON.stringify(name)} ${await lineOf(values)}`)
  }
  return sha256(new TextEncoder().encode(lines.join('\n')))
}

async function lineOf(all: Rows): Promise<string> {
  const hashes: string[] = []
  for (const { rows } of blocksOf(all)) hashes.push(await sha256(bytesOf(rows)))
  return `${all.dtype} ${formatShape(all.shape)} ${hashes.join(' ')}`
}

/** SHA-256 in hexadecimal, by Web Crypto, which Node and browsers share. */
export async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
  return Array.from(digest, byte => byte.toString(16).padStart(2, '0')).join('')
}
