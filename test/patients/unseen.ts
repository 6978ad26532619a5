// Made up after the rules, in kinds of nets and illnesses that the other patients have few of.
import type { Experiment } from 'justright'
import type { IllPatient } from './patients.ts'
import { healthyDigits, illDigits } from './unseen-digits.ts'
import { illJudged } from './unseen-judged.ts'
import { healthyLast, illLast } from './unseen-last.ts'
import { healthySequences, illSequences } from './unseen-sequences.ts'
import { healthyToys, illToys } from './unseen-toys.ts'

/** A patient, and whether it is looked at before training or after it. */
export interface Unseen extends IllPatient {
  readonly when: 'before' | 'after'
}

/** Experiments with one planted illness. */
export const illUnseen: Readonly<Record<string, Unseen>> = {
  ...illSequences,
  ...illToys,
  ...illDigits,
  ...illLast,
  ...illJudged,
}

/** Experiments with which nothing is wrong; each is looked at before training and after it. */
export const healthyUnseen: Readonly<Record<string, Experiment>> = {
  ...healthySequences,
  ...healthyToys,
  ...healthyDigits,
  ...healthyLast,
}
