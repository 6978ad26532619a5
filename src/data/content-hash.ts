import { bytesOf, formatShape, type Tensor } from '../base/index.ts'
import { type Dataset, type SplitName, splitsOf } from './dataset.ts'

/**
 * The SHA-256, in hexadecimal, of every split's tensors with their element types and shapes.
 * It does not depend on the names of the datasets.
 */
export async function contentHash(
  source: {
    readonly [S in SplitName]?: Dataset
  },
): Promise<string> {
  const lines: string[] = []
  for (const [split, { inputs, targets }] of splitsOf(source)) {
    lines.push(`${split} inputs ${await lineOf(inputs)}`)
    lines.push(`${split} targets ${await lineOf(targets)}`)
  }
  return sha256(new TextEncoder().encode(lines.join('\n')))
}

async function lineOf(t: Tensor): Promise<string> {
  return `${t.dtype} ${formatShape(t.shape)} ${await sha256(bytesOf(t))}`
}

/** Web Crypto, which Node and browsers share. */
async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
  return Array.from(digest, byte => byte.toString(16).padStart(2, '0')).join('')
}
