// Brings a folder's node_modules in line with its package-lock.json, and with it a Node that runs TypeScript.
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { basename, join } from 'node:path'
import { launch } from './launch.mjs'
import { withLock } from './lock.mjs'

const isWindows = process.platform === 'win32'
const oldestNode = [22, 18]

/** Installs what `folder` lacks, if anything; resolves to the path of the Node to run. Exits with a sentence on failure. */
export async function install(folder) {
  if (!isInstalled(folder)) {
    await withLock(join(folder, '.install-lock'), async () => {
      if (!isInstalled(folder)) await installAll(folder)
    })
  }
  return nodeIn(folder) ?? process.execPath
}

/** Tells whether the packages in node_modules are those of the lock file, and the folder's Node is there. */
function isInstalled(folder) {
  const wanted = packagesOf(join(folder, 'package-lock.json'))
  const found = packagesOf(join(folder, 'node_modules', '.package-lock.json'))
  if (!found) return false
  const isThere = ([path, entry]) =>
    path === '' || (found[path] ? found[path].version === entry.version : isOptional(entry))
  const hasNode = () => !!nodeIn(folder) || isNewEnough(process.versions.node)
  return Object.entries(wanted).every(isThere) && (!wantsNode(wanted) || hasNode())
}

const wantsNode = packages => 'node_modules/node' in packages
const isOptional = entry => Boolean(entry.optional || entry.devOptional || entry.peer)

// npm writes .package-lock.json last, so an install that was cut short has none.
function packagesOf(lockFile) {
  try {
    return JSON.parse(readFileSync(lockFile, 'utf8')).packages
  } catch {
    return undefined
  }
}

async function installAll(folder) {
  const startMs = performance.now()
  say(
    `Installing what ${basename(folder)} needs (first use, or its package-lock.json has changed) …`,
  )
  // No install scripts: ONNX Runtime's would fetch GPU libraries; Node's own is run below.
  await npm(folder, ['ci', '--ignore-scripts', '--include=dev', '--include=optional'])
  if (wantsNode(packagesOf(join(folder, 'package-lock.json')))) await installNode(folder)
  linkCommand(folder)
  say(`Installed in ${((performance.now() - startMs) / 1000).toFixed(0)} s.`)
}

async function npm(folder, args) {
  const { npm_execpath: script } = process.env
  const isNpm = script && /npm-cli\.c?js$/.test(script)
  const code = isNpm
    ? await launch(process.execPath, [script, ...args], settings(folder))
    : await launch('npm', args, { ...settings(folder), shell: isWindows })
  if (code !== 0) fail(code, `npm ${args[0]} failed in ${folder}: see its message above.`)
}

// Standard output belongs to the command that runs afterwards. The running Node may be older than the
// sources want, which npm need not say: the install brings a newer one.
function settings(cwd) {
  const env = {
    ...process.env,
    npm_config_loglevel: 'error',
    ONNXRUNTIME_NODE_INSTALL: 'skip',
  }
  return { cwd, env, stdio: ['inherit', 2, 2] }
}

async function installNode(folder) {
  if (!nodeIn(folder)) {
    const home = join(folder, 'node_modules', 'node')
    const code = await launch(process.execPath, ['installArchSpecificPackage.js'], settings(home))
    if (code > 128) process.exit(code)
  }
  if (!nodeIn(folder) && !isNewEnough(process.versions.node))
    fail(1, `There is no Node ${oldestNode.join('.')} for this machine in the package registry.`)
}

/** The path of the Node among the folder's packages; undefined without one, or when it is too old. */
function nodeIn(folder) {
  const home = join(folder, 'node_modules', 'node')
  const binary = join(home, 'bin', isWindows ? 'node.exe' : 'node')
  if (!existsSync(binary)) return undefined
  const { version } = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8'))
  return isNewEnough(version) ? binary : undefined
}

function isNewEnough(version) {
  const [major, minor] = version.split('.').map(Number)
  return major > oldestNode[0] || (major === oldestNode[0] && minor >= oldestNode[1])
}

// `npx` looks here for the project's own command, as it would for an installed package's.
function linkCommand(folder) {
  if (isWindows || !existsSync(join(folder, 'bin', 'justright.js'))) return
  const links = { justright: '../../bin/justright.js', node: '../node/bin/node' }
  const bin = join(folder, 'node_modules', '.bin')
  mkdirSync(bin, { recursive: true })
  for (const [name, target] of Object.entries(links)) {
    rmSync(join(bin, name), { force: true })
    symlinkSync(target, join(bin, name))
  }
}

function say(sentence) {
  process.stderr.write(`${sentence}\n`)
}

function fail(code, sentence) {
  say(
    code > 128
      ? 'Stopped during the install; the next start takes it up again.'
      : `${sentence} The install needs the package registry: check the network, and run the same command again.`,
  )
  process.exit(code)
}
