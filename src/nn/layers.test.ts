import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { assertTensor } from '../../test/assert-tensor.ts'
import { checkGradient, wave } from '../../test/gradient-check.ts'
import { type LayerCase, layerCases } from '../../test/layer-cases.ts'
import {
  type FloatDType,
  mapNamed,
  type Named,
  type Shape,
  sizeOf,
  type Tensor,
  tensorOf,
} from '../base/index.ts'
import { chooseEngine, type Engine, engineNames, evaluate } from '../engine/index.ts'
import {
  constant,
  formatProgram,
  input,
  isOp,
  mul,
  pureProgram,
  sum,
  type Value,
  valuesOf,
  verify,
  withInputs,
} from '../ir/index.ts'
import { applyModel, type BufferSpec, type LayerConfig, layerTable } from './index.ts'

const floats = (shape: Shape, dtype: FloatDType, scale = 1): Tensor => {
  const data = wave(sizeOf(shape)).map(x => scale * x)
  return tensorOf(dtype, shape, dtype === 'float64' ? data : Float32Array.from(data))
}

/** Every other element of a mask is 0. */
const mask = (shape: Shape): Tensor =>
  tensorOf(
    'uint8',
    shape,
    Uint8Array.from({ length: sizeOf(shape) }, (_, i) => i % 2),
  )

/** Around 1, as variances are above 0. */
const buffer = (shape: Shape, dtype: FloatDType): Tensor => {
  const data = wave(sizeOf(shape)).map(x => 1 + x / 2)
  return tensorOf(dtype, shape, dtype === 'float64' ? data : Float32Array.from(data))
}

/** Indices are 0, 1, 2, … below their limit, over and over; other inputs look random. */
function inputOf({ input, indicesBelow }: LayerCase, dtype: FloatDType): Tensor {
  if (indicesBelow === undefined) return floats(input, dtype, 2)
  const data = Int32Array.from({ length: sizeOf(input) }, (_, i) => i % indicesBelow)
  return tensorOf('int32', input, data)
}

function apply(layerCase: LayerCase, isTraining: boolean, config = layerCase.layer) {
  const { dtype, shape } = inputOf(layerCase, 'float32')
  return applyModel(config, input('x', shape, dtype), { isTraining })
}

/** What training makes of the buffers. */
const nextOf = (buffers: ReadonlyMap<string, BufferSpec>): Named<Value> =>
  Object.fromEntries(
    [...buffers].flatMap(([path, { next }]) => (next ? [[`${path}/next`, next]] : [])),
  )

function textOf({ output }: { readonly output: Value }): string {
  return formatProgram(pureProgram({ output }))
}

function feedsOf(layerCase: LayerCase): Named<Tensor> {
  const { params = {}, masks = {}, noises = {}, buffers = {} } = layerCase
  return {
    x: inputOf(layerCase, 'float32'),
    ...mapNamed(params, shape => floats(shape, 'float32')),
    ...mapNamed(buffers, shape => buffer(shape, 'float32')),
    ...mapNamed(masks, mask),
    ...mapNamed(noises, shape => floats(shape, 'float32')),
  }
}

/** The same value with the inputs of these names known. */
function withDraws(output: Value, known: Named<Tensor>): Value {
  const made = new Map<Value, Value>()
  for (const value of valuesOf([output])) {
    const tensor = isOp(value, 'input') ? known[value.attrs.name] : undefined
    const operands = value.inputs.map(operand => made.get(operand)!)
    made.set(value, tensor ? constant(tensor) : withInputs(value, operands))
  }
  return made.get(output)!
}

test('every layer has a case', () => {
  const kindsIn = (layer: LayerConfig): string[] => [
    layer.kind,
    ...('layers' in layer ? layer.layers.flatMap(kindsIn) : []),
  ]
  const kinds = layerCases.flatMap(({ layer }) => kindsIn(layer))
  assert.deepEqual([...new Set(kinds)].sort(), Object.keys(layerTable).sort())
})

