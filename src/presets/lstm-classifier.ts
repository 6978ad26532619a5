import { linear, lstm, type SequentialConfig, sequential } from '../nn/index.ts'

/** Settings of a classifier of sequences. */
export interface LstmClassifierOptions {
  /** K. */
  readonly outputs: number
  /** Units of the LSTM; default 128. */
  readonly units?: number
}

/**
 * Reads a sequence and classifies it by the last hidden state: an image row by row, for example.
 * Shapes: [B, T, D] -> [B, K].
 */
export function lstmClassifier({ outputs, units = 128 }: LstmClassifierOptions): SequentialConfig {
  return sequential(lstm(units, { output: 'last' }), linear(outputs))
}
