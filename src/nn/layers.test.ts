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
import { applyModel, type LayerConfig, layerTable } from './index.ts'

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

function apply({ layer, input: shape }: LayerCase, isTraining: boolean, config = layer) {
  return applyModel(config, input('x', shape), { isTraining })
}

function textOf({ output }: { readonly output: Value }): string {
  return formatProgram(pureProgram({ output }))
}

function feedsOf({ input, params = {}, masks = {} }: LayerCase): Named<Tensor> {
  return {
    x: floats(input, 'float32', 2),
    ...mapNamed(params, shape => floats(shape, 'float32')),
    ...mapNamed(masks, mask),
  }
}

/** The same value with the inputs of these names known. */
function withMasks(output: Value, known: Named<Tensor>): Value {
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
        const { output } = apply(layerCase, isTraining)
        const [expected] = evaluate([output], feedsOf(layerCase))
        for (const engine of engines) {
          const executable = await engine.compile(pureProgram({ y: output }))
          const { y } = await executable.run(feedsOf(layerCase))
          assertTensor(y, expected!, { epsilons: 16, scale: 1 })
          await executable.release()
        }
      })
})

for (const layerCase of layerCases) {
  const { name, layer, params = {}, masks = {} } = layerCase
  describe(name, () => {
    for (const isTraining of [false, true]) {
      const mode = isTraining ? 'training' : 'inference'

      test(`has the shapes it promises in ${mode}`, () => {
        const applied = apply(layerCase, isTraining)
        verify(pureProgram({ y: applied.output }))
        assert.deepEqual(applied.output.shape, layerCase.output)
        const shapesOf = (specs: ReadonlyMap<string, { readonly value: Value }>) =>
          Object.fromEntries([...specs].map(([path, { value }]) => [path, value.shape]))
        assert.deepEqual(shapesOf(applied.params), params)
        assert.deepEqual(shapesOf(applied.masks), isTraining ? masks : {})
      })

      test(`is the same graph after a trip through JSON, and when applied again, in ${mode}`, () => {
        const text = textOf(apply(layerCase, isTraining))
        const read = JSON.parse(JSON.stringify(layer)) as LayerConfig
        assert.equal(textOf(apply(layerCase, isTraining, read)), text)
        assert.equal(textOf(apply(layerCase, isTraining)), text)
      })

      test(`has gradients that equal central differences in ${mode}`, () => {
        const paths = Object.keys(params)
        checkGradient(
          ([x, ...leaves]) => {
            const named = new Map(paths.map((path, i) => [path, leaves[i]!]))
            const applied = applyModel(layer, x!, { isTraining, leaf: path => named.get(path)! })
            const output = withMasks(applied.output, mapNamed(masks, mask))
            return sum(mul(output, constant(floats(output.shape, 'float64'))))
          },
          [
            floats(layerCase.input, 'float64', 2),
            ...Object.values(params).map(shape => floats(shape, 'float64')),
          ],
        )
      })
    }

    const isSame = Object.keys(masks).length === 0
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
