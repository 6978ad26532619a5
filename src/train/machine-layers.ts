import { ConfigError } from '../base/index.ts'
import { type InitOptions, initializers } from '../init/index.ts'
import { describeOrigin, isOp, type Value } from '../ir/index.ts'
import { type AppliedModel, applyModel } from '../nn/index.ts'
import type { UnitKind } from '../pretrain/index.ts'
import { batchInputs } from './batch-graph.ts'
import type { Experiment } from './experiment.ts'

/** A linear layer that learns as a machine. */
export interface MachineLayer {
  /** The paths of its tensors. */
  readonly weight: string
  readonly bias: string
  readonly options: InitOptions<'greedyRbm'>
  readonly visibleUnits: UnitKind
  readonly hiddenUnits: UnitKind
  /** What it computes on, [B, V]. */
  readonly input: Value
  /** Whether that is the examples themselves. */
  readonly seesData: boolean
}

/**
 * The layers with weights drawn by `greedyRbm`, in the order in which they compute; not the one that gives the
 * output of the model, which is no feature.
 * Throws ConfigError when one is no machine: it is not linear, has no bias, or stands between other layers
 * than data, sigmoids and linear ones.
 */
export function machineLayers(
  { model, data }: Pick<Experiment, 'model' | 'data'>,
  batchSize: number,
): MachineLayer[] {
  const applied = applyModel(model, batchInputs(model, data, batchSize))
  const usesOf = usesIn(applied)
  return [...applied.params].flatMap(([name, { value, init }]) => {
    if (init.kind !== 'greedyRbm') return []
    const uses = usesOf(value)
    const use = uses.find(use => isOp(use, 'matmul') && use.attrs.transposeB)
    if (use?.origin.kind !== 'linear')
      return refuse(`"${name}"`, 'the weight of a linear layer', nameOf(uses[0]!))
    const who = describeOrigin(use.origin)
    const sum = usesOf(use)[0]
    const bias = name.replace(/weight$/, 'bias')
    if (!sum || !applied.params.has(bias))
      return refuse(who, 'a bias, which the hidden units have', 'none')
    if (Object.values(applied.outputs).includes(sum)) return []
    const input = use.inputs[0]
    const { seesData, units } = visibleSide(input, data.normalization !== undefined, who)
    return {
      weight: name,
      bias,
      options: { ...initializers.greedyRbm.defaults, ...init },
      visibleUnits: units,
      hiddenUnits: hiddenUnits(usesOf(sum), who),
      input,
      seesData,
    }
  })
}

/** What each value of a graph is an operand of. */
function usesIn({ outputs }: AppliedModel): (value: Value) => readonly Value[] {
  const uses = new Map<Value, Value[]>()
  const seen = new Set<Value>()
  const visit = (value: Value): void => {
    if (seen.has(value)) return
    seen.add(value)
    for (const operand of value.inputs) {
      uses.set(operand, [...(uses.get(operand) ?? []), value])
      visit(operand)
    }
  }
  for (const output of Object.values(outputs)) visit(output)
  return value => uses.get(value) ?? []
}

/** The units that a layer is, by what its outputs go to. */
function hiddenUnits(uses: readonly Value[], who: string): UnitKind {
  if (uses.every(({ op }) => op === 'sigmoid')) return 'bernoulli'
  // A code: linear units between linear layers.
  if (uses.every(({ op }) => op === 'matmul')) return 'gaussian'
  const other = uses.find(({ op }) => op !== 'sigmoid')!
  return refuse(who, 'a sigmoid behind it, as units that are on or off have', nameOf(other))
}

/** The units that a layer's inputs are, by what they come from. */
function visibleSide(input: Value, isNormalized: boolean, who: string) {
  let source = input
  while (source.op === 'reshape') source = source.inputs[0]
  const seesData = source.origin.kind === 'data'
  if (input.shape.length !== 2)
    return refuse(who, 'inputs [B, D]', `[B, ${input.shape.slice(1).join(', ')}]`)
  if (seesData) return { seesData, units: isNormalized ? 'gaussian' : 'bernoulli' } as const
  if (source.op === 'sigmoid') return { seesData, units: 'bernoulli' } as const
  if (source.origin.kind === 'linear') return { seesData, units: 'gaussian' } as const
  return refuse(who, 'the data, or outputs of a sigmoid, as its inputs', nameOf(source))
}

const nameOf = ({ origin, op }: Value) => describeOrigin(origin, op)

function refuse(who: string, expected: string, received: string): never {
  throw new ConfigError({
    who: `greedyRbm of ${who}`,
    expected,
    received,
    hint: 'Give other layers another weightInit, such as xavierUniform()',
  })
}
