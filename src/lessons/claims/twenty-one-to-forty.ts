import type { Claim } from './claim.ts'

/** Claims 21 to 40: over-fitting, ensembles, building bricks and the MNIST ladder. */
export const twentyOneToForty = {
  21: {
    by: ['S2'],
    claim: {
      en: 'Tanh is a centred sigmoid; Leaky ReLU, ELU and Maxout go on from ReLU.',
      ko: 'tanh는 중심을 0에 둔 시그모이드이고, Leaky ReLU, ELU, Maxout은 ReLU를 잇는다.',
    },
  },
  22: {
    by: ['S2'],
    claim: {
      en: 'Over-fitting: the training error falls and the test error rises again, more so in deeper nets.',
      ko: '과적합: 훈련 오류는 줄지만 시험 오류는 다시 커지며, 층이 깊을수록 심하다.',
    },
  },
  23: {
    by: ['S2'],
    claim: { en: 'More data prevents over-fitting.', ko: '데이터가 많으면 과적합을 막는다.' },
    published: 'Srivastava et al. 2014, figure 10',
  },
  24: {
    by: ['S2'],
    claim: {
      en: 'So does a penalty on large weights, .001 * sum(W^2).',
      ko: '큰 가중치에 매기는 벌점 .001 * sum(W^2)도 그렇다.',
    },
    published: 'error 1.62 % with L2 (Srivastava et al. 2014, table 9)',
  },
  25: {
    by: ['S2'],
    claim: {
      en: 'Dropout, switching units off at random, works.',
      ko: '유닛을 무작위로 끄는 드롭아웃은 효과가 있다.',
    },
    published: 'error 1.60 to 1.25 % (Srivastava et al. 2014, table 2)',
  },
  26: {
    by: ['S2'],
    claim: {
      en: 'Keep .5 to .7 of the units in training, and all of them in testing.',
      ko: '훈련에서는 유닛의 .5–.7을 남기고, 시험에서는 모두 쓴다.',
    },
    published: 'keep .7, then 1 (lab 10-5)',
  },
  27: {
    by: ['S3'],
    claim: {
      en: 'Dropout helps on tiny data too.',
      ko: '드롭아웃은 아주 적은 데이터에도 도움이 된다.',
    },
    published: 'a figure of the textbook, 300 images',
  },
  28: {
    by: ['S2'],
    claim: {
      en: 'An ensemble of nets trained on their own gains 2 to 4 or 5 %.',
      ko: '따로 훈련한 신경망의 앙상블은 2–4, 5 %를 더 얻는다.',
    },
    published: '+.13 points (lab 11-5)',
  },
  29: {
    by: ['S2'],
    claim: {
      en: 'Skips, split and merge, recurrence: stack them like building bricks.',
      ko: '건너뛰기, 나누고 합치기, 순환: 블록처럼 마음대로 쌓는다.',
    },
  },
  30: {
    by: ['S2'],
    claim: { en: 'Softmax alone: about 90 %.', ko: '소프트맥스만으로: 약 90 %.' },
    published: '90.35 % (lab 10-1)',
  },
  31: {
    by: ['S2'],
    claim: { en: 'Two hidden layers of 256 with ReLU: 94 %.', ko: 'ReLU 256 은닉층 둘: 94 %.' },
    published: '94.55 % (lab 10-2)',
  },
  32: {
    by: ['S2'],
    claim: { en: 'Xavier weights: from 94 to 97.8 %.', ko: 'Xavier 가중치: 94에서 97.8 %로.' },
    published: '97.83 % (lab 10-3)',
  },
  33: {
    by: ['S2'],
    claim: {
      en: 'Five layers of 512: 97.4 %, worse, perhaps by over-fitting.',
      ko: '512 다섯 층: 97.4 %로 더 나쁘다. 아마 과적합 때문이다.',
    },
    published: '97.42 % (lab 10-4)',
  },
  34: {
    by: ['S2'],
    claim: { en: 'With dropout, keep .7: 98 %.', ko: '.7을 남기는 드롭아웃: 98 %.' },
    published: '98.04 % (lab 10-5)',
  },
  35: {
    by: ['S2'],
    claim: {
      en: 'A fully connected net passes 98 % on MNIST.',
      ko: '완전 연결 신경망으로 MNIST 98 %를 넘긴다.',
    },
    published: '98.26 % (lab 10-7)',
  },
  36: {
    by: ['S2', 'S3'],
    claim: { en: 'Adam is best: start with Adam.', ko: 'Adam이 가장 좋다. Adam으로 시작하라.' },
    published: 'Kingma & Ba 2015, figure 2; Zeiler 2012, table 1',
  },
  37: {
    by: ['S3'],
    claim: {
      en: 'SGD with momentum can beat Adam, but needs a schedule.',
      ko: '모멘텀 SGD가 Adam을 이길 수 있지만 학습률 스케줄이 필요하다.',
    },
    published: 'Sutskever et al. 2013, table 1',
  },
  38: {
    by: ['S2'],
    claim: {
      en: 'Each step improves: softmax, hidden layers, Xavier, dropout, optimiser.',
      ko: '소프트맥스, 은닉층, Xavier, 드롭아웃, 옵티마이저: 단계마다 나아진다.',
    },
    published: '90, 94.5, 97.8, 98.0 %',
  },
  39: {
    by: ['S2'],
    claim: {
      en: 'Batch normalisation is common now, and better than none.',
      ko: '배치 정규화는 이제 널리 쓰이고, 없는 것보다 낫다.',
    },
    published: '97.37 against 95.13 % (lab 10-6)',
  },
  40: {
    by: ['S3'],
    claim: {
      en: 'Without activations a net of many layers is linear.',
      ko: '활성화 함수가 없으면 여러 층의 신경망도 선형이다.',
    },
  },
} as const satisfies Readonly<Record<string, Claim>>
