#!/usr/bin/env node
// The command line: the built one of an installed package, or the sources of a clone.
import { existsSync } from 'node:fs'

const clone = new URL('../scripts/bootstrap.mjs', import.meta.url)
const built = new URL('../dist/cli/main.js', import.meta.url)
const [major, minor] = process.versions.node.split('.').map(Number)

if (existsSync(clone)) {
  const { bootstrap } = await import(clone.href)
  process.exitCode = await bootstrap('src/cli/main.ts', process.argv.slice(2))
} else if (major > 22 || (major === 22 && minor >= 18)) {
  await import(built.href)
} else {
  console.error(`justright: expected Node 22.18 or later, received ${process.versions.node}.`)
  process.exitCode = 1
}
