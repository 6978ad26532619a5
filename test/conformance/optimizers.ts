import { mapNamed, type Named, type Tensor, tensor, zerosTensor } from '../../src/base/index.ts'
import { gradients } from '../../src/grad/index.ts'
import { add, constant, input, mul, slice, sub, sum, type Value } from '../../src/ir/index.ts'
import {
  adadelta,
  adagrad,
  adam,
  adamax,
  adamw,
  momentum,
  nadam,
  nesterov,
  type OptimizerConfig,
  rmsprop,
  sgd,
  type UpdateRule,
  updateRuleOf,
} from '../../src/optim/index.ts'
import { type Attributes, choiceOf, Given, numberOf, Unsupported } from './given.ts'
import { asNumbers, asObject, tensorsOf } from './golden.ts'
import { numbers, type Runner } from './runner.ts'

/** Optimisers by the names of the golden cases. What a case leaves out defaults to PyTorch's. */
const optimizers: Named<(attrs: Attributes, common: Common) => OptimizerConfig> = {
  sgd(attrs, common) {
    const share = numberOf(attrs, 'momentum', 0)
    const dampening = numberOf(attrs, 'dampening', 0)
    const isNesterov = choiceOf(attrs, 'nesterov', false, true) === 1
    if (share === 0) return sgd(common)
    if (!isNesterov) return momentum({ ...common, momentum: share, dampening })
    if (dampening > 0) throw new Unsupported('dampening with nesterov')
    return nesterov({ ...common, momentum: share })
  },
  adagrad(attrs, common) {
    choiceOf(attrs, 'lrDecay', 0)
    choiceOf(attrs, 'initialAccumulator', 0)
    return adagrad({ ...common, epsilon: numberOf(attrs, 'eps', 1e-10) })
  },
  rmsprop: (attrs, common) =>
    rmsprop({
      ...common,
      decay: numberOf(attrs, 'alpha', 0.99),
      epsilon: numberOf(attrs, 'eps', 1e-8),
      momentum: numberOf(attrs, 'momentum', 0),
      centered: choiceOf(attrs, 'centered', false, true) === 1,
    }),
  adadelta: (attrs, common) =>
    adadelta({
      ...common,
      decay: numberOf(attrs, 'rho', 0.9),
      epsilon: numberOf(attrs, 'eps', 1e-6),
    }),
  adam: (attrs, common) => adam({ ...common, ...betasOf(attrs), ...amsgradOf(attrs) }),
  adamw: (attrs, common) => adamw({ ...common, ...betasOf(attrs), ...amsgradOf(attrs) }),
  adamax: (attrs, common) => adamax({ ...common, ...betasOf(attrs) }),
  nadam: (attrs, common) =>
    nadam({
      ...common,
      ...betasOf(attrs),
      momentumDecay: numberOf(attrs, 'momentumDecay', 0.004),
    }),
}

type Common = Pick<OptimizerConfig, 'learningRate' | 'weightDecay'>

function betasOf(attrs: Attributes) {
  const [beta1, beta2] = asNumbers(attrs.find('betas') ?? [0.9, 0.999], 'betas')
  if (beta1 === undefined || beta2 === undefined) throw new Error('betas are not two numbers')
  return { beta1, beta2, epsilon: numberOf(attrs, 'eps', 1e-8) }
}

const amsgradOf = (attrs: Attributes) => ({
  amsgrad: choiceOf(attrs, 'amsgrad', false, true) === 1,
})

/** The names of the optimisers. */
export const optimizerNames = Object.keys(optimizers)

/** The optimiser of a name with the attributes of a case. Throws Unsupported when there is none. */
export function optimizerFrom(name: string, attrs: Attributes): OptimizerConfig {
  const make = Object.hasOwn(optimizers, name) ? optimizers[name] : undefined
  if (!make) throw new Unsupported(`optimizer ${name}`)
  choiceOf(attrs, 'maximize', false)
  const weightDecay = numberOf(attrs, 'weightDecay', name === 'adamw' ? 0.01 : 0)
  return make(attrs, { learningRate: numberOf(attrs, 'lr'), weightDecay })
}

/**
 * The rule of an optimiser as the source of a golden case has it. PyTorch 1 counts mu_t twice in NAdam's
 * product mu_1 … mu_(t+1), against its own documentation and Dozat's algorithm 2; PyTorch 2 does not.
 */
function ruleAsIn(source: string, optimizer: OptimizerConfig): UpdateRule {
  const rule = updateRuleOf(optimizer)
  if (optimizer.kind !== 'nadam' || !source.startsWith('PyTorch 1.')) return rule
  const { beta1, momentumDecay } = optimizer
  const mu = (t: number) => beta1 * (1 - 0.5 * 0.96 ** (t * momentumDecay))
  return {
    ...rule,
    scalars(step, rate) {
      const { share, ...rest } = rule.scalars(step, rate)
      let product = 1
      for (let t = 1; t <= step + 1; t++) product *= mu(t)
      return { ...rest, share: (share! * (1 - product)) / (1 - product * mu(step)) }
    },
  }
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
  // The formula in words, for the reader.
  attrs.find('f')
  attrs.refuseRest()

  const rule = ruleAsIn(golden.source, optimizer)
  const scalarsOf = (step: number): Named<Tensor> =>
    mapNamed(rule.scalars(step, optimizer.learningRate), x => tensor(x, dtype))
  const slots = Object.fromEntries(rule.slots.map(slot => [slot, zerosTensor(dtype, start.shape)]))
  const { param, slots: nextSlots } = rule.update({
    param: p,
    gradient: gradients(loss, [p])[0]!,
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
