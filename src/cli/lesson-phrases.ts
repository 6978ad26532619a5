import type { Text } from '../base/index.ts'
import type { Verdict } from '../lessons/index.ts'

/** What the commands say around a lesson. */
export const phrases = {
  claim: { en: 'Claim', ko: '주장' },
  published: { en: 'published', ko: '문헌' },
  unexpected: { en: 'outside of earlier re-runs', ko: '이전 재실험의 범위 밖' },
  notRun: { en: 'Not run', ko: '실행하지 않음' },
  reduced: { en: 'Reduced setting', ko: '줄인 설정' },
  pictures: { en: 'Pictures and numbers', ko: '그림과 수치' },
  source: { en: 'The code, to copy and change', ko: '복사해 고쳐 볼 코드' },
} as const satisfies Readonly<Record<string, Text>>

/** The verdicts in words. */
export const verdicts: Readonly<Record<Verdict, Text>> = {
  holds: { en: 'holds', ko: '맞다' },
  conditional: { en: 'holds with a condition', ko: '조건부로 맞다' },
  fails: { en: 'does not hold as stated', ko: '그대로는 맞지 않다' },
}

/** How long a lesson takes: `About 20 s on two cores; with --full about 3 min 0 s.` */
export function duration(short: string, full: string): Text {
  const isSame = short === full
  return {
    en: `About ${short} on two cores${isSame ? '' : `; with --full about ${full}`}.`,
    ko: `코어 두 개로 약 ${short}${isSame ? '' : `, --full로는 약 ${full}`} 걸립니다.`,
  }
}
