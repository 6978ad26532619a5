// One process at a time, by a folder that only one can make; whoever dies leaves it to go stale.
import { mkdirSync, renameSync, rmSync, statSync, utimesSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'

const beatMs = 2_000
const staleMs = 15_000

/** Runs `work` while holding the lock at `path`; waits while another process holds it. */
export async function withLock(path, work) {
  await acquire(path)
  const release = () => rmSync(path, { recursive: true, force: true })
  const beat = setInterval(() => touch(path), beatMs)
  process.once('exit', release)
  try {
    return await work()
  } finally {
    clearInterval(beat)
    process.off('exit', release)
    release()
  }
}

async function acquire(path) {
  for (let isTold = false; !make(path); await pause(200)) {
    if (ageMs(path) > staleMs) dropStale(path)
    else if (!isTold) process.stderr.write('Another process is installing; waiting for it …\n')
    isTold = true
  }
}

function make(path) {
  try {
    mkdirSync(path)
    return true
  } catch (error) {
    if (error.code === 'EEXIST') return false
    throw error
  }
}

// Renaming is atomic: of several processes that find the lock stale, one drops it. Should it have been
// renewed since we looked, it goes back.
function dropStale(path) {
  const aside = `${path}.${process.pid}`
  try {
    renameSync(path, aside)
    if (ageMs(aside) > staleMs) rmSync(aside, { recursive: true, force: true })
    else renameSync(aside, path)
  } catch {
    // Another process was faster.
  }
}

function ageMs(path) {
  return Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Date.now())
}

function touch(path) {
  try {
    utimesSync(path, new Date(), new Date())
  } catch {
    // Somebody removed the lock by hand: theirs to answer for.
  }
}
