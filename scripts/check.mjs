// npm run check [-- types|style]: types, format and lint. npm run format: fixes what can be fixed.
import { runTool } from './tool.mjs'

const checks = {
  types: () => runTool('tsc', ['-p', '.']),
  style: () => runTool('biome', ['check', '--error-on-warnings']),
  '--write': () => runTool('biome', ['check', '--write']),
}

const wanted = process.argv.slice(2)
for (const name of wanted.length > 0 ? wanted : ['types', 'style']) {
  process.exitCode ||= await checks[name]()
}
