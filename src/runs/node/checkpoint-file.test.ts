import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkpointAt } from '../../../test/runs/samples.ts'
import { decodeSafetensors, encodeSafetensors } from '../../formats/index.ts'
import { decodeCheckpoint, encodeCheckpoint } from './checkpoint-file.ts'

const bytes = encodeCheckpoint(checkpointAt(7))

test('a checkpoint comes back bit for bit, NaN included', () => {
  assert.deepEqual(decodeCheckpoint(bytes, 'x'), checkpointAt(7))
})

test('tensors whose names are numbers or that end up before the metadata are no problem', () => {
  const { tensors, progress } = checkpointAt(7)
  const renamed = { tensors: { 0: tensors['0.weight']!, sha256: tensors['0.weight']! }, progress }
  assert.deepEqual(decodeCheckpoint(encodeCheckpoint(renamed), 'x'), renamed)
})

test('a change of any byte is noticed', () => {
  for (let at = 0; at < bytes.length; at++)
    assert.throws(
      () => decodeCheckpoint(bytes.with(at, bytes[at]! ^ 1), 'x'),
      { name: /^(Format|Run)Error$/ },
      `byte ${at}`,
    )
})

test('a cut at any byte is noticed', () => {
  for (let end = 0; end < bytes.length; end++)
    assert.throws(() => decodeCheckpoint(bytes.subarray(0, end), 'x'), {
      name: /^(Format|Run)Error$/,
    })
})

test('the digest is the SHA-256 of the file with zeros in its place', async () => {
  const { sha256 } = decodeSafetensors(bytes).metadata
  const text = Buffer.from(bytes).toString('latin1').replace(sha256!, '0'.repeat(64))
  const digest = await crypto.subtle.digest('SHA-256', Buffer.from(text, 'latin1'))
  assert.equal(sha256, Buffer.from(digest).toString('hex'))
})

const foreign: readonly (readonly [string, Record<string, string>, RegExp])[] = [
  ['no checkpoint', { format: 'pt' }, /expected safetensors with "justright-checkpoint".*"pt"/],
  [
    'of another version',
    { format: 'justright-checkpoint', version: '2', progress: '{}' },
    /expected justright-checkpoint version 1, received version 2/,
  ],
  [
    'without a digest',
    { format: 'justright-checkpoint', version: '1', progress: '{}' },
    /expected content with SHA-256 none/,
  ],
]
for (const [kind, metadata, message] of foreign)
  test(`a safetensors file that is ${kind} is refused`, () => {
    const file = encodeSafetensors(checkpointAt(1).tensors, metadata)
    assert.throws(() => decodeCheckpoint(file, 'x'), { name: 'RunError', message })
  })
