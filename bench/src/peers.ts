import { spawnSync } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'

/** A command line that serves the protocol of contestant.ts. */
export interface CommandLine {
  readonly command: string
  readonly args: readonly string[]
  /** Another way to train, in the process of our own contestant: processes differ by some percent. */
  readonly way?: string
}

const pathOf = (file: string) => fileURLToPath(new URL(file, import.meta.url))

const node = (file: string, ...args: string[]): CommandLine => ({
  command: process.execPath,
  args: [pathOf(file), ...args],
})

let python: string | undefined

/** The first python3 that can import torch; any python3 says itself that it cannot. */
function pythonWithTorch(): string {
  const canImport = (command: string) => spawnSync(command, ['-c', 'import torch']).status === 0
  python ??= ['python3', '/usr/bin/python3'].find(canImport) ?? 'python3'
  return python
}

const pytorch = (threads: number, ...args: string[]): CommandLine => ({
  command: pythonWithTorch(),
  args: [pathOf('peers/pytorch.py'), String(threads), ...args],
})

const threadCounts = [...new Set([1, 2, availableParallelism()])]

/** The command line of our own contestant. */
export const ours: CommandLine = node('ours.ts')

/** Several seeds of ours without a common graph: one after the other, or on one core each. */
const ourSeeds = (way: string) => [node('ours.ts', way)]

/** One row per peer: the ways to run it, of which the fastest counts. */
export const peers: Readonly<Record<string, () => readonly CommandLine[]>> = {
  'without-inspect': () => [{ ...ours, way: 'without-inspect' }],
  'one-by-one': () => ourSeeds('one-by-one'),
  'side-by-side': () => ourSeeds('side-by-side'),
  'tfjs-wasm': () => [node('peers/tfjs.mjs', 'wasm')],
  'tfjs-cpu': () => [node('peers/tfjs.mjs', 'cpu')],
  'jax-js': () => [node('peers/jax.mjs')],
  convnetjs: () => [node('peers/convnetjs.mjs')],
  'brain.js': () => [node('peers/brain.mjs')],
  pytorch: () => threadCounts.map(threads => pytorch(threads)),
  // Not a training step: only its matrix products, the speed of light of the machine.
  'pytorch-matmul': () => threadCounts.map(threads => pytorch(threads, 'matmul')),
}
