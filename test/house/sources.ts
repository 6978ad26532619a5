import { spawnSync } from 'node:child_process'
import { globSync, readFileSync } from 'node:fs'
import { posix } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** One import or re-export of a source file. */
export interface Import {
  /** As written: `node:fs`, `picocolors`, `./shape.ts`. */
  readonly specifier: string
  /** The imported file from the root of the repository; undefined for a package. */
  readonly target: string | undefined
  /** Whether it is still there once the types are stripped, and loaded at once. */
  readonly isStatic: boolean
}

/** A file of the repository, by its path from the root, with `/` between folders. */
export interface SourceFile {
  readonly path: string
  readonly text: string
  readonly imports: readonly Import[]
}

const textual =
  /(^|\/)[^./]+$|\.(ts|mts|mjs|cjs|js|json|md|ya?ml|py|sh|html|css|txt)$|(^|\/)\.[^/]+$/

/** Returns all text files that git tracks or would track; without git, all that lie here. */
export function repositoryFiles(): readonly SourceFile[] {
  return listPaths()
    .map(path => path.replaceAll('\\', '/'))
    .filter(path => textual.test(path))
    .sort()
    .map(readSource)
}

function listPaths(): string[] {
  const args = ['ls-files', '--cached', '--others', '--exclude-standard']
  const git = spawnSync('git', args, { cwd: root, encoding: 'utf8' })
  if (git.status === 0) return git.stdout.split('\n').filter(path => path && isPresent(path))
  const ignored = /(^|[\\/])node_modules$|^(dist|runs|coverage|\.git)$/
  return globSync('**/*.*', { cwd: root, exclude: path => ignored.test(path) })
}

// git lists what was deleted and not yet committed.
const isPresent = (path: string): boolean => globSync(path, { cwd: root }).length > 0

function readSource(path: string): SourceFile {
  const text = readFileSync(posix.join(root.replaceAll('\\', '/'), path), 'utf8')
  return { path, text, imports: path.endsWith('.ts') ? importsOf(path, text) : [] }
}

// The formatter starts every import at the beginning of a line, and quotes it with '.
const statement = /^(?:import|export)\s+(type\s)?(?:[^'";=()]*?\sfrom\s+)?'([^'\n]+)'/gm
const dynamic = /\bimport\(\s*'([^'\n]+)'\s*\)/g

function importsOf(path: string, text: string): Import[] {
  const resolve = (specifier: string, isStatic: boolean): Import => ({
    specifier,
    target: specifier.startsWith('.') ? posix.join(posix.dirname(path), specifier) : undefined,
    isStatic,
  })
  return [
    ...[...text.matchAll(statement)].map(([, type, name = '']) => resolve(name, !type)),
    ...[...text.matchAll(dynamic)].map(([, name = '']) => resolve(name, false)),
  ]
}
