import type { Text } from '../base/index.ts'

/** The chapters of the lessons, in the order that they are told in. */
export const groups = {
  'why-deep-nets-failed': {
    en: 'Why deep nets failed',
    ko: '깊은 신경망은 왜 실패했나',
  },
  activations: { en: 'Activations', ko: '활성화 함수' },
  initialization: { en: 'Initialisation', ko: '가중치 초기화' },
  'pre-training': { en: 'Pre-training', ko: '사전 학습' },
  normalization: { en: 'Normalisation', ko: '정규화' },
  overfitting: { en: 'Overfitting', ko: '과적합' },
  ensembles: { en: 'Ensembles', ko: '앙상블' },
  'building-bricks': { en: 'Building bricks', ko: '블록처럼 쌓기' },
  optimizers: { en: 'Optimisers', ko: '옵티마이저' },
  'mnist-ladder': { en: 'The MNIST ladder', ko: 'MNIST 사다리' },
} as const satisfies Readonly<Record<string, Text>>

/** The name of a chapter. */
export type GroupName = keyof typeof groups
