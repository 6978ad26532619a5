// npm test [-- [--slow] [PATTERN …]]: all tests, or those of the files whose path contains a pattern.
// With --slow also those that take a minute: *.slow.ts.
// Types, format and lint are tests too: test/checks.test.ts.
import { globSync } from 'node:fs'
import { join } from 'node:path'
import { root, runNode } from './tool.mjs'

const given = process.argv.slice(2)
const kinds = given.includes('--slow') ? '{test,slow}' : 'test'
const patterns = given.filter(argument => argument !== '--slow')
const files = globSync(`{src,test,bench/src}/**/*.${kinds}.ts`, { cwd: root })
  .map(path => path.replaceAll('\\', '/'))
  .filter(path => patterns.length === 0 || patterns.some(pattern => path.includes(pattern)))
  .sort()

if (files.length === 0) {
  console.error(`No test file has ${patterns.join(' or ')} in its path.`)
  process.exit(1)
}

process.exitCode = await runNode([
  '--test',
  `--test-reporter=${join(root, 'scripts', 'test-reporter.mjs')}`,
  '--test-reporter-destination=stdout',
  ...files,
])
