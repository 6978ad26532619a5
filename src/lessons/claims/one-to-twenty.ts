import type { Claim } from './claim.ts'

/** Claims 1 to 20: why deep nets failed, activations, initialisation and pre-training. */
export const oneToTwenty = {
  1: {
    by: ['S2'],
    claim: {
      en: 'One logistic unit cannot do XOR.',
      ko: '로지스틱 유닛 하나로는 XOR을 풀 수 없다.',
    },
    published: 'accuracy .5 (lab 09-1)',
  },
  2: {
    by: ['S2'],
    claim: { en: 'Two or three layers learn XOR.', ko: '두세 층이면 XOR을 배운다.' },
    published: 'accuracy 1.0 (labs 09-2, 09-3)',
  },
  3: {
    by: ['S2'],
    claim: {
      en: 'With nine hidden sigmoid layers the cost of XOR does not fall: accuracy .5, as with one layer.',
      ko: '시그모이드 은닉층 아홉 개로는 XOR의 비용이 줄지 않는다. 정확도는 한 층일 때처럼 .5다.',
    },
    published: 'accuracy .5 (lecture 10-1)',
  },
  4: {
    by: ['S2'],
    claim: {
      en: 'The chain rule multiplies numbers below 1, so the product goes to 0.',
      ko: '연쇄 법칙은 1보다 작은 값을 거듭 곱하므로 곱이 0에 가까워진다.',
    },
    published: "sigmoid' <= 1/4",
  },
  5: {
    by: ['S2', 'S3'],
    claim: {
      en: 'The gradient is clear near the output and faint near the input.',
      ko: '기울기는 출력 가까이에서는 뚜렷하고 입력 가까이에서는 희미하다.',
    },
    published: 'Glorot & Bengio 2010, figure 7',
  },
  6: {
    by: ['S2', 'S3'],
    claim: {
      en: 'With ReLU in place of the sigmoid, except at the output, accuracy is near 1 at once.',
      ko: '출력만 빼고 시그모이드를 ReLU로 바꾸면 정확도가 곧바로 1에 가까워진다.',
    },
    published: 'accuracy 1.0 (lecture 10-1)',
  },
  7: {
    by: ['S0', 'S1', 'S2'],
    claim: {
      en: 'The same ReLU code learns at another speed each time, because its weights are drawn at random.',
      ko: '같은 ReLU 코드라도 가중치가 무작위이므로 실행마다 학습 속도가 다르다.',
    },
    published: 'two curves (lecture 10-2)',
  },
  8: {
    by: ['S0', 'S1', 'S2'],
    claim: {
      en: 'With all weights 0 every gradient is 0 and the net learns nothing.',
      ko: '가중치를 모두 0으로 두면 모든 기울기가 0이 되어 아무것도 배우지 못한다.',
    },
  },
  '8b': {
    by: ['S0', 'S1', 'S2'],
    claim: {
      en: 'The same of a net of sigmoids.',
      ko: '시그모이드 신경망에서도 마찬가지다.',
    },
  },
  9: {
    by: ['S3'],
    claim: {
      en: 'Small Gaussian weights of a fixed .01 fail in deep nets.',
      ko: '표준편차 .01로 고정한 작은 정규분포 가중치는 깊은 신경망에서 실패한다.',
    },
    published: 'loss stays 2.30 (textbook); He 2015: gradients 17,000 times smaller',
  },
  10: {
    by: ['S0', 'S2'],
    claim: {
      en: 'A restricted Boltzmann machine has two layers without links inside, and uses one W both ways.',
      ko: '제한 볼츠만 머신은 층 안의 연결이 없는 두 층이며, 같은 W로 앞뒤를 오간다.',
    },
  },
  11: {
    by: ['S0', 'S2'],
    claim: {
      en: 'Its weights are tuned until the reconstruction resembles the input, by the KL divergence.',
      ko: 'KL 발산을 기준으로 복원이 입력과 비슷해지도록 가중치를 조정한다.',
    },
    published: 'squared error an image (Hinton & Salakhutdinov 2006, code)',
  },
  12: {
    by: ['S0'],
    claim: {
      en: 'An RBM is an encoder and a decoder: an auto-encoder.',
      ko: 'RBM은 인코더이자 디코더, 곧 오토인코더다.',
    },
    published: 'squared error 3.00, PCA 13.87 (Hinton & Salakhutdinov 2006)',
  },
  13: {
    by: ['S0', 'S2'],
    claim: {
      en: 'RBMs are stacked layer by layer without labels, and the stack starts an ordinary net.',
      ko: '레이블 없이 RBM을 한 층씩 쌓고, 그 결과로 보통 신경망의 학습을 시작한다.',
    },
    published: 'error 1.25 % (Hinton 2006); 1.2 % with back-propagation',
  },
  14: {
    by: ['S0', 'S2'],
    claim: {
      en: 'After pre-training, fine-tuning is quick and needs little data.',
      ko: '사전 학습 뒤의 미세 조정은 빠르고 데이터도 적게 든다.',
    },
    published: 'Hinton 2006',
  },
  15: {
    by: ['S0', 'S1', 'S2'],
    claim: {
      en: 'RBMs are not needed: Xavier or He initialisation is enough.',
      ko: 'RBM은 필요 없다. Xavier나 He 초기화로 충분하다.',
    },
    published: '97.83 % (lab 10-3)',
  },
  16: {
    by: ['S0', 'S1', 'S2', 'S3'],
    claim: {
      en: 'Xavier: randn(in, out) / sqrt(in), by the number of inputs and outputs.',
      ko: 'Xavier: 입력과 출력의 개수에 따라 randn(in, out) / sqrt(in).',
    },
    published: 'Var W = 2 / (in + out) (Glorot & Bengio 2010)',
  },
  17: {
    by: ['S0', 'S1', 'S2', 'S3'],
    claim: {
      en: 'He: / sqrt(in / 2), which strangely works by experiment.',
      ko: 'He: / sqrt(in / 2). 이상하게도 실험해 보니 잘 된다.',
    },
    published: 'derived, equation 10 (He et al. 2015)',
  },
  18: {
    by: ['S0', 'S2'],
    claim: {
      en: 'With it ResNet brought the error on ImageNet below 3 %.',
      ko: '이것으로 ResNet이 ImageNet 오류를 3 % 아래로 낮추었다.',
    },
    published: '3.57 % top-5, six nets together (He et al. 2016)',
  },
  19: {
    by: ['S0', 'S1', 'S2'],
    claim: {
      en: 'On CIFAR-10 initialisations differ little, and Xavier and He are good for every activation.',
      ko: 'CIFAR-10에서는 초기화 사이의 차이가 작고, Xavier와 He는 어느 활성화에나 좋다.',
    },
    published: 'ReLU 90.6 to 92.1 %, sigmoid never converges (Mishkin & Matas 2015)',
  },
  20: {
    by: ['S0', 'S2', 'S1'],
    claim: {
      en: 'Batch normalisation and LSUV are newer choices: try several and keep the best.',
      ko: '배치 정규화와 LSUV 같은 새 방법도 있다. 여러 가지를 해 보고 가장 좋은 것을 쓰라.',
    },
    published: '97.8 % against 83.4 % after one epoch (torch-lsuv)',
  },
} as const satisfies Readonly<Record<string, Claim>>
