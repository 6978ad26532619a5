import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { before, describe, test } from 'node:test'
import {
  type Named,
  prefixNamed,
  type Tensor,
  tensorOf,
  unprefixNamed,
} from '../../src/base/index.ts'
import { dataOf } from '../../src/data/index.ts'
import { evaluate, referenceEngine } from '../../src/engine/index.ts'
import { decodeSafetensors, encodeSafetensors } from '../../src/formats/index.ts'
import { input } from '../../src/ir/index.ts'
import {
  applyModel,
  batchNorm,
  conv2d,
  embedding,
  flatten,
  gru,
  type LayerConfig,
  layerNorm,
  linear,
  lstm,
  maxPool2d,
  meanSquaredError,
  relu,
  sequential,
  tanh,
} from '../../src/nn/index.ts'
import {
  adadelta,
  adagrad,
  adam,
  adamax,
  adamw,
  momentum,
  nesterov,
  type OptimizerConfig,
  rmsprop,
  sgd,
} from '../../src/optim/index.ts'
import { modelTensors } from '../../src/runs/index.ts'
import { readWeights, writeWeights } from '../../src/runs/node/index.ts'
import { fit } from '../../src/train/index.ts'
import { floats } from '../run-model.ts'
import { temporaryFolder } from '../runs/samples.ts'
import { finish } from '../training.ts'
import { pythonWith } from './python.ts'

const python = pythonWith('torch')
const folder = temporaryFolder()
const path = (name: string) => join(folder, `${name}.safetensors`)
const script = readFileSync(new URL('pytorch.py', import.meta.url), 'utf8')
const engine = referenceEngine()

/** The nets of `pytorch.py`. */
const nets: Named<{ readonly model: LayerConfig; readonly x: Tensor }> = {
  image: {
    model: sequential(
      conv2d(4, 3, { padding: 1, stride: [1, 2] }),
      batchNorm(),
      relu(),
      conv2d(6, [3, 2], { groups: 2, dilation: [1, 2], useBias: false }),
      maxPool2d(2),
      flatten(),
      linear(3),
    ),
    x: floats(4, 2, 6, 8),
  },
  text: {
    model: sequential(
      embedding(7, 5),
      lstm(4, { output: 'sequence' }),
      layerNorm(),
      gru(3),
      linear(2),
    ),
    x: tensorOf(
      'int32',
      [3, 5],
      Int32Array.from({ length: 15 }, (_, i) => (i * i) % 7),
    ),
  },
}

function outputOf({ model, x }: (typeof nets)[string], weights: Named<Tensor>): Tensor {
  const { output } = applyModel(model, input('x', x.shape, x.dtype))
  return evaluate([output], { x, ...weights })[0]!
}

/** What PyTorch calls an optimiser, and how it writes its settings. */
const optimizers: Named<readonly [ours: OptimizerConfig, name: string, settings: object]> = {
  sgd: [sgd({ learningRate: 0.1 }), 'SGD', { lr: 0.1 }],
  momentum: [
    momentum({ learningRate: 0.1, momentum: 0.8, dampening: 0.3 }),
    'SGD',
    { lr: 0.1, momentum: 0.8, dampening: 0.3 },
  ],
  nesterov: [nesterov({ learningRate: 0.1 }), 'SGD', { lr: 0.1, momentum: 0.9, nesterov: true }],
  adagrad: [adagrad({ learningRate: 0.1 }), 'Adagrad', { lr: 0.1 }],
  rmsprop: [
    rmsprop({ learningRate: 0.01, decay: 0.9, centered: true, momentum: 0.5 }),
    'RMSprop',
    { lr: 0.01, alpha: 0.9, centered: true, momentum: 0.5 },
  ],
  adadelta: [adadelta({ learningRate: 0.5 }), 'Adadelta', { lr: 0.5, rho: 0.9 }],
  adam: [
    adam({ learningRate: 0.02, beta1: 0.8, beta2: 0.9, amsgrad: true, weightDecay: 0.1 }),
    'Adam',
    { lr: 0.02, betas: [0.8, 0.9], amsgrad: true, weight_decay: 0.1 },
  ],
  adamw: [adamw({ learningRate: 0.02 }), 'AdamW', { lr: 0.02, weight_decay: 0.01 }],
  adamax: [adamax({ learningRate: 0.02 }), 'Adamax', { lr: 0.02 }],
}

/** The factors of the table in the documentation, by how they are written there. */
const factors: Named<(settings: Named<number>) => number> = {
  '1': () => 1,
  '1 - beta1': ({ beta1 = 0 }) => 1 - beta1,
  '1 - beta2': ({ beta2 = 0 }) => 1 - beta2,
  '1 - decay': ({ decay = 0 }) => 1 - decay,
  '1 / sqrt(1 - decay)': ({ decay = 0 }) => 1 / Math.sqrt(1 - decay),
}

/** How the documentation says that slots become PyTorch's: `| adam, adamw | moment | exp_avg | 1 - beta1 |`. */
const slotTable = [
  ...readFileSync(new URL('../../docs/formats.md', import.meta.url), 'utf8').matchAll(
    /^\| ([a-z, ]+) \| `(\w+)` \| `(\w+)` \| `(.+)` \|$/gm,
  ),
].map(([, kinds, slot, theirs, factor]) => ({
  kinds: kinds!.split(', '),
  slot,
  theirs,
  factor: factors[factor!]!,
}))

