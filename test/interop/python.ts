import { execFileSync } from 'node:child_process'

/** The interpreter that foreign readers run in; set PYTHON to use another one. */
const interpreter = process.env.PYTHON ?? 'python3'

/** What a Python script prints, parsed as JSON. */
export function runPython(script: string, ...args: string[]): unknown {
  const stdio = ['ignore', 'pipe', 'pipe'] as const
  return JSON.parse(
    execFileSync(interpreter, ['-c', script, ...args], { encoding: 'utf8', stdio: [...stdio] }),
  )
}

/** Why a Python module cannot be used here, or undefined when it can. */
export function whyWithout(module: string): string | undefined {
  try {
    runPython(`import ${module}; print(1)`)
    return undefined
  } catch {
    return `${interpreter} cannot import ${module}`
  }
}
