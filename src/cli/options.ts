import { ConfigError, type Language, languages, rowNamed, unknownName } from '../base/index.ts'
import { type Device, devices, type EngineChoice, engineNames } from '../engine/index.ts'
import { type Combination, combinationTable } from '../ensemble/index.ts'
import type { Experiment } from '../train/index.ts'

/** One option of the command line: how it is written, what it means and how its value is read. */
export interface OptionRow<T = unknown> {
  /** One line for the help. */
  readonly doc: string
  /** What stands for the value in the help; an option without it takes none. */
  readonly value?: string
  readonly isRepeatable?: boolean
  /** Reads the value. Throws ConfigError when it is not one. */
  readonly read?: (text: string, option: string) => T
}

const engineChoices: readonly EngineChoice[] = ['auto', ...engineNames]

/** Every option of every command: parsing, help and types come from here. */
export const options = {
  set: {
    doc: 'change a setting, such as optimizer.learningRate=0.01; repeatable',
    value: 'PATH=VALUE',
    isRepeatable: true,
    read: text,
  },
  vary: {
    doc: 'a setting and the values to compare; several make every combination',
    value: 'PATH=A,B,C',
    isRepeatable: true,
    read: text,
  },
  metric: {
    doc: 'what is compared: accuracy, loss, f1, … (default accuracy, or loss)',
    value: 'NAME',
    read: text,
  },
  budget: {
    doc: 'stop after this long, such as 90s, 10m or 1h30m, and say what is not finished',
    value: 'TIME',
    read: duration,
  },
  keep: {
    doc: 'experiment files to write: best, all or none (default best)',
    value: 'WHICH',
    read: keepChoice,
  },
  'all-seeds': { doc: 'give hopeless variants all their seeds too' },
  epochs: { doc: 'passes over the training data', value: 'N', read: atLeast(1) },
  full: { doc: 'train as long as the published figures did' },
  seed: { doc: 'the seed, or the first of several (default 0)', value: 'N', read: atLeast(0) },
  seeds: { doc: 'repeat with N seeds: mean and 95 % interval', value: 'N', read: atLeast(1) },
  out: {
    doc: 'where run directories go (default runs), or a CSV file of predictions',
    value: 'PATH',
    read: text,
  },
  resume: { doc: 'go on with an interrupted run', value: 'RUN', read: text },
  engine: { doc: engineChoices.join(', '), value: 'NAME', read: engineChoice },
  device: { doc: devices.join(', '), value: 'NAME', read: deviceName },
  threads: { doc: 'threads of the engine (default one per core)', value: 'N', read: atLeast(1) },
  'steps-per-call': {
    doc: 'training steps in one call of the engine (default what suits it)',
    value: 'N',
    read: atLeast(1),
  },
  data: {
    doc: 'a split, a source, or SOURCE:SPLIT (default the test split of the run)',
    value: 'DATA',
    read: text,
  },
  checkpoint: {
    doc: 'last or best, by its validation score (default what the run ended with)',
    value: 'NAME',
    read: checkpointChoice,
  },
  'on-nan': {
    doc: 'where numbers are not finite: stop (default), skip, halve-rate',
    value: 'ACTION',
    read: nonFiniteAction,
  },
  weights: {
    doc: 'a safetensors file of weights: where run starts, what export writes',
    value: 'FILE',
    read: text,
  },
  by: {
    doc: 'probabilities, logits or votes; mean of numbers (default the first that fits)',
    value: 'NAME',
    read: combinationName,
  },
  input: {
    doc: 'what to predict for, a file or a folder of images; repeatable',
    value: 'FILE',
    isRepeatable: true,
    read: text,
  },
  skip: { doc: 'leave out images that do not decode' },
  onnx: { doc: 'write the model for inference', value: 'FILE', read: text },
  'training-step': {
    doc: 'write the training step, and its state beside it',
    value: 'FILE',
    read: text,
  },
  steps: {
    doc: 'give the scalars of N steps (default all that are left)',
    value: 'N',
    read: atLeast(1),
  },
  layer: { doc: 'show one layer alone, by its path in the model', value: 'NAME', read: text },
  step: {
    doc: 'the recorded step to show (default the last)',
    value: 'N',
    read: atLeast(1),
  },
  lang: { doc: 'en or ko', value: 'LANGUAGE', read: language },
  against: {
    doc: 'fail where a verdict is another than in this report',
    value: 'FILE.md',
    read: text,
  },
  prove: { doc: 'train with and without each prescription, and say what it changes' },
  quick: { doc: 'leave out short trainings, and tell what can be told without a step' },
  apply: { doc: 'with --prove: write the winner as an experiment file (to --out, if given)' },
  all: { doc: 'run all of them, one after the other' },
  report: {
    doc: 'write the table of all claims, with what was measured here in it',
    value: 'FILE.md',
    read: text,
  },
  json: { doc: 'one line of JSON last on stdout; all else goes to stderr' },
  help: { doc: 'this text' },
  version: { doc: 'the version' },
} as const satisfies Readonly<Record<string, OptionRow>>

