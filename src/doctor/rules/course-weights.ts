import { groupOf } from '../../optim/index.ts'
import {
  type Course,
  curvesUnder,
  cutOffSince,
  goesWell,
  lacksProbes,
  middle,
  sinceWhen,
  stepChart,
} from '../course.ts'
import type { Prescription } from '../diagnosis.ts'
import { limits } from '../limits.ts'
import { factorTo, ratesTimes } from '../rate.ts'
import type { Found, Look, Rule } from '../rule.ts'

/** What the weights themselves tell of a training. */
export const courseWeightRules: readonly Rule<Course>[] = [
  {
    name: 'decay-too-strong',
    doc: 'a pull towards 0 that is stronger than the gradient of the loss takes the weights away',
    look(course): Look {
      const lighter = lighterDecay(course)
      if (lighter.length === 0) return 'nothing pulls weights towards 0'
      const norms = [...curvesUnder(course, 'parameter_norm')].filter(([name]) =>
        /weight/.test(name),
      )
      if (norms.length === 0) return lacksProbes(course) ?? 'no weights were recorded'
      if (goesWell(course)) return []
      const left = norms.map(([name, points]): [string, number] => {
        return [name, points.at(-1)!.value / points[0]!.value]
      })
      const [name, least] = left.reduce((a, b) => (b[1] < a[1] ? b : a))
      if (least >= limits.decayed.value) return []
      const points = norms.find(([one]) => one === name)![1]
      return [
        {
          severity: 'error',
          layer: name.split('.').slice(0, -1).join('.'),
          step: sinceWhen(points, norm => norm < 0.5 * points[0]!.value) ?? points.at(-1)!.step,
          title: { en: 'The weights decay away', ko: '가중치가 사라져 갑니다' },
          meaning: {
            en: 'The penalty or the weight decay pulls harder than the loss, so the weights shrink towards 0 and take signal and gradient with them. What is left answers alike whatever comes in.',
            ko: '벌점이나 가중치 감쇠가 손실보다 세게 당겨 가중치가 0으로 줄고, 신호와 기울기도 함께 사라집니다. 남는 것은 입력과 상관없는 같은 답입니다.',
          },
          evidence: [
            {
              name: { en: `norm of ${name}, last over first`, ko: `${name}의 노름, 마지막 / 처음` },
              value: least,
              limit: limits.decayed.value,
              beyond: 'below',
            },
          ],
          prescriptions: lighter,
          chart: stepChart('Norm of weights', 'norm', Object.fromEntries(norms), 'log'),
          source: limits.decayed.source,
        },
      ]
    },
  },
  {
    name: 'stalled-parameters',
    doc: 'a change below half a unit in the last place of a float32 changes nothing',
    isSymptom: true,
    look(course) {
      const ratios = curvesUnder(course, 'update_ratio')
      if (ratios.size === 0) return lacksProbes(course) ?? 'no update was recorded'
      const isStill = (ratio: number) => ratio < limits.stalled.value
      const moves = [...ratios].filter(([, points]) => sinceWhen(points, isStill) === undefined)
      if (cutOffSince(course) !== undefined) return []
      return [...ratios].flatMap(([name, points]): Found[] => {
        const step = sinceWhen(points, isStill)
        if (step === undefined || (isFrozen(course, name) && goesWell(course))) return []
        const path = name.split('.').slice(0, -1).join('.')
        return [
          {
            severity: moves.length === 0 ? 'error' : 'warning',
            layer: path,
            step,
            title: { en: `${name} stands still`, ko: `${name}이 움직이지 않습니다` },
            meaning: {
              en: 'Its changes are lost in rounding, or there are none: no gradient reaches it, or the rate is too small for float32. What it holds now is what it will hold.',
              ko: '변화가 반올림에 묻히거나 아예 없습니다. 기울기가 닿지 않거나 학습률이 float32에 비해 너무 작습니다. 지금 값이 끝까지 그대로 남습니다.',
            },
            evidence: [
              {
                name: { en: 'rms change over rms value', ko: 'rms 변화 / rms 값' },
                value: middle(points.filter(point => point.step >= step)),
                limit: limits.stalled.value,
                beyond: 'below',
              },
            ],
            prescriptions: isFrozen(course, name)
              ? thawed
              : moves.length === 0
                ? ratesTimes(course, [factorTo(middle(points), 'up')])
                : [
                    {
                      text: {
                        en: 'Look whether the loss depends on the layer at all.',
                        ko: '손실이 이 층에 의존하는지 살펴보세요.',
                      },
                      settings: [],
                    },
                  ],
            chart: stepChart('Update to weight', 'ratio', Object.fromEntries(ratios), 'log'),
            source: limits.stalled.source,
          },
        ]
      })
    },
  },
]

const thawed: readonly Prescription[] = [
  {
    text: {
      en: 'Train all layers: a group of the optimiser holds this one.',
      ko: '모든 층을 훈련하세요. 옵티마이저의 그룹이 이 층을 붙잡고 있습니다.',
    },
    settings: ['optimizer.groups=null'],
  },
]

/** Less of what pulls weights towards 0; nothing where nothing does. */
function lighterDecay({ experiment }: Course): Prescription[] {
  const { penalty, optimizer, constraint } = experiment
  const decay = 'weightDecay' in optimizer ? optimizer.weightDecay : 0
  const penalties = penalty === undefined ? [] : Array.isArray(penalty) ? penalty : [penalty]
  return [
    ...(penalties.length > 0
      ? [
          {
            text: { en: 'Leave the penalty out.', ko: '벌점을 빼세요.' },
            settings: ['penalty=null'],
          },
        ]
      : []),
    ...(constraint
      ? [
          {
            text: { en: 'Let weights be longer.', ko: '가중치를 더 길게 두세요.' },
            settings: ['constraint=null'],
          },
        ]
      : []),
    ...(decay > 0
      ? [
          {
            text: { en: 'A hundredth of the decay.', ko: '가중치 감쇠를 100분의 1로 줄이세요.' },
            settings: [`optimizer.weightDecay=${Number((decay / 100).toPrecision(2))}`],
          },
        ]
      : []),
  ]
}

/** Whether a parameter is held on purpose: by a group of the optimiser with a rate of 0. */
function isFrozen({ experiment }: Course, name: string): boolean {
  const { optimizer } = experiment
  const group = groupOf(optimizer, name)
  return group !== '' && optimizer.groups?.[Number(/\d+$/.exec(group)?.[0])]?.rateFactor === 0
}
