import { mapNamed } from '../../src/base/index.ts'
import type { families } from '../../src/cli/kinds.ts'
import { augmentTable, toys } from '../../src/data/index.ts'
import { sourceRows } from '../../src/data/node/index.ts'
import { initializers } from '../../src/init/index.ts'
import { metricTable } from '../../src/inspect/index.ts'
import { opTable } from '../../src/ir/index.ts'
import { layerTable, lossTable } from '../../src/nn/index.ts'
import {
  averagingTable,
  clipTable,
  constraintTable,
  optimizerTable,
  penaltyTable,
  scheduleTable,
} from '../../src/optim/index.ts'
import { presets } from '../../src/presets/index.ts'

/** What has one line for the catalogue. */
export interface Row {
  readonly doc: string
}

/** A part of the catalogue: a table of the code, and where its factories are documented. */
export interface Section {
  readonly title: string
  readonly intro: string
  readonly rows: Readonly<Record<string, Row>>
  /** The folder of src whose doc comments tell more; without it the section is a plain table. */
  readonly folder?: string
  /** The family of `src/cli/kinds.ts` that knows the settings with their defaults. */
  readonly family?: keyof typeof families
  /** Factories that are called differently from the kind they make. */
  readonly factories?: Readonly<Record<string, string>>
}

/** The catalogue, part by part. */
export const sections: readonly Section[] = [
  {
    title: 'Layers',
    intro: 'From `justright`. A layer is a description; a model is a layer.',
    rows: layerTable,
    folder: 'nn',
    family: 'layer',
    factories: { graph: 'model' },
  },
  {
    title: 'Presets',
    intro: 'From `justright`. Nets made of these layers; each is an ordinary description.',
    rows: presets,
    folder: 'presets',
  },
  {
    title: 'Losses',
    intro:
      'From `justright`. Each gives a number for every example; what is minimised is their mean.',
    rows: lossTable,
    folder: 'nn',
    family: 'loss',
    factories: { joint: 'jointLoss' },
  },
  {
    title: 'Metrics',
    intro: 'From `justright`, as `metrics.NAME()`. Exact over a whole set, on every engine.',
    rows: metricTable,
  },
  {
    title: 'Optimisers',
    intro: 'From `justright`. `rate` is the learning rate, times what a schedule says.',
    rows: optimizerTable,
    folder: 'optim',
    family: 'optimizer',
  },
  {
    title: 'Schedules',
    intro:
      "From `justright`. The factor on the optimiser's rate, a pure function of the step and of past scores; changing the rate compiles nothing.",
    rows: scheduleTable,
    folder: 'optim',
    family: 'schedule',
  },
  {
    title: 'Regularisation',
    intro:
      'From `justright`, for the fields `penalty`, `clip`, `constraint`, `averaging` and `earlyStopping` of an experiment.',
    rows: {
      ...penaltyTable,
      ...clipTable,
      ...constraintTable,
      ...averagingTable,
      earlyStopping: { doc: 'ends a run that no longer gets better' },
    },
    folder: 'optim',
  },
  {
    title: 'Initialisers',
    intro: 'From `justright`. Equal seeds draw equal bits on every platform.',
    rows: initializers,
    folder: 'init',
    family: 'init',
  },
  {
    title: 'Augmentations',
    intro: 'From `justright`. Changes of training images, drawn anew for every step.',
    rows: augmentTable,
    folder: 'data',
    family: 'augmentation',
  },
  {
    title: 'Data sources',
    intro: 'What `justright data`, `evaluate` and `sourceOf` of `justright/node` understand.',
    rows: Object.fromEntries(sourceRows.map(row => [row.form, row])),
  },
  {
    title: 'Toys',
    intro: 'From `justright`, as `toys.NAME()`, or `toy:NAME` on the command line.',
    rows: mapNamed(toys, (_, name) => ({ doc: `sourceOf('toy:${name}')` })),
    folder: 'data',
    factories: { sine: 'sineWave' },
  },
  {
    title: 'Primitive ops',
    intro:
      'From `justright/ops`. Everything above is composed of these; each has a derivative and runs on every engine.',
    rows: opTable,
  },
]
