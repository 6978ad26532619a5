// Runs one of the project's TypeScript files, and installs first what it needs.
//
//   node scripts/bootstrap.mjs [--also FOLDER] FILE [ARGUMENT …]
//
// Plain JavaScript for Node 20 and later: the sources want a newer Node, and the install brings one.
import { dirname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { install } from './install.mjs'
import { launch } from './launch.mjs'

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..')
const leash = new URL('./leash.mjs', import.meta.url).href

/**
 * Runs `file`, a path from the root of the repository, under the project's own Node.
 * Resolves to its exit code. `also` names a second folder with a package-lock.json that the file needs.
 */
export async function bootstrap(file, args, also) {
  const node = await install(root)
  if (also) await install(resolve(root, also))
  const options = process.platform === 'win32' ? [] : [`--import=${leash}`]
  return launch(node, [...options, resolve(root, file), ...args])
}

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const given = process.argv.slice(2)
  const also = given[0] === '--also' ? given.splice(0, 2)[1] : undefined
  const [file, ...args] = given
  process.exitCode = await bootstrap(file, args, also)
}
