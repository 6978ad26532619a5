// Writes dist/: the sources as JavaScript with their type declarations, and the lessons without their types.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { join } from 'node:path'
import { root, runTool } from './tool.mjs'

rmSync(join(root, 'dist'), { recursive: true, force: true })
process.exitCode = await runTool('tsc', ['-p', 'tsconfig.build.json'])

const lessons = join(root, 'examples', 'lessons')
const built = join(root, 'dist', 'examples', 'lessons')
mkdirSync(built, { recursive: true })
for (const file of readdirSync(lessons).filter(name => name.endsWith('.ts'))) {
  const code = stripTypeScriptTypes(readFileSync(join(lessons, file), 'utf8'))
  writeFileSync(
    join(built, file.replace(/\.ts$/, '.js')),
    code.replace(/(from '\.\/[^']+)\.ts'/g, "$1.js'"),
  )
}
