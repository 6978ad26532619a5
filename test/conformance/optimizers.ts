import { mapNamed, type Named, type Tensor, tensor, zerosTensor } from '../../src/base/index.ts'
import { gradients } from '../../src/grad/index.ts'
import {
  add,
  constant,
  input,
  mul,
  reshape,
  slice,
  sub,
  sum,
  type Value,
} from '../../src/ir/index.ts'
import {
  adagrad,
  adam,
  l2,
  momentum,
  nesterov,
  type OptimizerConfig,
  optimizerRowOf,
  penaltyOf,
  rmsprop,
  sgd,
} from '../../src/optim/index.ts'
import { type Attributes, choiceOf, Given, numberOf, Unsupported } from './given.ts'
import { asNumbers, asObject, tensorsOf } from './golden.ts'
import { numbers, type Runner } from './runner.ts'

/** Optimisers by the names of the golden cases. Epsilons and decays default to PyTorch's. */
const optimizers: Named<(attrs: Attributes, learningRate: number) => OptimizerConfig> = {
  sgd(attrs, learningRate) {
    const share = numberOf(attrs, 'momentum', 0)
    const isNesterov = choiceOf(attrs, 'nesterov', false, true) === 1
    // Without momentum there is nothing to dampen.
    if (share === 0) attrs.find('dampening')
    else choiceOf(attrs, 'dampening', 0)
    if (share === 0) return sgd({ learningRate })
    return (isNesterov ? nesterov : momentum)({ learningRate, momentum: share })
  },
  adagrad(attrs, learningRate) {
    choiceOf(attrs, 'lrDecay', 0)
    choiceOf(attrs, 'initialAccumulator', 0)
    return adagrad({ learningRate, epsilon: numberOf(attrs, 'eps', 1e-10) })
  },
  rmsprop(attrs, learningRate) {
    choiceOf(attrs, 'momentum', 0)
    choiceOf(attrs, 'centered', false)
    const decay = numberOf(attrs, 'alpha', 0.99)
    return rmsprop({ learningRate, decay, epsilon: numberOf(attrs, 'eps', 1e-8) })
  },
  adam(attrs, learningRate) {
    choiceOf(attrs, 'amsgrad', false)
    const [beta1, beta2] = asNumbers(attrs.find('betas') ?? [0.9, 0.999], 'betas')
    if (beta1 === undefined || beta2 === undefined) throw new Error('betas are not two numbers')
    return adam({ learningRate, beta1, beta2, epsilon: numberOf(attrs, 'eps', 1e-8) })
  },
}

/** The names of the optimisers. */
export const optimizerNames = Object.keys(optimizers)

/** The optimiser of a name with the attributes of a case. Throws Unsupported when there is none. */
export function optimizerFrom(name: string, attrs: Attributes): OptimizerConfig {
  const make = Object.hasOwn(optimizers, name) ? optimizers[name] : undefined
  if (!make) throw new Unsupported(`optimizer ${name}`)
  choiceOf(attrs, 'maximize', false)
  return make(attrs, numberOf(attrs, 'lr'))
}

/** The functions that are minimised. */
const problems: Named<(p: Value, attrs: Attributes) => Value> = {
  quadratic(p, attrs) {
    const diagonal = constant(asNumbers(attrs.get('diagonal'), 'diagonal'), p.dtype)
    return mul(0.5, sum(mul(diagonal, mul(p, p))))
  },
  rosenbrock(p) {
    if (p.shape.join() !== '2') throw new Unsupported(`rosenbrock of [${p.shape}]`)
    const [p0, p1] = [0, 1].map(i => sum(slice(p, [i], [i + 1]))) as [Value, Value]
    const [across, along] = [sub(1, p0), sub(p1, mul(p0, p0))]
    return add(mul(across, across), mul(100, mul(along, along)))
  },
}

/** Compares p after every step of an optimiser. */
export const optimizerRunner: Runner = async (golden, { engine, dtype }) => {
  const attrs = new Given('attribute', asObject(golden.attrs, 'attrs'))
  const optimizer = optimizerFrom(String(golden.op), attrs)
  const { p: start } = tensorsOf(golden, 'inputs', dtype)
  if (!start) throw new Error('the case has no input "p"')
  const p = input('p', start.shape, dtype)
  const problem = String(attrs.get('problem'))
  if (!Object.hasOwn(problems, problem)) throw new Unsupported(`problem ${problem}`)
  const loss = problems[problem]!(p, attrs)
  // PyTorch's weight decay adds weightDecay * p to the gradient: a price of weightDecay / 2 * p^2.
  const price = penaltyOf(l2(numberOf(attrs, 'weightDecay', 0) / 2), {
    p: reshape(p, [1, ...p.shape]),
  })!
  // The formula in words, for the reader.
  attrs.find('f')
  attrs.refuseRest()

  const row = optimizerRowOf(optimizer)
  const scalarsOf = (step: number): Named<Tensor> =>
    mapNamed(row.scalars(optimizer, step, optimizer.learningRate), x => tensor(x, dtype))
  const slots = Object.fromEntries(
    row.slots(optimizer).map(slot => [slot, zerosTensor(dtype, start.shape)]),
  )
  const { param, slots: nextSlots } = row.update(optimizer, {
    param: p,
    gradient: gradients(add(loss, price), [p])[0]!,
    slots: mapNamed(slots, (_, name) => input(name, p.shape, dtype)),
    scalars: mapNamed(scalarsOf(1), (_, name) => input(name, [], dtype)),
  })
  const executable = await engine.compile({
    outputs: { next: param },
    state: { p: param, ...nextSlots },
  })
  const state = engine.createState({ p: start, ...slots })
  const trajectory = golden.trajectory as readonly unknown[]
  const found: number[] = []
  for (let step = 1; step <= trajectory.length; step++) {
    const { next } = await executable.run(scalarsOf(step), state)
    found.push(...next!.data)
  }
  await executable.release()
  return [numbers('trajectory', found, asNumbers(trajectory, 'trajectory'))]
}
