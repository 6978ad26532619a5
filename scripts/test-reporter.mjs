// A reporter for node --test: a line per file, failures in full, and the count of tests on the last line.
import { relative } from 'node:path'
import { inspect } from 'node:util'

/** Turns the events of a test run into the lines of the report. */
export default async function* report(events) {
  const files = new Map()
  const fileOf = path => {
    if (!files.has(path)) files.set(path, newFile(path))
    return files.get(path)
  }
  for await (const { type, data } of events) {
    // Tests that a shared suite defines belong to the file that was run.
    const path = data.entryFile ?? data.file
    const file = path && fileOf(path)
    if (type === 'test:pass' || type === 'test:fail') addResult(file, type === 'test:fail', data)
    else if (type === 'test:stdout' || type === 'test:stderr') file.output += data.message
    else if (type === 'test:summary' && file) yield fileLine(file, data.duration_ms)
    // A file that did not load, or was ended from outside, has no summary of its own.
    if (isWholeFile(data) && type === 'test:fail') yield fileLine(file, data.details.duration_ms)
  }
  yield* ending([...files.values()])
}

const fromHere = path => relative(process.cwd(), path)

const newFile = path => ({
  path: fromHere(path),
  count: { passed: 0, failed: 0, skipped: 0 },
  failures: [],
  output: '',
  hasInner: [],
})

const isWholeFile = data => data.name !== undefined && data.name === data.file

function addResult(file, isFailure, data) {
  const error = data.details.error
  const isLeaf = data.details.type !== 'suite' && !file.hasInner[data.nesting + 1]
  file.hasInner.length = data.nesting + 1
  file.hasInner[data.nesting] = true
  if (isFailure && (isLeaf || error?.failureType !== 'subtestsFailed')) {
    file.count.failed++
    file.failures.push({ ...data, error })
  } else if (isLeaf && !isFailure) {
    if (isWholeFile(data)) {
      // Node lets a file without tests pass.
      process.exitCode = 1
      file.count.failed++
      file.failures.push({ ...data, error: 'the file has no tests' })
    } else if (data.skip !== undefined || data.todo !== undefined) file.count.skipped++
    else file.count.passed++
  }
}

function fileLine({ path, count }, durationMs) {
  const extra = ['failed', 'skipped'].filter(name => count[name]).map(n => `, ${count[n]} ${n}`)
  const seconds = `${(durationMs / 1000).toFixed(2)} s`.padStart(9)
  return `${count.failed ? 'FAIL' : ' ok '} ${seconds}  ${path}  ${count.passed} passed${extra.join('')}\n`
}

function* ending(files) {
  for (const { path, failures, output } of files) {
    for (const { name, file, line, error } of failures)
      yield `\n✗ ${name}  (${fromHere(file)}:${line})\n${indent(textOf(error))}\n`
    if (failures.length > 0 && output) yield `\n  printed by ${path}:\n${indent(output)}\n`
  }
  const total = outcome => files.reduce((sum, { count }) => sum + count[outcome], 0)
  const counts = ['passed', 'failed', 'skipped'].map(outcome => `${total(outcome)} ${outcome}`)
  yield `\n${counts.join(', ')}\n`
}

// The runner wraps what a test threw: its stack is the reader's, without the runner's own lines.
function textOf(error) {
  const thrown = error?.failureType ? (error.cause ?? error) : error
  if (!(thrown instanceof Error)) return typeof thrown === 'string' ? thrown : inspect(thrown)
  const lines = thrown.stack.split('\n').filter(line => !isInternal(line))
  return lines.join('\n') + (thrown.cause ? `\ncaused by ${textOf(thrown.cause)}` : '')
}

const isInternal = line => /^\s+at .*\(?node:/.test(line)

const indent = text => text.trimEnd().replace(/^/gm, '  ')
