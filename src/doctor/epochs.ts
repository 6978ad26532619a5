import { type Course, curveOf, type Points, stepChart } from './course.ts'

/** Why a rule that goes by scores cannot look. */
export const lacksValidation = 'there is no validation split, or no epoch was scored'

/** The losses of the epochs. */
export interface Epochs {
  readonly train: Points
  readonly validation: Points
}

/** The losses of the epochs of a run; undefined where nothing was validated. */
export function epochsOf(course: Course): Epochs | undefined {
  const validation = curveOf(course, 'epoch/validation_loss')
  if (validation.length === 0) return undefined
  return { train: curveOf(course, 'epoch/train_loss'), validation }
}

/** The losses of the epochs as a picture. */
export const scoreChart = ({ train, validation }: Epochs) =>
  stepChart('Loss by epoch', 'loss', { training: train, validation })
