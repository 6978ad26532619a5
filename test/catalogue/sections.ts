import { mapNamed } from '../../src/base/index.ts'
import type { families } from '../../src/cli/kinds.ts'
import { augmentTable, toys } from '../../src/data/index.ts'
import { sourceRows } from '../../src/data/node/index.ts'
import { engineTable } from '../../src/engine/index.ts'
import { combinationTable } from '../../src/ensemble/index.ts'
import { initializers } from '../../src/init/index.ts'
import { type MetricKind, type MetricRow, metricTable } from '../../src/inspect/index.ts'
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

/** How a factory is called, where not by the kind that it makes, and what defines it. */
interface FactoryName {
  readonly name?: string
  readonly source?: string
  /** Whether it takes the settings of the description; default true. */
  readonly hasSettings?: boolean
}

/** A part of the catalogue: a table of the code, and where its factories are documented. */
export interface Section {
  readonly title: string
  readonly intro: string
  readonly rows: Readonly<Record<string, Row>>
  /** The folder of src whose doc comments tell more; without it the section is a plain table. */
  readonly folder?: string
  /** The families of `src/cli/kinds.ts` that know the settings with their defaults. */
  readonly families?: readonly (keyof typeof families)[]
  /** Factories that are called or defined differently from the kind they make. */
  readonly factories?: Readonly<Record<string, FactoryName>>
  /** What stands before the name in a call. */
  readonly prefix?: string
  /** Further columns of a plain table, from the name of a row. */
  readonly columns?: Readonly<Record<string, (name: string) => string>>
}

const metricOf = (name: string): MetricRow<never> => metricTable[name as MetricKind]

/** The catalogue, part by part. */
export const sections: readonly Section[] = [
  {
    title: 'Layers',
    intro: 'From `justright`. A layer is a description; a model is a layer.',
    rows: layerTable,
    folder: 'nn',
    families: ['layer'],
    factories: { graph: { name: 'model', hasSettings: false } },
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
    families: ['loss'],
    factories: { joint: { name: 'jointLoss' } },
  },
  {
    title: 'Metrics',
    intro:
      'From `justright`, as `metrics.NAME()`, `metrics.topK(k)`. Exact over a whole set, on every engine; those of classes and labels follow scikit-learn.',
    rows: metricTable,
    columns: {
      unit: name => metricOf(name).unit.replace('target', 'that of the targets'),
      better: name => metricOf(name).better ?? '',
    },
  },
  {
    title: 'Ensembles',
    intro:
      'From `justright`, as `ensemble(members, { by })`, or `justright ensemble --by`; docs/ensembles.md tells more.',
    rows: combinationTable,
  },
  {
    title: 'Optimisers',
    intro: 'From `justright`. `rate` is the learning rate, times what a schedule says.',
    rows: optimizerTable,
    folder: 'optim',
    families: ['optimizer'],
  },
  {
    title: 'Schedules',
    intro:
      "From `justright`. The factor on the optimiser's rate, a pure function of the step and of past scores; changing the rate compiles nothing.",
    rows: scheduleTable,
    folder: 'optim',
    families: ['schedule'],
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
    families: ['penalty', 'clip', 'constraint', 'averaging', 'earlyStopping'],
  },
  {
    title: 'Initialisers',
    intro: 'From `justright`. Equal seeds draw equal bits on every platform.',
    rows: initializers,
    folder: 'init',
    families: ['init'],
  },
  {
    title: 'Augmentations',
    intro: 'From `justright`. Changes of training images, drawn anew for every step.',
    rows: augmentTable,
    folder: 'data',
    families: ['augmentation'],
  },
  {
    title: 'Data sources',
    intro: 'What `justright data`, `evaluate` and `sourceOf` of `justright/node` understand.',
    rows: Object.fromEntries(sourceRows.map(row => [row.form, row])),
  },
  {
    title: 'Toys',
    intro:
      'From `justright`, as `toys.NAME()`, or `toy:NAME` on the command line. All take `count` (1000), `noise`, `validation` (0.2), `test` (0) and `seed` (0).',
    rows: mapNamed(toys, () => ({ doc: '' })),
    folder: 'data',
    factories: { sine: { source: 'sineWave' } },
    prefix: 'toys.',
  },
  {
    title: 'Engines',
    intro:
      'For `fit({ engine })`, `chooseEngine` and `--engine`. `auto` chooses by the work of a training step; `justright doctor-install` tells which of them work.',
    rows: engineTable,
  },
  {
    title: 'Primitive ops',
    intro:
      'From `justright/ops`. Everything above is composed of these; each has a derivative and runs on every engine.',
    rows: opTable,
  },
]
