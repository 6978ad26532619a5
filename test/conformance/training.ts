import {
  mapNamed,
  type Named,
  prefixNamed,
  type Tensor,
  tensor,
  zerosTensor,
} from '../../src/base/index.ts'
import { dataOf } from '../../src/data/index.ts'
import { gradients } from '../../src/grad/index.ts'
import { input, type Value } from '../../src/ir/index.ts'
import {
  applyModel,
  batchNorm,
  crossEntropy,
  type LayerConfig,
  linear,
  lossPerExample,
  relu,
  sequential,
  sigmoid,
  tanh,
} from '../../src/nn/index.ts'
import { mean } from '../../src/ops/index.ts'
import { type OptimizerConfig, updateRuleOf } from '../../src/optim/index.ts'
import { fit } from '../../src/train/index.ts'
import { choiceOf, Given, numberOf, Unsupported } from './given.ts'
import { asNumbers, asObject, asTensor, tensorsOf } from './golden.ts'
import { optimizerFrom } from './optimizers.ts'
import { type Bench, numbers, type Runner, runOnce } from './runner.ts'

/** A training on one batch, over and over. */
interface Training {
  readonly model: LayerConfig
  readonly optimizer: OptimizerConfig
  readonly steps: number
  readonly x: Tensor
  readonly target: Tensor
  readonly start: Named<Tensor>
}

interface Trained {
  readonly losses: readonly number[]
  readonly params: Named<Tensor>
}

/** Compares the losses of a training, its parameters at the end and what they answer then. */
export const trainingRunner: Runner = async (golden, bench) => {
  const attrs = new Given('attribute', asObject(golden.attrs, 'attrs'))
  // The state says where normalisations are.
  choiceOf(attrs, 'batchNorm', false, true)
  choiceOf(attrs, 'loss', 'crossEntropy')
  const start = tensorsOf(golden, 'stateBefore', bench.dtype)
  const { x, target } = tensorsOf(golden, 'inputs', bench.dtype)
  if (!x || !target) throw new Error('the case has no inputs "x" and "target"')
  const model = modelFrom(start, String(attrs.get('activation')))
  const optimizer = optimizerFrom(String(attrs.get('optimizer')), attrs)
  const training = { model, optimizer, steps: numberOf(attrs, 'steps'), x, target, start }
  attrs.refuseRest()

  const train = bench.dtype === 'float32' ? trainByFit : trainByHand
  const { losses, params } = await train(training, bench)
  const { output } = applyModel(model, input('x', x.shape, bench.dtype))
  const { logits } = await runOnce(bench, { logits: output }, { x, ...params })
  return [
    numbers('losses', losses, asNumbers(golden.losses, 'losses')),
    ...Object.entries(tensorsOf(golden, 'stateAfter', bench.dtype)).map(([name, expected]) => ({
      what: name,
      found: params[name]!,
      expected,
    })),
    {
      what: 'evalLogits',
      found: logits!,
      expected: asTensor(golden.evalLogits, bench.dtype, 'evalLogits'),
    },
  ]
}

const activations: Named<() => LayerConfig> = { sigmoid, tanh, relu }

/** Linear layers and normalisations where the state has them, and the activation elsewhere. */
function modelFrom(state: Named<Tensor>, activation: string): LayerConfig {
  const makeActivation = Object.hasOwn(activations, activation) && activations[activation]
  if (!makeActivation) throw new Unsupported(`activation ${activation}`)
  const last = Math.max(...Object.keys(state).map(name => Number(name.split('.')[0])))
  const model = sequential(
    ...Array.from({ length: last + 1 }, (_, i) => {
      const weight = state[`${i}.weight`]
      if (!weight) return makeActivation()
      if (`${i}.running_mean` in state) return batchNorm()
      const [features, inputFeatures] = weight.shape as [number, number]
      return linear(features, { inputFeatures, useBias: `${i}.bias` in state })
    }),
  )
  const named: Partial<Record<string, readonly string[]>> = {
    linear: ['weight', 'bias'],
    batchNorm: ['weight', 'bias', 'running_mean', 'running_var'],
  }
  const names = model.layers.flatMap(({ kind }, i) => (named[kind] ?? []).map(n => `${i}.${n}`))
  const other = Object.keys(state).find(name => !names.includes(name))
  if (other !== undefined) throw new Unsupported(`state ${other}`)
  return model
}

