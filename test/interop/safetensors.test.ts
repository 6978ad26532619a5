import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { tensor } from '../../src/base/index.ts'
import { decodeSafetensors, encodeSafetensors } from '../../src/formats/index.ts'
import { pythonWith } from './python.ts'

const python = pythonWith('safetensors.numpy')
const folder = mkdtempSync(join(tmpdir(), 'justright-'))
after(() => rmSync(folder, { recursive: true }))

const read = `
import json, sys
from safetensors import safe_open
with safe_open(sys.argv[1], framework='numpy') as file:
  tensors = {name: file.get_tensor(name) for name in file.keys()}
  print(json.dumps({
    'metadata': file.metadata(),
    'tensors': {name: [str(t.dtype), list(t.shape), t.tolist()] for name, t in tensors.items()},
  }))
`

test('the reference library reads what we write', t => {
  if (python.missing) return t.skip(python.missing)
  const path = join(folder, 'ours.safetensors')
  const tensors = {
    mask: tensor([1, 0, 1], 'bool'),
    weight: tensor([
      [0.5, -1, 2],
      [3, 4, 5],
    ]),
    'größe.bytes': tensor([0, 255], 'uint8'),
    exact: tensor([0.1], 'float64'),
    step: tensor(-7, 'int32'),
    empty: tensor([]),
  }
  writeFileSync(path, encodeSafetensors(tensors, { made: 'here', note: 'ü' }))
  assert.deepEqual(python.run(read, path), {
    metadata: { made: 'here', note: 'ü' },
    tensors: {
      mask: ['bool', [3], [true, false, true]],
      weight: [
        'float32',
        [2, 3],
        [
          [0.5, -1, 2],
          [3, 4, 5],
        ],
      ],
      'größe.bytes': ['uint8', [2], [0, 255]],
      exact: ['float64', [1], [0.1]],
      step: ['int32', [], -7],
      empty: ['float32', [0], []],
    },
  })
})

const write = `
import sys
import numpy as np
from safetensors.numpy import save_file
save_file({
  'f32': np.array([[0.5, -1], [2, 3]], np.float32),
  'f64': np.array([0.1], np.float64),
  'f16': np.array([1, -2, 65504], np.float16),
  'i64': np.array([-5, 7], np.int64),
  'i32': np.array(-7, np.int32),
  'i16': np.array([-5, 7], np.int16),
  'u16': np.array([65535], np.uint16),
  'i8': np.array([-128], np.int8),
  'u8': np.array([255], np.uint8),
  'bool': np.array([True, False]),
}, sys.argv[1], metadata={'made': 'there'})
print(1)
`

test('we read what the reference library writes', t => {
  if (python.missing) return t.skip(python.missing)
  const path = join(folder, 'theirs.safetensors')
  python.run(write, path)
  const { tensors, metadata } = decodeSafetensors(readFileSync(path))
  assert.deepEqual(metadata, { made: 'there' })
  assert.deepEqual(tensors, {
    f32: tensor([
      [0.5, -1],
      [2, 3],
    ]),
    f64: tensor([0.1], 'float64'),
    f16: tensor([1, -2, 65504]),
    i64: tensor([-5, 7], 'int32'),
    i32: tensor(-7, 'int32'),
    i16: tensor([-5, 7], 'int32'),
    u16: tensor([65535], 'int32'),
    i8: tensor([-128], 'int32'),
    u8: tensor([255], 'uint8'),
    bool: tensor([1, 0], 'bool'),
  })
})
