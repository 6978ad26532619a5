import { checked, given, oneOf, requirements } from '../base/index.ts'

/** When a run ends before its last epoch, as data. */
export interface EarlyStoppingConfig {
  readonly kind: 'earlyStopping'
  readonly monitor: 'loss' | 'accuracy'
  /** Epochs without a better score that are waited for. */
  readonly patience: number
  /** A score is better by more than this. */
  readonly minDelta: number
  /** Whether the parameters of the best epoch are the result, rather than the last ones. */
  readonly restoreBest: boolean
}

/**
 * A run ends when `patience` epochs in a row have brought no better validation score, training score
 * where there is no validation; the result are the parameters of the best epoch, also of a run that
 * goes to its last. Source: Prechelt 1998; Keras's EarlyStopping, which leaves restoring off.
 */
export function earlyStopping(
  settings: Partial<Omit<EarlyStoppingConfig, 'kind'>> = {},
): EarlyStoppingConfig {
  return checked(
    {
      kind: 'earlyStopping',
      monitor: 'loss',
      patience: 5,
      minDelta: 0,
      restoreBest: true,
      ...given(settings),
    },
    {
      monitor: oneOf('loss', 'accuracy'),
      patience: requirements.count,
      minDelta: requirements.amount,
      restoreBest: requirements.flag,
    },
  )
}
