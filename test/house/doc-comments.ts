import type { SourceFile } from './sources.ts'

/** Returns the names in `door`, an index.ts, whose definition has no doc comment above it. */
export function undocumentedNames(door: SourceFile, files: readonly SourceFile[]): string[] {
  const byPath = new Map(files.map(file => [file.path, file]))
  return exportedNames(door)
    .filter(({ name, target }) => !isDocumented(name, byPath.get(target), byPath))
    .map(({ name, target }) => `${name} (${target})`)
}

interface ExportedName {
  readonly name: string
  readonly target: string
}

function exportedNames(file: SourceFile): ExportedName[] {
  const lists = file.text.matchAll(/^export (?:type )?\{([^}]*)\} from '([^']+)'/gm)
  return [...lists].flatMap(([, list = '', specifier]) => {
    const target = file.imports.find(found => found.specifier === specifier)?.target ?? ''
    return list
      .replace(/\/\/.*/g, '')
      .split(',')
      .map(item =>
        item
          .trim()
          .replace(/^type\s+/, '')
          .replace(/\s+as\s+.*$/, ''),
      )
      .filter(name => name !== '')
      .map(name => ({ name, target }))
  })
}

type Files = ReadonlyMap<string, SourceFile>

function isDocumented(name: string, file: SourceFile | undefined, files: Files): boolean {
  if (!file) return false
  const passedOn = exportedNames(file).find(other => other.name === name)
  if (passedOn) return isDocumented(name, files.get(passedOn.target), files)
  const kind = String.raw`(?:declare )?(?:async )?(?:abstract )?(?:function\*?|const|let|class|interface|type)`
  const marks = String.raw`(?:\/\/[^\n]*\n)*`
  return new RegExp(`\\*/\\n${marks}export ${kind} ${name}\\b`).test(file.text)
}
