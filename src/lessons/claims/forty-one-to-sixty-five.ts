import type { Claim } from './claim.ts'

/** Claims 41 to 65: splits, normalisation, signals at the start, optimisers, and what it all means. */
export const fortyOneToSixtyFive = {
  41: {
    by: ['S3'],
    claim: {
      en: 'A split into training and test shows how a net generalises.',
      ko: '훈련과 시험으로 나누면 일반화를 알 수 있다.',
    },
  },
  42: {
    by: ['S3'],
    claim: {
      en: 'Deep means five layers and more; they failed for three reasons.',
      ko: '다섯 층 이상이 심층이며, 세 가지 이유로 실패했다.',
    },
  },
  43: {
    by: ['S3'],
    claim: { en: 'Derivatives of activations shrink.', ko: '활성화 함수의 도함수는 작아진다.' },
    published: "sigmoid' .25, tanh' 1",
  },
  44: {
    by: ['S3'],
    claim: {
      en: 'The derivative of ReLU is 1 or 0: quick to compute.',
      ko: 'ReLU의 도함수는 1 또는 0이라 계산이 빠르다.',
    },
  },
  45: {
    by: ['S3'],
    claim: {
      en: 'Batch normalisation standardises by the mini-batch, before the activation, and keeps statistics for testing.',
      ko: '배치 정규화는 활성화 앞에서 미니배치로 표준화하고, 시험 때 쓸 통계를 보관한다.',
    },
    published: 'algorithms 1 and 2 (Ioffe & Szegedy 2015)',
  },
  46: {
    by: ['S3'],
    claim: {
      en: 'Its gradients are stable, and deep nets are easier to train.',
      ko: '기울기가 안정되어 깊은 신경망을 훈련하기 쉽다.',
    },
    published: 'figure 1: about 98.3 against 97.5 % (Ioffe & Szegedy 2015)',
  },
  47: {
    by: ['S3'],
    claim: { en: 'It allows higher learning rates.', ko: '학습률을 더 크게 할 수 있다.' },
    published: 'rates 5 and 30 times higher (Ioffe & Szegedy 2015)',
  },
  48: {
    by: ['S3'],
    claim: {
      en: 'Many settings work with it: it hardly depends on the initial weights.',
      ko: '여러 설정에서 잘 되고 초기 가중치에 거의 좌우되지 않는다.',
    },
    published: '16 scales of weights (textbook)',
  },
  49: {
    by: ['S3'],
    claim: { en: 'It lessens the need for dropout.', ko: '드롭아웃이 덜 필요해진다.' },
    published: 'section 3.4 (Ioffe & Szegedy 2015)',
  },
  50: {
    by: ['S3'],
    claim: {
      en: 'Weights of deviation 1: activations pile up at 0 and 1, and the gradient vanishes.',
      ko: '표준편차 1인 가중치: 활성값이 0과 1에 몰리고 기울기가 사라진다.',
    },
    published: 'histograms (textbook, figure 6-10)',
  },
  51: {
    by: ['S3'],
    claim: {
      en: 'tanh of 1, 3, 5, 7, 9 is .76 .995 .999 .999 .999.',
      ko: '1, 3, 5, 7, 9의 tanh는 .76 .995 .999 .999 .999다.',
    },
    published: '.76 .995 .999 .999 .999',
  },
  52: {
    by: ['S3'],
    claim: {
      en: 'Deviation .01, tanh, 4,096 wide: nothing vanishes, but values collapse to 0.',
      ko: '표준편차 .01, tanh, 너비 4,096: 기울기 소실은 없지만 값이 0으로 몰린다.',
    },
    published: 'deviations .492 to .046 (cs231n)',
  },
  53: {
    by: ['S3'],
    claim: {
      en: 'Deviation .05: the gradient is 0 and nothing is learnt.',
      ko: '표준편차 .05: 기울기가 0이 되어 배우지 못한다.',
    },
    published: 'deviations .87 to .85 (cs231n)',
  },
  54: {
    by: ['S3'],
    claim: {
      en: 'Xavier, 1 / sqrt(n), is just right; of a convolution n is k^2 C.',
      ko: 'Xavier 1 / sqrt(n)이 딱 맞다. 합성곱에서 n은 k^2 C다.',
    },
    published: 'deviations .628 to .294 (cs231n)',
  },
  55: {
    by: ['S3'],
    claim: {
      en: 'ReLU with Xavier collapses to 0 and does not learn.',
      ko: 'ReLU에 Xavier를 쓰면 0으로 몰려 배우지 못한다.',
    },
    published: 'deviations .584 to .103 (cs231n)',
  },
  56: {
    by: ['S3'],
    claim: {
      en: 'He, sqrt(2 / n), is just right for ReLU.',
      ko: 'ReLU에는 He sqrt(2 / n)이 딱 맞다.',
    },
    published: 'deviation .826 in every layer (cs231n)',
  },
  57: {
    by: ['S3'],
    claim: {
      en: 'One line each: ReLU, BatchNorm2d with or without weights, normal(0, .02), xavier_normal, kaiming_normal.',
      ko: '한 줄이면 된다: ReLU, BatchNorm2d(가중치 유무), normal(0, .02), xavier_normal, kaiming_normal.',
    },
    published: 'PyTorch documentation',
  },
  58: {
    by: ['S3'],
    claim: {
      en: 'SGD zig-zags, and is slow at a saddle.',
      ko: 'SGD는 지그재그로 움직이고 안장점에서 느리다.',
    },
    published: '30 changes of sign (textbook, 6.1)',
  },
  59: {
    by: ['S3'],
    claim: {
      en: 'Momentum, a velocity with friction .9 or .99, mends that.',
      ko: '모멘텀, 곧 마찰 .9나 .99의 속도가 이를 고친다.',
    },
    published: '.01 and .9 (textbook)',
  },
  60: {
    by: ['S3'],
    claim: { en: 'Nesterov looks ahead.', ko: '네스테로프는 앞을 내다본다.' },
    published: 'Sutskever et al. 2013, table 1',
  },
  61: {
    by: ['S3'],
    claim: {
      en: 'AdaGrad has a step for each weight, which shrinks to 0 in time.',
      ko: 'AdaGrad는 가중치마다 보폭이 다르고, 시간이 지나면 0으로 줄어든다.',
    },
    published: 'Zeiler 2012, figure 1',
  },
  62: {
    by: ['S3'],
    claim: {
      en: 'RMSProp forgets, and so mends that.',
      ko: 'RMSProp은 지난 값을 잊어 이를 고친다.',
    },
  },
  63: {
    by: ['S3'],
    claim: {
      en: 'Adam is momentum and RMSProp with their bias corrected: what is its first step without?',
      ko: 'Adam은 모멘텀과 RMSProp에 편향 보정을 더한 것이다. 보정이 없으면 첫 걸음은 얼마인가?',
    },
    published: 'a question of the slides',
  },
  64: {
    by: ['S2', 'S3', 'S0'],
    claim: {
      en: 'Formulas as printed: momentum, Nesterov, "< 0", "Boatman".',
      ko: '인쇄된 수식들: 모멘텀, 네스테로프, "< 0", "Boatman".',
    },
  },
  65: {
    by: ['S0', 'S1', 'S2'],
    claim: {
      en: "Hinton's four reasons; two are solved, so that all conditions are met.",
      ko: '힌턴의 네 가지 이유. 둘을 풀었으니 조건이 모두 갖추어졌다.',
    },
    published: 'lecture 10-2',
  },
} as const satisfies Readonly<Record<string, Claim>>
