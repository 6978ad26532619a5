import type { SourceFile } from './sources.ts'

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
