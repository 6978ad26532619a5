import { families, optionalSettings, requiredSettings } from '../../src/cli/kinds.ts'
import { docComments, paragraphs } from './comments.ts'
import { type Section, sections } from './sections.ts'

const head = `# Catalogue

Everything there is, with its formula. Generated from the tables of the code by \`npm run catalogue\`; a test holds it
to them. Shape letters: \`B\` batch, \`T\` time, \`H W\` image, \`C\` channels, \`D\` features, \`K\` classes.
`

/** The text of docs/catalogue.md. Throws an Error that names what lacks a doc comment. */
export function catalogue(): string {
  const contents = sections.map(({ title, rows }) => {
    const anchor = title.toLowerCase().replaceAll(' ', '-')
    return `- [${title}](#${anchor}): ${Object.keys(rows).length}`
  })
  return `${[head, contents.join('\n'), ...sections.map(sectionText)].join('\n')}\n`
}

function sectionText(section: Section): string {
  const { title, intro, rows, folder } = section
  const lines = folder ? entries(section, folder) : table(rows)
  return ['', `## ${title}`, '', intro, '', ...lines].join('\n')
}

function table(rows: Section['rows']): string[] {
  const lines = Object.entries(rows).map(
    ([name, { doc }]) => `| \`${name}\` | ${doc.replaceAll('|', '\\|')} |`,
  )
  return ['| name | what it is |', '|---|---|', ...lines]
}

function entries({ rows, family, factories = {} }: Section, folder: string): string[] {
  const comments = docComments(folder)
  return Object.entries(rows).flatMap(([kind, { doc }]) => {
    const factory = factories[kind] ?? kind
    const comment = comments.get(factory)
    if (!comment) throw new Error(`${factory} in src/${folder} has no doc comment`)
    const settings = family ? settingsOf(family, kind) : []
    return [
      `### ${factory}`,
      '',
      `\`${doc}\``,
      '',
      ...paragraphs(comment).flatMap(line => [line, '']),
      ...(settings.length > 0 ? [`Settings: ${settings.join(', ')}.`, ''] : []),
    ]
  })
}

/** The settings of a kind, each with its default: those without one first. */
function settingsOf(family: keyof typeof families, kind: string): string[] {
  const required = requiredSettings[kind] ?? {}
  const { kind: _, ...defaults } = families[family]![kind]!(required)
  const given = Object.entries(defaults).filter(([name]) => !(name in required))
  const optional = Object.keys(optionalSettings[kind] ?? {}).filter(name => !(name in defaults))
  return [
    ...Object.keys(required).map(name => `\`${name}\``),
    ...given.map(([name, value]) => `\`${name}\` (${show(value)})`),
    ...optional.map(name => `\`${name}\` (none)`),
  ]
}

/** A default as people write it: a description by its factory. */
function show(value: unknown): string {
  if (typeof value === 'object' && value !== null && 'kind' in value) return `\`${value.kind}()\``
  return `\`${JSON.stringify(value)}\``
}
