import type { LayerConfig } from '../nn/index.ts'
import { fitNet4 } from './fit-net.ts'
import { lenet } from './lenet.ts'
import { lstmClassifier } from './lstm-classifier.ts'
import { mlp } from './mlp.ts'
import { residualCnn } from './residual-cnn.ts'
import { splitAndMerge } from './split-and-merge.ts'

/** A net that is ready to use. */
interface PresetRow {
  /** One line for the catalogue. */
  readonly doc: string
  /** The net with its default settings. */
  readonly build: (settings: { readonly outputs: number }) => LayerConfig
}

/** Every preset by its name. */
export const presets = {
  mlp: { doc: 'hidden layers with an activation, then a linear one; [B, D] -> [B, K]', build: mlp },
  lenet: {
    doc: '3x3 convolutions and 2x2 pools in turn, then two linear layers; [B, C, H, W] -> [B, K]',
    build: lenet,
  },
  residualCnn: {
    doc: 'stages of residual blocks with batch normalisation; [B, C, H, W] -> [B, K]',
    build: residualCnn,
  },
  splitAndMerge: {
    doc: 'branches of several kernel sizes, joined along the channels; [B, C, H, W] -> [B, K]',
    build: splitAndMerge,
  },
  lstmClassifier: {
    doc: 'an LSTM and a linear layer on its last state; [B, T, D] -> [B, K]',
    build: lstmClassifier,
  },
  fitNet4: {
    doc: '17 thin 3x3 convolutions in three stages, two linear layers; [B, C, 32, 32] -> [B, K]',
    build: fitNet4,
  },
} as const satisfies Readonly<Record<string, PresetRow>>
