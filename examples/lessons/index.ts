import type { Lesson } from 'justright/lessons'
import xorOneUnit from './xor-one-unit.ts'

/** The lessons, in the order of their chapters. */
export const lessons: readonly Lesson[] = [xorOneUnit]