/** Through `fit`, going on from a checkpoint at step 0; float32 alone. */
async function trainByFit(training: Training, { engine }: Bench): Promise<Trained> {
  const { model, optimizer, steps, x, target, start } = training
  const { slots } = updateRuleOf(optimizer)
  const zeros = slots.flatMap(slot =>
    Object.entries(trainedOf(start)).map(([name, { shape }]) => [
      `optimizer/${slot}/${name}`,
      zerosTensor('float32', shape),
    ]),
  )
  const losses: number[] = []
  const run = await fit({
    model,
    optimizer,
    loss: crossEntropy(),
    data: await dataOf({ train: { inputs: x, targets: target }, classes: classesOf(start) }),
    epochs: steps,
    batchSize: x.shape[0]!,
    shuffle: false,
    engine,
    recorders: [{ steps: records => void losses.push(...records.map(({ loss }) => loss)) }],
    resume: {
      tensors: { ...start, ...Object.fromEntries(zeros) },
      progress: {
        step: 0,
        epoch: 0,
        partial: { lossSum: 0, correct: 0, examples: 0 },
        history: [],
        seconds: 0,
      },
    },
  })
  return { losses, params: run.parameters }
}

/** Of the pieces that `fit` is made of, in any element type. */
async function trainByHand(training: Training, { engine, dtype }: Bench): Promise<Trained> {
  const { model, optimizer, steps, x, target, start } = training
  const { output, params, buffers } = applyModel(model, input('x', x.shape, dtype), {
    isTraining: true,
  })
  const targets = input('target', target.shape, target.dtype)
  const loss = mean(lossPerExample(crossEntropy(), output, targets))
  const names = [...params.keys()]
  const slopes = gradients(
    loss,
    names.map(name => params.get(name)!.value),
  )
  const rule = updateRuleOf(optimizer)
  const scalarsOf = (step: number): Named<Tensor> =>
    mapNamed(rule.scalars(step, optimizer.learningRate), value => tensor(value, dtype))
  const scalars = mapNamed(scalarsOf(1), (_, name) => input(name, [], dtype))
  const carried = Object.fromEntries([...buffers].map(([name, { next }]) => [name, next!]))
  const updated: Named<Value> = Object.fromEntries(
    names.flatMap((name, i): [string, Value][] => {
      const param = params.get(name)!.value
      const slots = Object.fromEntries(
        rule.slots.map(slot => [slot, input(`${name}/${slot}`, param.shape, dtype)]),
      )
      const next = rule.update({ param, gradient: slopes[i]!, slots, scalars })
      const nextSlots = prefixNamed(`${name}/`, next.slots)
      return [[name, next.param], ...Object.entries(nextSlots)]
    }),
  )
  const state = { ...updated, ...carried }
  const executable = await engine.compile({ outputs: { loss }, state })
  const held = engine.createState(
    mapNamed(state, ({ shape }, name) => start[name] ?? zerosTensor(dtype, shape)),
  )
  const losses: number[] = []
  for (let step = 1; step <= steps; step++) {
    const outputs = await executable.run({ x, target, ...scalarsOf(step) }, held)
    losses.push(outputs.loss!.data[0]!)
  }
  const tensors = await held.read()
  await executable.release()
  return { losses, params: mapNamed(start, (_, name) => tensors[name]!) }
}

/** What a state holds without the running statistics. */
function trainedOf(state: Named<Tensor>): Named<Tensor> {
  return Object.fromEntries(Object.entries(state).filter(([name]) => !name.includes('.running_')))
}

/** The outputs of the last layer. */
function classesOf(state: Named<Tensor>): number {
  const weights = Object.entries(state).filter(([name]) => name.endsWith('.weight'))
  return weights.sort(([a], [b]) => Number.parseInt(a, 10) - Number.parseInt(b, 10)).at(-1)![1]
    .shape[0]!
}
