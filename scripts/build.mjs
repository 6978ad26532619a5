// Writes dist/: the sources as JavaScript with their type declarations.
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { root, runTool } from './tool.mjs'

rmSync(join(root, 'dist'), { recursive: true, force: true })
process.exitCode = await runTool('tsc', ['-p', 'tsconfig.build.json'])