/** The names of the options. */
export type OptionName = keyof typeof options

type ValueOf<R> = R extends { readonly read: (text: string, option: string) => infer T }
  ? R extends { readonly isRepeatable: true }
    ? readonly T[]
    : T
  : true

/** What a call gave: only the options that it names. */
export type OptionValues = { readonly [K in OptionName]?: ValueOf<(typeof options)[K]> }

function text(value: string): string {
  return value
}

function atLeast(least: number) {
  return (value: string, option: string): number => {
    const number = Number(value)
    if (/^\d+$/.test(value) && Number.isSafeInteger(number) && number >= least) return number
    throw new ConfigError({
      who: `--${option}`,
      expected: `an integer of at least ${least}`,
      received: `"${value}"`,
    })
  }
}

const keepChoices = ['best', 'all', 'none'] as const

/** Which variants of a comparison are written as experiment files. */
export type KeepChoice = (typeof keepChoices)[number]

function keepChoice(value: string, option: string): KeepChoice {
  const choice = keepChoices.find(name => name === value)
  if (choice) return choice
  throw unknownName(`--${option}`, value, keepChoices)
}

const unitSeconds: Readonly<Record<string, number>> = { h: 3600, m: 60, s: 1 }

/** Seconds of `90s`, `10m`, `1h30m`. */
function duration(value: string, option: string): number {
  const parts = /^(\d+(\.\d+)?[hms])+$/.test(value) ? value.match(/[\d.]+[hms]/g)! : []
  const seconds = parts.reduce(
    (sum, part) => sum + Number(part.slice(0, -1)) * unitSeconds[part.at(-1)!]!,
    0,
  )
  if (seconds > 0) return seconds
  throw new ConfigError({
    who: `--${option}`,
    expected: 'a time with its unit, such as 90s, 10m or 1h30m',
    received: `"${value}"`,
  })
}

const checkpointChoices = ['last', 'best'] as const

/** A checkpoint of a run. */
export type CheckpointChoice = (typeof checkpointChoices)[number]

function checkpointChoice(value: string, option: string): CheckpointChoice {
  const choice = checkpointChoices.find(name => name === value)
  if (choice) return choice
  throw unknownName(`--${option}`, value, checkpointChoices)
}

function combinationName(value: string, option: string): Combination {
  const combinations = Object.keys(combinationTable) as Combination[]
  const combination = combinations.find(name => name === value)
  if (combination) return combination
  throw unknownName(`--${option}`, value, combinations)
}

const nonFiniteActions = { stop: 'stop', skip: 'skip', 'halve-rate': 'halveRate' } as const

function nonFiniteAction(value: string, option: string): NonNullable<Experiment['onNonFinite']> {
  return rowNamed<string, NonNullable<Experiment['onNonFinite']>>(
    `--${option}`,
    nonFiniteActions,
    value,
  )
}

function engineChoice(value: string, option: string): EngineChoice {
  const choice = engineChoices.find(name => name === value)
  if (choice) return choice
  throw unknownName(`--${option}`, value, engineChoices)
}

function language(value: string, option: string): Language {
  const known = languages.find(name => name === value)
  if (known) return known
  throw unknownName(`--${option}`, value, languages)
}

function deviceName(value: string, option: string): Device {
  const device = devices.find(name => name === value)
  if (device) return device
  throw unknownName(`--${option}`, value, devices)
}
