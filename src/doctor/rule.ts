import type { Diagnosis } from './diagnosis.ts'

/** One kind of illness: how it is looked for. */
export interface Rule<Patient> {
  /** Words joined by hyphens: `vanishing-gradient`. */
  readonly name: string
  /** One line for the documentation: the mechanism that it goes by. */
  readonly doc: string
  readonly look: (patient: Patient) => Look | Promise<Look>
  /** Told only where no cause was found: it says that something is wrong, not what. */
  readonly isSymptom?: true
  /** Rules of causes: what came up in training is not told beside an error of one of them. */
  readonly explainedBy?: readonly string[]
  /** Rules of what this one brings about before the first step: it is told in their place, as an error. */
  readonly bringsAbout?: readonly string[]
}

/** What is wrong; nothing when all is well, and a reason when it cannot be told. */
export type Look = readonly Found[] | string

/** What a rule found; its name is added for it. */
export type Found = Omit<Diagnosis, 'rule'>
