import type { Text } from '../base/index.ts'

/** What lessons say again and again, most of all on the axes of charts. */
export const words = {
  epoch: { en: 'epoch', ko: '에폭' },
  step: { en: 'step', ko: '단계' },
  seed: { en: 'seed', ko: '시드' },
  layer: { en: 'layer', ko: '층' },
  loss: { en: 'loss', ko: '손실' },
  cost: { en: 'cost', ko: '비용' },
  trainLoss: { en: 'training loss', ko: '훈련 손실' },
  testLoss: { en: 'test loss', ko: '시험 손실' },
  accuracy: { en: 'accuracy', ko: '정확도' },
  trainAccuracy: { en: 'training accuracy', ko: '훈련 정확도' },
  testAccuracy: { en: 'test accuracy', ko: '시험 정확도' },
  testError: { en: 'test error', ko: '시험 오류' },
  learningRate: { en: 'learning rate', ko: '학습률' },
  gradientNorm: { en: 'gradient norm', ko: '기울기 노름' },
  activation: { en: 'activation', ko: '활성값' },
  deviation: { en: 'standard deviation', ko: '표준편차' },
  weightScale: { en: 'scale of the weights', ko: '가중치의 크기' },
} as const satisfies Readonly<Record<string, Text>>
