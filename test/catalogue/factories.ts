import { readdirSync, readFileSync } from 'node:fs'

/** A factory as its source has it. */
export interface Factory {
  /** Its doc comment, as plain lines. */
  readonly comment: readonly string[]
  /** What it takes: `channels, kernel, { … }`, with defaults where they stand there. */
  readonly parameters: string
}

const root = new URL('../../src/', import.meta.url)

/** The documented functions that the files of a folder of src define, by name. */
export function factoriesIn(folder: string): ReadonlyMap<string, Factory> {
  const found = new Map<string, Factory>()
  const files = readdirSync(new URL(`${folder}/`, root)).filter(
    name => name.endsWith('.ts') && !name.endsWith('.test.ts'),
  )
  for (const file of files) {
    const text = readFileSync(new URL(`${folder}/${file}`, root), 'utf8')
    const pattern =
      /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\n(?:export )?(?:async )?(?:function (\w+)|const (\w+) =) ?(?:<[^>]*>)?\(/g
    for (const { 0: all, 1: comment = '', 2: one, 3: other, index } of text.matchAll(pattern)) {
      const name = (one ?? other)!
      if (found.has(name)) continue
      const list = parts(text.slice(index + all.length))
      found.set(name, { comment: linesOf(comment), parameters: list.map(called).join(', ') })
    }
  }
  return found
}

/** What stands between an opened bracket and the one that closes it, at every comma. */
function parts(text: string): string[] {
  const found = ['']
  let depth = 0
  for (const [i, character] of [...text].entries()) {
    if (depth === 0 && ')}'.includes(character)) break
    if ('([{'.includes(character) || (character === '<' && text[i - 1] !== '=')) depth++
    if (')]}'.includes(character) || (character === '>' && text[i - 1] !== '=')) depth--
    if (depth === 0 && character === ',') found.push('')
    else found[found.length - 1] += character
  }
  return found.map(part => part.trim()).filter(part => part !== '')
}

/** A parameter as one reads it in a call. */
function called(parameter: string): string {
  const [, name = ''] = /^((?:\.\.\.)?\w+)/.exec(parameter) ?? []
  if (!parameter.startsWith('{')) return /^(options|settings)$/.test(name) ? '{ … }' : name
  const settings = parts(parameter.slice(1)).map(setting =>
    setting.startsWith('...') ? '…' : setting.replace(/ as \w+$/, ''),
  )
  return `{ ${settings.join(', ')} }`
}

function linesOf(comment: string): string[] {
  return comment
    .split('\n')
    .map(line => line.replace(/^\s*\*? ?/, '').trimEnd())
    .filter((line, i, all) => line !== '' || (i > 0 && i < all.length - 1))
}

/**
 * The lines of a comment as paragraphs of Markdown: formulas, code, and what is told under a heading
 * stand by themselves.
 */
export function paragraphs(lines: readonly string[]): string[] {
  const isCode = (line: string) => /^ {4}/.test(line)
  const isFormula = (line: string) => /^`[^`]+`[.;]?$/.test(line)
  const isHeaded = (line: string) => /^(Shapes|Throws|Source|Units)\b/.test(line)
  const all: string[] = []
  let last = ''
  for (const line of lines) {
    const isNew =
      isFormula(line) || isFormula(last) || isHeaded(line) || isCode(line) !== isCode(last)
    if (line !== '' && (last === '' || isNew)) all.push(line)
    else if (line !== '') all[all.length - 1] += isCode(line) ? `\n${line}` : ` ${line}`
    last = line
  }
  return all
}
