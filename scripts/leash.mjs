// Preloaded into what launch.mjs starts: a child in a group of its own must not outlive its parent.
import { isMainThread } from 'node:worker_threads'

const parent = process.ppid

function endWithParent() {
  if (process.ppid !== parent) process.kill(process.pid, 'SIGTERM')
}

if (isMainThread) setInterval(endWithParent, 1000).unref()
