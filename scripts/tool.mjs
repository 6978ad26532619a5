// The development tools, run from the repository's root under the Node that runs this file.
import { spawn } from 'node:child_process'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The root of the repository. */
export const root = resolve(dirname(fileURLToPath(import.meta.url)), '..')

const tools = {
  tsc: 'typescript/bin/tsc',
  biome: '@biomejs/biome/bin/biome',
}

/** Runs a tool of the table above; resolves to its exit code. */
export const runTool = (name, args) => runNode([join(root, 'node_modules', tools[name]), ...args])

/** Runs Node with these arguments; resolves to its exit code. */
export function runNode(args) {
  const child = spawn(process.execPath, args, { cwd: root, stdio: 'inherit' })
  return new Promise((settle, reject) => {
    child.once('error', reject)
    child.once('close', code => settle(code ?? 1))
  })
}
