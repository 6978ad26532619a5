import type { Language, Text } from '../base/index.ts'
import { ConfigError } from '../base/index.ts'
import type { Chart } from '../charts/index.ts'
import type { ClaimId } from './claims/index.ts'
import type { Finding, Lesson, LessonContext } from './lesson.ts'

/** What a lesson gave. */
export interface LessonResult {
  readonly lesson: string
  readonly isFull: boolean
  readonly seconds: number
  readonly findings: readonly Finding[]
  readonly charts: readonly Chart[]
  /** What it would have needed, where it was not run. */
  readonly lacks?: Text
}

/** How a lesson is run, and who is told what while it does. */
export interface RunLessonOptions {
  readonly isFull?: boolean
  readonly language?: Language
  readonly signal?: AbortSignal
  readonly onSay?: (text: string) => void
  readonly onShow?: (chart: Chart) => void
  readonly onProgress?: (share: number, now?: string) => void
}

/**
 * Runs a lesson; one that lacks what it needs gives no findings and says so.
 * Throws ConfigError when its findings are not one for each of its claims, what the lesson throws, and the
 * signal's reason as soon as it is aborted, whatever the lesson is at; it stops by itself where it heeds the
 * signal too.
 */
export async function runLesson(
  lesson: Lesson,
  { isFull = false, language = 'en', signal, onSay, onShow, onProgress }: RunLessonOptions = {},
): Promise<LessonResult> {
  const startedAt = performance.now()
  const lacks = await lesson.lacks?.()
  if (lacks) return { lesson: lesson.name, isFull, seconds: 0, findings: [], charts: [], lacks }
  const charts: Chart[] = []
  const text = (both: Text): string => both[language]
  const context: LessonContext = {
    isFull,
    signal: signal ?? new AbortController().signal,
    text,
    say: both => onSay?.(text(both)),
    show(chart) {
      charts.push(chart)
      onShow?.(chart)
    },
    progress: (share, now) => onProgress?.(share, now && text(now)),
  }
  const findings = await untilAborted(context.signal, () => lesson.run(context))
  checkFindings(lesson, findings)
  const seconds = (performance.now() - startedAt) / 1000
  return { lesson: lesson.name, isFull, seconds, findings, charts }
}

/** What some work gives. Throws the signal's reason as soon as it is aborted. */
async function untilAborted<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  signal.throwIfAborted()
  let giveUp = () => {}
  const aborted = new Promise<never>((_, reject) => {
    giveUp = () => reject(signal.reason)
    signal.addEventListener('abort', giveUp)
  })
  try {
    return await Promise.race([work(), aborted])
  } finally {
    signal.removeEventListener('abort', giveUp)
  }
}

function checkFindings({ name, claims }: Lesson, findings: readonly Finding[]): void {
  const found = findings.map(({ claim }) => claim)
  if (isSame(found, claims)) return
  throw new ConfigError({
    who: `lesson ${name}`,
    expected: `one finding for each of the claims ${claims.join(', ')}`,
    received: found.join(', ') || 'none',
  })
}

const isSame = (a: readonly ClaimId[], b: readonly ClaimId[]): boolean =>
  a.toSorted().join() === b.toSorted().join()
