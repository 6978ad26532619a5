import type { Finding } from './lesson.ts'

/** Claims that no experiment decides: what is known instead. */
export const textualFindings: readonly Finding[] = [
  {
    claim: '18',
    verdict: 'fails',
    reason: {
      en: 'The paper reports 3.57 % top-5 on the test set, of six nets together; a single ResNet-152 has 4.49 % on the validation set. Nothing below 3 % is in it. He initialisation was one ingredient, beside skips and batch normalisation.',
      ko: '논문의 수치는 신경망 여섯 개를 합친 시험 집합 top-5 오류 3.57 %이고, ResNet-152 하나는 검증 집합에서 4.49 %다. 3 % 아래의 수치는 논문에 없다. He 초기화는 건너뛰기 연결, 배치 정규화와 함께 쓰인 한 가지 요소였다.',
    },
    measures: [],
  },
  {
    claim: '42',
    verdict: 'conditional',
    reason: {
      en: 'A definition by custom, not a finding. The three reasons (vanishing gradients, poor initialisation, over-fitting) are measured by claims 3 to 9 and 22 to 28.',
      ko: '발견이 아니라 관습에 따른 정의다. 세 가지 이유(기울기 소실, 나쁜 초기화, 과적합)는 주장 3–9와 22–28에서 측정한다.',
    },
    measures: [],
  },
  {
    claim: '64',
    verdict: 'fails',
    reason: {
      en: 'Slips of the pen. The momentum equation subtracts the learning rate twice: v = rho v - lr g; x = x + v is meant. Nesterov has "x ==" for "x =". The chain rule multiplies numbers below 1, not below 0. The machine is named after Boltzmann. The optimisers here implement the consistent forms, which agree with PyTorch.',
      ko: '단순한 오기다. 모멘텀 식은 학습률을 두 번 뺀다. 뜻하는 것은 v = rho v - lr g; x = x + v이다. 네스테로프의 "x =="는 "x ="이다. 연쇄 법칙이 곱하는 것은 0이 아니라 1보다 작은 값이다. 머신의 이름은 볼츠만에서 왔다. 여기의 옵티마이저는 PyTorch와 일치하는 올바른 식을 구현한다.',
    },
    measures: [],
  },
  {
    claim: '65',
    verdict: 'conditional',
    reason: {
      en: 'A story rather than a measurement. What it rests on is measured: the choice of activation by claim 6, pre-training by claim 14, initialisation by claims 15 and 32. More data and faster machines are the other two reasons; claim 23 measures the first.',
      ko: '측정이라기보다 이야기다. 그 근거는 측정할 수 있다. 활성화 함수의 선택은 주장 6, 사전 학습은 주장 14, 초기화는 주장 15와 32에서 다룬다. 나머지 두 이유는 더 많은 데이터와 더 빠른 컴퓨터이며, 앞의 것은 주장 23이 측정한다.',
    },
    measures: [],
  },
]
