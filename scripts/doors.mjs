// Points the exports in package.json at the sources or at dist: see docs/decisions/0002-sources-and-dist.md.
//
//   node scripts/doors.mjs src|dist
import { readFileSync, writeFileSync } from 'node:fs'

const targets = {
  src: text => text.replace(/"\.\/dist\/(.+)\.js"/g, '"./src/$1.ts"'),
  dist: text => text.replace(/"\.\/src\/(.+)\.ts"/g, '"./dist/$1.js"'),
}

const manifest = new URL('../package.json', import.meta.url)
const text = readFileSync(manifest, 'utf8')
writeFileSync(manifest, targets[process.argv[2]](text))
