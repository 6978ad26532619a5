import type { Text } from '../base/index.ts'
import type { Proportion } from '../stats/index.ts'

/** How many seeds did it: `72 of 100 seeds (95 % interval 63 to 80 %)`. */
export function seedsText({ successes, n, low, high }: Proportion): Text {
  const [least, most] = [low, high].map(share => (100 * share).toFixed(0))
  return {
    en: `${successes} of ${n} seeds (95 % interval ${least} to ${most} %)`,
    ko: `시드 ${n}개 중 ${successes}개(95 % 구간 ${least}–${most} %)`,
  }
}
