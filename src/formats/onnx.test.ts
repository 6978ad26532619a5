import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import onnxProto from 'onnx-proto'
import { FormatError, tensor } from '../base/index.ts'
import { attribute, decodeModel, encodeModel, valueInfo } from './onnx.ts'
import { int64TensorProto, tensorProto } from './onnx-tensor.ts'
import { type ModelProto, onnxTypes } from './onnx-types.ts'

const { ModelProto: Foreign } = onnxProto.onnx

/** Empty lists left out: their absence and their emptiness are the same bytes. */
function withoutEmptyLists(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex')
  if (Array.isArray(value)) return value.map(withoutEmptyLists)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, item]) => item !== undefined && !(Array.isArray(item) && item.length === 0))
      .map(([name, item]) => [name, withoutEmptyLists(item)]),
  )
}

const encoder = new TextEncoder()

/** Our object as the foreign library takes it: strings of attributes are bytes there. */
function toForeign(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(toForeign)
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => {
      if (name === 's') return [name, encoder.encode(item)]
      if (name === 'strings') return [name, item.map((text: string) => encoder.encode(text))]
      return [name, toForeign(item)]
    }),
  )
}

function writeForeign(model: ModelProto): Uint8Array {
  return Foreign.encode(toForeign(model) as onnxProto.onnx.IModelProto).finish()
}

function readForeign(bytes: Uint8Array): unknown {
  return Foreign.toObject(Foreign.decode(bytes), { longs: Number })
}

const text = fc.string({ unit: 'grapheme', maxLength: 40 })
const int = fc.maxSafeInteger()
const float = fc.float({ noNaN: true })
const list = <T>(item: fc.Arbitrary<T>, maxLength = 3) => fc.array(item, { maxLength })
const bytes = fc.uint8Array({ maxLength: 40 }).map(data => new Uint8Array(data))
const largeBytes = fc.integer({ min: 4090, max: 9000 }).map(n => new Uint8Array(n).fill(n))

const { model } = fc.letrec<{ model: ModelProto; graph: ModelProto['graph'] }>(tie => {
  const storedTensor = fc.record(
    {
      dims: list(fc.nat()),
      dataType: fc.constantFrom(...Object.values(onnxTypes)),
      name: text,
      rawData: fc.oneof(bytes, largeBytes),
      floatData: list(float),
      int32Data: list(fc.integer()),
      int64Data: list(int),
      doubleData: list(fc.double({ noNaN: true })),
      dataLocation: fc.constantFrom(0, 1),
    },
    { requiredKeys: ['dims', 'dataType'] },
  )
  const anyAttribute = fc
    .tuple(
      text,
      fc.oneof(
        { maxDepth: 2 },
        fc.record({ int }),
        fc.record({ float }),
        fc.record({ string: text }),
        fc.record({ ints: list(int) }),
        fc.record({ floats: list(float) }),
        fc.record({ strings: list(text) }),
        fc.record({ tensor: storedTensor }),
        fc.record({ graph: tie('graph') }),
      ),
    )
    .map(([name, value]) => attribute(name, value))
  const node = fc.record(
    {
      input: list(text),
      output: list(text),
      name: text,
      opType: text,
      domain: text,
      docString: text,
      attribute: list(anyAttribute),
    },
    { requiredKeys: ['input', 'output', 'opType'] },
  )
  const value = fc
    .tuple(text, fc.nat(16), fc.option(list(fc.oneof(fc.nat(), text)), { nil: undefined }))
    .map(([name, type, shape]) => valueInfo(name, type, shape))
  return {
    graph: fc.record(
      {
        name: text,
        node: list(node),
        initializer: list(storedTensor),
        input: list(value),
        output: list(value),
        valueInfo: list(value),
      },
      { requiredKeys: ['name', 'node', 'input', 'output'] },
    ),
    model: fc.record(
      {
        irVersion: fc.nat(),
        producerName: text,
        modelVersion: int,
        graph: tie('graph'),
        opsetImport: list(fc.record({ domain: text, version: fc.nat() })),
        metadataProps: list(fc.record({ key: text, value: text })),
      },
      { requiredKeys: ['irVersion', 'graph', 'opsetImport'] },
    ),
  }
})

const runs = { seed: 1, numRuns: 60 }

test('any model comes back from its bytes', () => {
  fc.assert(
    fc.property(model, m => {
      assert.deepEqual(withoutEmptyLists(decodeModel(encodeModel(m))), withoutEmptyLists(m))
    }),
    runs,
  )
})

test('another implementation reads what we write', () => {
  fc.assert(
    fc.property(model, m => {
      const theirs = withoutEmptyLists(readForeign(encodeModel(m)))
      assert.deepEqual(theirs, withoutEmptyLists(toForeign(m)))
    }),
    runs,
  )
})

test('we read what another implementation writes', () => {
  fc.assert(
    fc.property(model, m => {
      assert.deepEqual(withoutEmptyLists(decodeModel(writeForeign(m))), withoutEmptyLists(m))
    }),
    runs,
  )
})

test('any damage to a model either reads or says FormatError', () => {
  const damage = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 5 })
  let refused = 0
  fc.assert(
    fc.property(model, damage, fc.nat(), (m, edits, cut) => {
      const damaged = encodeModel(m)
      for (const [at, byte] of edits) damaged[at % damaged.length] = byte
      try {
        decodeModel(damaged.subarray(0, cut % (damaged.length + 1)))
      } catch (error) {
        assert.ok(error instanceof FormatError, String(error))
        refused++
      }
    }),
    { seed: 1, numRuns: 300 },
  )
  assert.ok(refused > 100, `only ${refused} were refused`)
})

const add: ModelProto = {
  irVersion: 8,
  opsetImport: [{ version: 17 }],
  graph: {
    name: 'add',
    input: [valueInfo('x', onnxTypes.float, ['batch', 2])],
    output: [valueInfo('y', onnxTypes.float)],
    initializer: [tensorProto('b', tensor([1, 2])), int64TensorProto('axes', [1], [-1])],
    node: [
      {
        opType: 'Add',
        input: ['x', 'b'],
        output: ['y'],
        attribute: [attribute('axis', { int: -1 })],
      },
    ],
  },
}

test('a small model decodes to exactly what was written', () => {
  assert.deepEqual(decodeModel(encodeModel(add)), add)
})

test('a value has named, fixed and unknown axes', () => {
  assert.deepEqual(add.graph.input[0]?.type?.tensorType?.shape?.dim, [
    { dimParam: 'batch' },
    { dimValue: 2 },
  ])
  assert.deepEqual(valueInfo('s', 1, []).type?.tensorType, { elemType: 1, shape: { dim: [] } })
  assert.deepEqual(valueInfo('s', 1).type?.tensorType, { elemType: 1 })
})

test('a cut model is refused with its name and place', () => {
  const cut = encodeModel(add).subarray(0, 60)
  assert.throws(
    () => decodeModel(cut, 'add.onnx'),
    /^FormatError: add\.onnx at graph: expected a whole field from byte 2 on, received 56 of \d+ bytes \(60 bytes of ModelProto\)$/,
  )
})

test('an attribute that is no safe integer is refused by its path', () => {
  const node = { ...add.graph.node[0]!, attribute: [attribute('to', { ints: [1, 0.5] })] }
  assert.throws(
    () => encodeModel({ ...add, graph: { ...add.graph, node: [node] } }),
    /^FormatError: ModelProto at graph\.node\[0\]\.attribute\[0\]\.ints\[1\]: .* 0\.5/,
  )
})
