import { readdirSync, readFileSync } from 'node:fs'

const root = new URL('../../src/', import.meta.url)

/** The doc comments of what the files of a folder of src export, by name, as plain lines. */
export function docComments(folder: string): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, readonly string[]>()
  const files = readdirSync(new URL(`${folder}/`, root)).filter(
    name => name.endsWith('.ts') && !name.endsWith('.test.ts'),
  )
  for (const file of files) {
    const text = readFileSync(new URL(`${folder}/${file}`, root), 'utf8')
    const pattern =
      /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\n(?:export )?(?:async )?(?:function|const) (\w+)/g
    for (const [, comment = '', name = ''] of text.matchAll(pattern))
      if (!found.has(name)) found.set(name, linesOf(comment))
  }
  return found
}

function linesOf(comment: string): string[] {
  return comment
    .split('\n')
    .map(line => line.replace(/^\s*\*? ?/, '').trimEnd())
    .filter((line, i, all) => line !== '' || (i > 0 && i < all.length - 1))
}

/** The lines of a comment as Markdown: what is told under a heading begins a line of its own. */
export function paragraphs(lines: readonly string[]): string[] {
  const isNew = (line: string) => /^(Shapes|Throws|Source|Units|`[^`]+`$)/.test(line)
  const isCode = (line: string) => /^ {4}/.test(line)
  const all: string[] = []
  for (const line of lines) {
    const last = all.at(-1)
    const joins = last && line !== '' && !isNew(line) && !isCode(line) && !isCode(last)
    if (joins) all[all.length - 1] = `${last} ${line}`
    else all.push(line)
  }
  return all
}
