import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { Command, Measured, Ready, Unavailable } from './contestant.ts'
import type { CommandLine } from './peers.ts'

/** A contestant in a process of its own, which works only while it is asked. */
export interface Child {
  /** Sends a command and waits for its answer; a process that dies or hangs is unavailable. */
  ask(command: Command): Promise<Ready | Measured | Unavailable>
  /** Ends the process. */
  stop(): void
}

/** Starts a contestant; an answer may take `timeoutMs`. */
export function startChild({ command, args }: CommandLine, timeoutMs = 300_000): Child {
  const child = spawn(command, args, { stdio: 'pipe' })
  let complaints = ''
  let settle: ((answer: Ready | Measured | Unavailable) => void) | undefined
  let ended: Unavailable | undefined
  const end = (unavailable: string) => {
    ended ??= { unavailable }
    settle?.(ended)
  }
  child.stderr.on('data', text => {
    complaints = `${complaints}${text}`.slice(-2000)
  })
  // A process that has ended cannot be written to; `close` reports why it ended.
  child.stdin.on('error', () => {})
  child.on('error', error => end(error.message))
  child.on('close', code => end(`ended with code ${code}: ${lastLine(complaints)}`))
  createInterface({ input: child.stdout }).on('line', line => {
    // Anything else is a library talking to itself.
    if (line.startsWith('{')) settle?.(JSON.parse(line))
  })

  return {
    async ask(question) {
      if (ended) return ended
      const answer = new Promise<Ready | Measured | Unavailable>(resolve => {
        settle = resolve
      })
      const timer = setTimeout(() => {
        end(`no answer to ${question.cmd} within ${timeoutMs / 1000} s`)
        child.kill()
      }, timeoutMs)
      child.stdin.write(`${JSON.stringify(question)}\n`)
      return answer.finally(() => clearTimeout(timer))
    },
    stop() {
      if (!ended) child.stdin.end(`${JSON.stringify({ cmd: 'exit' })}\n`)
    },
  }
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) || 'no message'
}
