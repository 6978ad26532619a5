import assert from 'node:assert/strict'
import { posix } from 'node:path'
import { test } from 'node:test'
import { undocumentedNames } from './house/doc-comments.ts'
import { findCycles, loadedAtOnce } from './house/loading.ts'
import { repositoryFiles, type SourceFile } from './house/sources.ts'

/** The folders of src from the lowest rank to the highest; the formats raise errors of base. */
const order = [
  ['base'],
  ['formats', 'stats'],
  ['ir', 'charts'],
  ['ops', 'grad', 'rewrite', 'onnx', 'init'],
  ['nn', 'optim', 'inspect', 'engine', 'data', 'runs'],
  ['pretrain', 'probes'],
  ['train', 'presets'],
  ['ensemble', 'sweep'],
  ['recipes', 'lessons', 'doctor', 'serve'],
  // The doors of the package, without a folder: src/index.ts, src/ops.ts, src/node.ts.
  [''],
  ['cli'],
]

const mayUseNode =
  /^src\/(engine\/ort\/|runs\/node\/|data\/node\/|sweep\/node\/|serve\/|cli\/|node\.ts$)/

const maxLines = 400
/** Longer files, each with its reason. */
const longFiles: Readonly<Record<string, string>> = {}

const files = repositoryFiles()
const isTest = ({ path }: SourceFile): boolean => path.endsWith('.test.ts')
const sources = files.filter(({ path }) => /^src\/.*\.ts$/.test(path))
const product = sources.filter(file => !isTest(file))
const manifest = JSON.parse(files.find(({ path }) => path === 'package.json')?.text ?? '{}')

const folderOf = (path: string): string => /^src\/([^/]+)\//.exec(path)?.[1] ?? ''
const rankOf = (path: string): number =>
  order.findIndex(folders => folders.includes(folderOf(path)))
const isDoor = (path: string): boolean => /^src\/([^/]+\/(node\/)?index|[^/]+)\.ts$/.test(path)

/** Each rule returns its offenders: one line each, none when the rule holds. */
const rules: Readonly<Record<string, () => readonly string[]>> = {
  'every folder of src has a rank': () =>
    product.filter(({ path }) => rankOf(path) < 0).map(({ path }) => path),

  'a file imports only from its own folder or from one of lower rank': () =>
    outsideImports((from, to) => to.startsWith('src/') && rankOf(to) < rankOf(from)),

  'other folders are entered by their index.ts, or node/index.ts': () =>
    outsideImports((_, to) => isDoor(to)),

  'no run-time cycles': () => findCycles(product),

  'node:* only where the layout says so': () =>
    product
      .filter(({ path }) => !mayUseNode.test(path))
      .flatMap(file => importsOf(file, specifier => specifier.startsWith('node:'))),

  'browsers load every door but node.ts: node:* only where it is loaded lazily': () =>
    loadedAtOnce(
      product.filter(({ path }) => /^src\/(?!node\.ts)[^/]+\.ts$/.test(path)),
      product,
    ).flatMap(({ path, imports }) =>
      imports
        .filter(({ specifier, isStatic }) => isStatic && specifier.startsWith('node:'))
        .map(({ specifier }) => `${path}: '${specifier}'`),
    ),

  'the sources import only packages that an installed Justright has': () =>
    product.flatMap(file => importsOf(file, specifier => !isInstalled(specifier))),

  'index.ts lists names one by one: no export *': () => matches(files, /^export \*/m),

  'every name that an index.ts lists has a doc comment at its definition': () =>
    product
      .filter(({ path }) => posix.basename(path) === 'index.ts')
      .flatMap(door => undocumentedNames(door, files).map(name => `${door.path}: ${name}`)),

  [`no file of src is longer than ${maxLines} lines, but for a named reason`]: () =>
    sources
      .map(({ path, text }) => ({ path, lines: text.split('\n').length - 1 }))
      .filter(({ path, lines }) => lines > maxLines && !(path in longFiles))
      .map(({ path, lines }) => `${path}: ${lines} lines`),

  'a document that is named exists': () =>
    files.flatMap(({ path, text }) =>
      [...text.matchAll(/\bdocs\/[\w/-]+\.md\b|\]\((?!http|#)([\w/.-]+\.md)\)/g)].flatMap(
        ([named, relative]) => {
          const target = relative ? posix.join(posix.dirname(path), relative) : named
          return files.some(file => file.path === target) ? [] : [`${path}: ${target}`]
        },
      ),
    ),

  'decisions have a number each, the same in name and title': () => {
    const decisions = files.filter(({ path }) => path.startsWith('docs/decisions/'))
    const numberOf = (path: string) => Number(/\/(\d+)-/.exec(path)?.[1])
    return decisions
      .filter(({ path, text }, i) => numberOf(path) !== i + 1 || !text.startsWith(`# ${i + 1}. `))
      .map(({ path }) => path)
  },

  'nothing is left for later': () => matches(files, /\b(TO[D]O|FIX[M]E|X[X]X)\b/),

  'no paths of one machine': () =>
    matches(files, /(?<![\w.*@}~-])\/(work|tmp|root|home|Users)\/(?=\w)|file:\/\/\/\w/),

  'no host names of package registries': () =>
    matches(files, /registry[.](npmjs|yarnpkg)|\bpypi[.]org|pythonhosted[.]org|deb[.]debian[.]org/),

  'lock files name no place to fetch from': () =>
    matches(
      files.filter(({ path }) => path.endsWith('package-lock.json')),
      /"resolved"/,
    ),

  'the exports of package.json point at the sources: node scripts/doors.mjs src': () =>
    Object.values<string>(manifest.exports).filter(target => !/^\.\/src\/.*\.ts$/.test(target)),
}

for (const [rule, offenders] of Object.entries(rules)) {
  test(rule, () => {
    const found = offenders()
    assert.equal(found.length, 0, `${rule}\n${found.map(line => `  ${line}`).join('\n')}`)
  })
}

function outsideImports(isAllowed: (from: string, to: string) => boolean): string[] {
  return product.flatMap(file =>
    importsOf(
      file,
      (_, target) =>
        target !== undefined &&
        folderOf(target) !== folderOf(file.path) &&
        !isAllowed(file.path, target),
    ),
  )
}

type Filter = (specifier: string, target: string | undefined) => boolean

function importsOf({ path, imports }: SourceFile, isWanted: Filter): string[] {
  return imports
    .filter(({ specifier, target }) => isWanted(specifier, target))
    .map(({ specifier }) => `${path}: '${specifier}'`)
}

function isInstalled(specifier: string): boolean {
  if (/^(\.|node:)/.test(specifier)) return true
  const name = specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')
  return name in manifest.dependencies || name in manifest.optionalDependencies
}

function matches(where: readonly SourceFile[], pattern: RegExp): string[] {
  return where.flatMap(({ path, text }) => {
    const line = text.split('\n').findIndex(content => pattern.test(content))
    return line < 0 ? [] : [`${path}:${line + 1}: ${text.split('\n')[line]?.trim().slice(0, 100)}`]
  })
}
