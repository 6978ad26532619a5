// Runs a command as if it were this process: same terminal, same signals, same exit code.
import { spawn } from 'node:child_process'
import { constants } from 'node:os'

// Ctrl-C reaches every process of the terminal's foreground group, and npm then passes it on once more.
// So the child gets a group of its own, and every press reaches it once, through us.
const isGrouped = process.platform !== 'win32'
const samePressMs = 400

/** Resolves to the exit code of the command; 128 + n when signal n ended it. */
export function launch(command, args, options = {}) {
  const child = spawn(command, args, { stdio: 'inherit', detached: isGrouped, ...options })
  const stopListening = isGrouped ? forwardSignals(child) : holdInterrupts()
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) => resolve(code ?? 128 + constants.signals[signal]))
  }).finally(stopListening)
}

function forwardSignals(child) {
  const send = signal => {
    try {
      process.kill(-child.pid, signal)
    } catch {
      // The child has just ended; its exit code is on the way.
    }
  }
  const lastMs = {}
  const sendOnce = signal => {
    const nowMs = performance.now()
    if (nowMs - (lastMs[signal] ?? -Infinity) > samePressMs) send(signal)
    lastMs[signal] = nowMs
  }
  const stopWatching = onOrphaned(() => sendOnce('SIGTERM'))
  const stopListening = listen({
    SIGINT: sendOnce,
    SIGTERM: sendOnce,
    SIGHUP: sendOnce,
    SIGQUIT: sendOnce,
    SIGWINCH: send,
    SIGCONT: send,
    // Ctrl-Z: a group without a terminal ignores SIGTSTP, hence the stronger one for both.
    SIGTSTP: () => {
      send('SIGSTOP')
      process.kill(process.pid, 'SIGSTOP')
    },
  })
  return () => {
    stopWatching()
    stopListening()
  }
}

// SIGTERM to npm ends the shell between npm and us, which does not pass it on.
function onOrphaned(act) {
  const parent = process.ppid
  const watch = setInterval(() => {
    if (process.env.npm_lifecycle_event && process.ppid !== parent) act()
  }, 250)
  return () => clearInterval(watch)
}

// Windows hands Ctrl-C to every process of the console: the child has it, we only wait.
const holdInterrupts = () => listen({ SIGINT: () => {} })

function listen(handlers) {
  for (const [signal, handler] of Object.entries(handlers)) process.on(signal, handler)
  return () => {
    for (const [signal, handler] of Object.entries(handlers)) process.off(signal, handler)
  }
}
