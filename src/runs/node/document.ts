import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { decodeJson, encodeJson, RunError } from '../../base/index.ts'
import { writeFileAtomically } from './write-file.ts'

/** What the JSON files of a run directory say they are. */
export type DocumentFormat = 'justright-run' | 'justright-result' | 'justright-failure'

/** The version of all files that this Justright writes and reads. */
export const formatVersion = 1

/** Writes a JSON file that says what it is and in which version. */
export async function writeDocument(
  path: string,
  format: DocumentFormat,
  content: object,
): Promise<void> {
  const text = encodeJson({ format, version: formatVersion, ...content }, 2)
  await writeFileAtomically(path, `${text}\n`)
}

/**
 * The content of a JSON file, or undefined when there is none.
 * Throws RunError when the file cannot be read, is cut or damaged, is something else, is of another
 * version, or lacks one of the fields or has it in another type.
 */
export async function readDocument(
  path: string,
  format: DocumentFormat,
  fields: Readonly<Record<string, 'string' | 'number' | 'object'>>,
): Promise<Readonly<Record<string, unknown>> | undefined> {
  const value = await readJson(path, `a whole ${basename(path)}`)
  if (value === undefined) return undefined
  const { format: found, version, ...content } = isRecord(value) ? value : {}
  if (found !== format)
    throw damaged(path, `a JSON object whose format is "${format}"`, excerpt(found ?? value))
  if (version !== formatVersion)
    throw new RunError({
      who: path,
      expected: `${format} version ${formatVersion}`,
      received: `version ${excerpt(version)}`,
      hint: 'Read it with the Justright that wrote it',
    })
  for (const [name, type] of Object.entries(fields)) {
    const item = content[name]
    const received = item === null ? 'null' : typeof item
    if (received !== type) throw damaged(path, `"${name}" as ${type}`, received)
  }
  return content
}

async function readJson(path: string, expected: string): Promise<unknown> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException
    if (code === 'ENOENT') return undefined
    throw new RunError({ who: path, expected: 'a file that can be read', received: message, cause })
  }
  try {
    return decodeJson(text)
  } catch (cause) {
    const { message } = cause as Error
    throw damaged(path, expected, `${text.length} characters that are no JSON (${message})`, cause)
  }
}

function damaged(path: string, expected: string, received: string, cause?: unknown): RunError {
  return new RunError({
    who: path,
    expected,
    received,
    hint: 'The file was cut or changed: put a copy of it back, or start the run again in another directory',
    ...(cause === undefined ? {} : { cause }),
  })
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function excerpt(value: unknown): string {
  return (JSON.stringify(value) ?? 'none').slice(0, 60)
}