describe('engines', () => {
  const engines: Engine[] = []
  before(async () => {
    for (const name of engineNames) engines.push(await chooseEngine(name, { threads: 1 }))
  })

  for (const layerCase of layerCases)
    for (const isTraining of [false, true])
      test(`agree on ${layerCase.name} in ${isTraining ? 'training' : 'inference'}`, async () => {
        const { output, buffers } = apply(layerCase, isTraining)
        const results = { y: output, ...nextOf(buffers) }
        const feeds = feedsOf(layerCase)
        const expected = evaluate(Object.values(results), feeds)
        for (const engine of engines) {
          const executable = await engine.compile(pureProgram(results))
          const found = await executable.run(feeds)
          for (const [i, name] of Object.keys(results).entries())
            assertTensor(found[name], expected[i]!, { epsilons: 16, scale: 1 })
          await executable.release()
        }
      })
})

for (const layerCase of layerCases) {
  const { name, layer, params = {}, masks = {}, noises = {}, buffers = {} } = layerCase
  describe(name, () => {
    for (const isTraining of [false, true]) {
      const mode = isTraining ? 'training' : 'inference'

      test(`has the shapes it promises in ${mode}`, () => {
        const applied = apply(layerCase, isTraining)
        verify(pureProgram({ y: applied.output, ...nextOf(applied.buffers) }))
        assert.deepEqual(applied.output.shape, layerCase.output)
        const shapesOf = (specs: ReadonlyMap<string, { readonly value: Value }>) =>
          Object.fromEntries([...specs].map(([path, { value }]) => [path, value.shape]))
        assert.deepEqual(shapesOf(applied.params), params)
        assert.deepEqual(shapesOf(applied.masks), isTraining ? masks : {})
        assert.deepEqual(shapesOf(applied.noises), isTraining ? noises : {})
        assert.deepEqual(shapesOf(applied.buffers), buffers)
        const carried = Object.keys(nextOf(applied.buffers)).length
        assert.equal(carried, isTraining ? Object.keys(buffers).length : 0)
      })

      test(`is the same graph after a trip through JSON, and when applied again, in ${mode}`, () => {
        const text = textOf(apply(layerCase, isTraining))
        const read = JSON.parse(JSON.stringify(layer)) as LayerConfig
        assert.equal(textOf(apply(layerCase, isTraining, read)), text)
        assert.equal(textOf(apply(layerCase, isTraining)), text)
      })

      test(`has gradients that equal central differences in ${mode}`, () => {
        const x = inputOf(layerCase, 'float64')
        const carried = mapNamed(buffers, shape => constant(buffer(shape, 'float64')))
        const paths = Object.keys(params)
        checkGradient(
          leaves => {
            const named = new Map([...paths, 'x'].map((path, i) => [path, leaves[i]]))
            const applied = applyModel(layer, named.get('x') ?? constant(x), {
              isTraining,
              leaf: path => named.get(path) ?? carried[path]!,
            })
            const output = withDraws(applied.output, {
              ...mapNamed(masks, mask),
              ...mapNamed(noises, shape => floats(shape, 'float32')),
            })
            return sum(mul(output, constant(floats(output.shape, 'float64'))))
          },
          [
            ...Object.values(params).map(shape => floats(shape, 'float64')),
            // Indices have no gradient.
            ...(x.dtype === 'int32' ? [] : [x]),
          ],
        )
      })
    }

    const isSame = Object.keys({ ...masks, ...noises, ...buffers }).length === 0
    test(`${isSame ? 'does' : 'does not do'} the same in training as in inference`, () => {
      const [inference, training] = [false, true].map(isTraining =>
        textOf(apply(layerCase, isTraining)),
      )
      assert.equal(inference === training, isSame)
    })

    test('is a frozen description', () => {
      assert.ok(Object.isFrozen(layer))
    })
  })
}
