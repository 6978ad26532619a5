import type { SourceFile } from './sources.ts'

/** Returns the files that are loaded with `entries` before any of their code runs, themselves among them. */
export function loadedAtOnce(
  entries: readonly SourceFile[],
  files: readonly SourceFile[],
): SourceFile[] {
  const byPath = new Map(files.map(file => [file.path, file]))
  // A set hands out what is added to it on the way.
  const found = new Set(entries)
  for (const { imports } of found)
    for (const { target, isStatic } of imports) {
      const file = isStatic && target ? byPath.get(target) : undefined
      if (file) found.add(file)
    }
  return [...found]
}

/** Returns each cycle of static imports once, as `a.ts -> b.ts -> a.ts`. */
export function findCycles(files: readonly SourceFile[]): string[] {
  const byPath = new Map(files.map(file => [file.path, file]))
  const cycles: string[] = []
  const finished = new Set<string>()
  const trail: string[] = []

  const visit = (path: string): void => {
    const start = trail.indexOf(path)
    if (start >= 0) cycles.push([...trail.slice(start), path].join(' -> '))
    if (start >= 0 || finished.has(path)) return
    trail.push(path)
    for (const { target, isStatic } of byPath.get(path)?.imports ?? []) {
      if (isStatic && target) visit(target)
    }
    trail.pop()
    finished.add(path)
  }

  for (const { path } of files) visit(path)
  return cycles
}
