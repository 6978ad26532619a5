import { execFileSync } from 'node:child_process'

/** Where foreign readers are looked for; set PYTHON to use another interpreter. */
const interpreters = process.env.PYTHON ? [process.env.PYTHON] : ['python3', '/usr/bin/python3']

/** A Python that has a module, or why there is none. */
export interface Python {
  readonly missing?: string
  /** What a script prints, parsed as JSON. */
  readonly run: (script: string, ...args: string[]) => unknown
}

/** The first interpreter that has a module. */
export function pythonWith(module: string): Python {
  const found = interpreters.find(interpreter => hasModule(interpreter, module))
  if (found) return { run: (script, ...args) => JSON.parse(output(found, script, args)) }
  const missing = `${interpreters.join(' and ')} cannot import ${module}`
  return {
    missing,
    run() {
      throw new Error(missing)
    },
  }
}

function hasModule(interpreter: string, module: string): boolean {
  // Looked for, not imported: importing PyTorch takes seconds.
  const find = 'import sys, importlib.util as u; sys.exit(u.find_spec(sys.argv[1]) is None)'
  try {
    output(interpreter, find, [module])
    return true
  } catch {
    return false
  }
}

function output(interpreter: string, script: string, args: readonly string[]): string {
  const stdio = ['ignore', 'pipe', 'pipe'] as const
  return execFileSync(interpreter, ['-c', script, ...args], {
    encoding: 'utf8',
    stdio: [...stdio],
  })
}
