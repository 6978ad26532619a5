import type { LayerSignals, LayerTheory, SignalReport } from './signals.ts'
import { type StepTheory, signalTheory, type TheoryStep } from './theory.ts'

/**
 * Theory's values for layers that were measured, by path. Gradients start from what theory knows of the
 * top where factors were drawn from N(0, 1), and from the measured gradient of the output otherwise.
 */
export function theoryFor(
  steps: ReadonlyMap<string, TheoryStep>,
  measured: Omit<SignalReport, 'layers'> & { readonly layers: readonly LayerSignals[] },
): ReadonlyMap<string, LayerTheory> {
  const { examples, upstream, inputs, layers } = measured
  const paths = [...steps.keys()]
  const list = [...steps.values()]
  const top = layers.find(({ path }) => path === paths.at(-1))?.gradient?.rms
  const outputGradient = upstream === 'normal' ? 1 : top
  const ends = {
    inputSquare: inputs.rms ** 2,
    ...(outputGradient !== undefined && { outputGradient }),
  }
  const gaussian = signalTheory(list, ends)
  const linear = signalTheory(list, { ...ends, regime: 'linear' })
  return new Map(
    paths.map((path, i) => [
      path,
      {
        ...gaussian[i],
        ...(upstream === 'normal' && weightGradient(list[i]!, i, gaussian, inputs.rms, examples)),
        linear: linearPart(linear[i]!),
      },
    ]),
  )
}

const linearPart = ({ rms, gradient }: StepTheory): LayerTheory['linear'] => ({
  ...(rms !== undefined && { rms }),
  ...(gradient !== undefined && { gradient }),
})

/**
 * `rms(dL/dW) = rms(dL/da) rms(x) / sqrt(B)`: a mean over B examples whose gradients are independent,
 * as factors drawn for each make them; those of a loss have much in common.
 */
function weightGradient(
  step: TheoryStep,
  i: number,
  theory: readonly StepTheory[],
  inputRms: number,
  examples: number,
): { weightGradient?: number } {
  const into = i === 0 ? inputRms : theory[i - 1]!.rms
  const { gradient } = theory[i]!
  if (step.kind !== 'weights' || into === undefined || gradient === undefined) return {}
  return { weightGradient: gradient * into * Math.sqrt((step.positions ?? 1) / examples) }
}
