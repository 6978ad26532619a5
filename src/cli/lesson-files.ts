import type { Lesson } from '../lessons/index.ts'

/** The lessons of examples/lessons, from the sources or from the build of them. */
export async function loadLessons(): Promise<readonly Lesson[]> {
  const file = import.meta.url.endsWith('.ts')
    ? '../../examples/lessons/index.ts'
    : '../examples/lessons/index.js'
  const { lessons } = (await import(new URL(file, import.meta.url).href)) as {
    readonly lessons: readonly Lesson[]
  }
  return lessons
}