/** PyTorch's names and numbers of an optimiser's tensors. */
function theirSlots(optimizer: OptimizerConfig, tensors: Named<Tensor>): Named<Tensor> {
  const settings = optimizer as unknown as Named<number>
  const rows = slotTable.filter(({ kinds }) => kinds.includes(optimizer.kind))
  return Object.assign(
    {},
    ...rows.map(({ slot, theirs, factor }) => {
      const slots = Object.entries(unprefixNamed(`optimizer/${slot}/`, tensors))
      const times = factor(settings)
      return Object.fromEntries(
        slots.map(([name, { shape, data }]) => [
          `${theirs}/${name}`,
          tensorOf(
            'float32',
            shape,
            Float32Array.from(data, x => x * times),
          ),
        ]),
      )
    }),
  )
}

const stepsBefore = 3

/** A net after three steps, and after four. */
async function trained(optimizer: OptimizerConfig) {
  const x = floats(6, 4)
  const y = tensorOf('float32', [6, 1], floats(7).data.slice(1))
  const experiment = {
    model: sequential(linear(5), tanh(), linear(1)),
    loss: meanSquaredError(),
    optimizer,
    data: await dataOf({ train: { inputs: x, targets: y } }),
    batchSize: 6,
    shuffle: false,
    engine,
  }
  const { notes, run } = await finish({ ...experiment, epochs: stepsBefore + 1 })
  const at = notes.checkpoints.find(({ progress }) => progress.step === stepsBefore)!
  return { x, y, tensors: at.tensors, next: run.parameters }
}

interface Results {
  readonly ours: Named<readonly number[]>
  readonly steps: Named<Named<readonly number[]>>
}

const ours: Record<string, Named<Tensor>> = {}
const nexts: Record<string, Named<Tensor>> = {}
let results: Results

before(async () => {
  if (python.missing) return
  for (const [name, net] of Object.entries(nets)) {
    const { model, x } = net
    const targets = floats(...applyModel(model, input('x', x.shape, x.dtype)).output.shape)
    const data = await dataOf({ train: { inputs: x, targets } })
    const { parameters } = await fit({
      model,
      loss: meanSquaredError(),
      optimizer: adam({ learningRate: 0.01 }),
      data,
      epochs: 5,
      batchSize: x.shape[0]!,
      engine,
    })
    ours[name] = parameters
    await writeWeights(path(`${name}-ours`), parameters)
    writeFileSync(path(`${name}-inputs`), encodeSafetensors({ x }))
  }
  const cases: object[] = []
  for (const [name, [optimizer, theirs, settings]] of Object.entries(optimizers)) {
    const { x, y, tensors, next } = await trained(optimizer)
    nexts[name] = next
    const given = {
      ...prefixNamed('batch/', { x, y }),
      ...prefixNamed('start/', modelTensors(tensors)),
      ...theirSlots(optimizer, tensors),
    }
    writeFileSync(path(name), encodeSafetensors(given))
    cases.push({ name, optimizer: theirs, settings, step: stepsBefore })
  }
  results = python.run(script, folder, JSON.stringify(cases)) as Results
})

function assertNear(found: ArrayLike<number>, expected: ArrayLike<number>, what: string): void {
  assert.equal(found.length, expected.length, what)
  for (let i = 0; i < expected.length; i++)
    assert.ok(
      Math.abs(found[i]! - expected[i]!) <= 1e-5 * Math.max(1, Math.abs(expected[i]!)),
      `${what}, ${i}: expected ${expected[i]}, received ${found[i]}`,
    )
}

describe('PyTorch', () => {
  for (const [name, net] of Object.entries(nets)) {
    test(`a state dict of its ${name} net gives the same outputs here`, async t => {
      if (python.missing) return t.skip(python.missing)
      const weights = await readWeights(path(`${name}-theirs`))
      assert.deepEqual(Object.keys(weights).sort(), Object.keys(ours[name]!).sort())
      const { tensors } = decodeSafetensors(readFileSync(path(`${name}-outputs`)))
      assertNear(outputOf(net, weights).data, tensors.y!.data, 'output')
    })

    test(`our weights of the ${name} net give the same outputs there`, t => {
      if (python.missing) return t.skip(python.missing)
      assertNear(results.ours[name]!, outputOf(net, ours[name]!).data, 'output')
    })
  }

  for (const [name, [optimizer]] of Object.entries(optimizers))
    test(`goes on with the slots of ${name} as the documentation maps them`, async t => {
      if (python.missing) return t.skip(python.missing)
      const { tensors } = await trained(optimizer)
      const slots = Object.keys(tensors).filter(key => key.startsWith('optimizer/'))
      assert.equal(Object.keys(theirSlots(optimizer, tensors)).length, slots.length)
      for (const [key, values] of Object.entries(results.steps[name]!))
        assertNear(values, nexts[name]![key]!.data, key)
    })
})
