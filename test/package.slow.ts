import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { cpSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, delimiter, dirname, join } from 'node:path'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const work = mkdtempSync(join(tmpdir(), 'justright-package-'))
const doors = ['justright', 'justright/lessons', 'justright/ops', 'justright/node']
const inSrc = (path: string): boolean => path.startsWith(join(root, 'src'))
let tarball = ''

before(() => {
  tarball = pack()
})
after(() => rmSync(work, { recursive: true, force: true }))

test('the package holds the built sources and the command, and no tests', () => {
  const listed = run(work, 'tar', ['-tzf', tarball]).trim().split('\n')
  for (const path of [
    'bin/justright.js',
    'dist/index.js',
    'dist/index.d.ts',
    'LICENSE',
    'README.md',
  ])
    assert.ok(listed.includes(`package/${path}`), `${path} is missing among\n${listed.join('\n')}`)
  const surplus = listed.filter(path => /\.test\.|package\/(src|test|scripts)\//.test(path))
  assert.deepEqual(surplus, [])
})

test('an installed package opens all its doors, with types, and its command runs', () => {
  const folder = installed('plain', [])
  opensDoors(folder)
  writeFileSync(
    join(folder, 'use.ts'),
    doors.map((door, i) => `export * as door${i} from '${door}'\n`).join(''),
  )
  const types = join(root, 'node_modules', '@types')
  const options = ['--strict', '--module', 'nodenext', '--target', 'es2024', '--typeRoots', types]
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc')
  run(folder, process.execPath, [tsc, '--noEmit', '--types', 'node', ...options, 'use.ts'])
  run(folder, 'npx', ['--no-install', 'justright', 'doctor-install'])
  const told = run(folder, 'npx', ['--no-install', 'justright', 'lesson', 'xor-one-unit', '--json'])
  assert.match(told.trim().split('\n').at(-1)!, /"verdict":"holds"/)
})

test('where ONNX Runtime has no native build the package installs and runs all the same', () => {
  const folder = installed('no-native', ['--os=freebsd'])
  assert.ok(!readdirSync(join(folder, 'node_modules')).includes('onnxruntime-node'))
  opensDoors(folder)
  run(folder, 'npx', ['--no-install', 'justright', 'doctor-install'])
})

// In a copy: packing points the exports of package.json at dist for as long as it takes.
function pack(): string {
  const copy = join(work, 'copy')
  const left = new Set(['node_modules', '.git', 'dist', 'runs'])
  cpSync(root, copy, { recursive: true, filter: path => !left.has(basename(path)) || inSrc(path) })
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'))
  run(copy, 'npm', ['pack', '--pack-destination', work])
  const packed = readdirSync(work).find(name => name.endsWith('.tgz'))
  return join(work, packed ?? 'none')
}

function installed(name: string, options: readonly string[]): string {
  const folder = mkdtempSync(join(work, `${name}-`))
  writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }\n')
  run(folder, 'npm', ['install', ...options, '--no-audit', '--no-fund', tarball])
  return folder
}

function opensDoors(folder: string): void {
  for (const door of doors) {
    const count = `console.log(Object.keys(await import('${door}')).length)`
    const printed = run(folder, process.execPath, ['--input-type=module', '--eval', count])
    assert.ok(Number(printed) > 0, `${door} exports ${printed}`)
  }
}

// With this Node first on the path: the one that npm and npx start.
function run(cwd: string, command: string, args: readonly string[]): string {
  const PATH = `${dirname(process.execPath)}${delimiter}${process.env.PATH}`
  const env = { ...process.env, PATH, npm_config_loglevel: 'error' }
  try {
    return execFileSync(command, args, { cwd, env, encoding: 'utf8', stdio: 'pipe' })
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string }
    throw new Error(`${command} ${args.join(' ')}\n${stdout}${stderr}`)
  }
}
