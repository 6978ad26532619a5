import { families, optionalSettings, requiredSettings } from '../../src/cli/kinds.ts'
import type { Settings } from '../../src/cli/make.ts'
import { factoriesIn, paragraphs } from './factories.ts'
import { type Section, sections } from './sections.ts'

const head = `# Catalogue

Everything there is, with its formula. Generated from the tables of the code by \`npm run catalogue\`; a test holds it
to them. Shape letters: \`B\` batch, \`T\` time, \`H W\` image, \`C\` channels, \`D\` features, \`K\` classes.
\`{ … }\` in a call stands for the settings that are not named before it.
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
  const { title, intro, folder } = section
  const lines = folder ? entries(section, folder) : table(section)
  return ['', `## ${title}`, '', intro, '', ...lines].join('\n').trimEnd()
}

function table({ rows, columns = {} }: Section): string[] {
  const names = Object.keys(columns)
  const lines = Object.entries(rows).map(([name, row]) => {
    const more = names.map(column => columns[column]!(name))
    const cells = [`\`${name}\``, row.doc, ...more]
    return `| ${cells.map(cell => cell.replaceAll('|', '\\|')).join(' | ')} |`
  })
  const heading = ['name', 'what it is', ...names]
  return [`| ${heading.join(' | ')} |`, `|${'---|'.repeat(heading.length)}`, ...lines]
}

function entries(section: Section, folder: string): string[] {
  const { rows, families: own = [], factories = {}, prefix = '' } = section
  const known = factoriesIn(folder)
  return Object.entries(rows).flatMap(([kind, { doc }]) => {
    const { name = kind, source = name, hasSettings = true } = factories[kind] ?? {}
    const factory = known.get(source)
    if (!factory) throw new Error(`${source} in src/${folder} has no doc comment`)
    const call = `${prefix}${name}(${factory.parameters})`
    const family = own.find(one => kind in families[one]!)
    const settings = family && hasSettings ? settingsOf(family, kind) : []
    return [
      `### ${name}`,
      '',
      `    ${call}`,
      '',
      ...(doc === '' ? [] : [`\`${doc}\``, '']),
      ...paragraphs(factory.comment).flatMap(line => [line, '']),
      ...(settings.length > 0 ? [`Settings: ${settings.join(', ')}.`, ''] : []),
    ]
  })
}

/** The settings of a kind, each with its default: those without one first. */
function settingsOf(family: keyof typeof families, kind: string): string[] {
  const required = requiredSettings[kind] ?? {}
  const make = families[family]![kind]!
  const [defaults, others] = [make(required), make(mapNumbers(required, x => x + 1))]
  const names = Object.keys(defaults).filter(name => name !== 'kind')
  const optional = Object.keys(optionalSettings[kind] ?? {}).filter(name => !(name in defaults))
  return [
    ...names.filter(name => name in required).map(name => `\`${name}\``),
    ...names
      .filter(name => !(name in required))
      .map(name => {
        const isFixed = JSON.stringify(defaults[name]) === JSON.stringify(others[name])
        return `\`${name}\` (${isFixed ? show(defaults[name]) : follows(required, defaults[name])})`
      }),
    ...optional.map(name => `\`${name}\` (none)`),
  ]
}

function mapNumbers(settings: Settings, change: (x: number) => number): Settings {
  return Object.fromEntries(
    Object.entries(settings).map(([name, value]) => [
      name,
      typeof value === 'number' ? change(value) : value,
    ]),
  )
}

/** A default that is not the same for every required setting. */
function follows(required: Settings, value: unknown): string {
  const same = Object.keys(required).find(name => required[name] === value)
  return same ? `\`${same}\`` : `from \`${Object.keys(required).join('`, `')}\``
}

/** A default as people write it: a description by its factory, or with what is not its default. */
function show(value: unknown): string {
  if (typeof value !== 'object' || value === null || !('kind' in value))
    return `\`${JSON.stringify(value)}\``
  const { kind, ...settings } = value as Settings & { kind: string }
  const make = Object.values(families).find(kinds => kind in kinds)![kind]!
  const usual = make(requiredSettings[kind] ?? {})
  const special = Object.entries(settings).filter(
    ([name, setting]) => JSON.stringify(setting) !== JSON.stringify(usual[name]),
  )
  const given = special.map(([name, setting]) => `${name} ${JSON.stringify(setting)}`)
  return given.length > 0 ? `\`${kind}\` of ${given.join(', ')}` : `\`${kind}()\``
}
