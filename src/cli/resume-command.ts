import { relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The command that goes on with an interrupted run or comparison, as this call was typed: by npm, npx or node. */
export function resumeCommand(run: string, command: 'run' | 'compare' = 'run'): string {
  const path = quoted(run)
  if (process.env.npm_lifecycle_event === 'start' && command === 'run')
    return `npm start -- --resume ${path}`
  const bin = fileURLToPath(new URL('../../bin/justright.js', import.meta.url))
  if (bin.split(sep).includes('node_modules')) return `npx justright ${command} --resume ${path}`
  return `node ${quoted(relative(process.cwd(), bin))} ${command} --resume ${path}`
}

function quoted(path: string): string {
  return /^[\w./\\:@+-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`
}
