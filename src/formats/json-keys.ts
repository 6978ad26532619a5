/**
 * The first key that some object of a valid JSON text holds twice, or undefined. `JSON.parse` keeps
 * the last one without a word.
 */
export function findDuplicateKey(text: string): string | undefined {
  const objects: Set<string>[] = []
  for (let at = 0; at < text.length; at++) {
    const char = text[at]
    if (char === '{') objects.push(new Set())
    else if (char === '}') objects.pop()
    else if (char === '"') {
      const end = stringEnd(text, at)
      if (isKey(text, end)) {
        const key: string = JSON.parse(text.slice(at, end))
        if (objects.at(-1)!.has(key)) return key
        objects.at(-1)!.add(key)
      }
      at = end - 1
    }
  }
  return undefined
}

function stringEnd(text: string, start: number): number {
  let at = start + 1
  while (text[at] !== '"') at += text[at] === '\\' ? 2 : 1
  return at + 1
}

/** In valid JSON a colon after a string makes it a key. */
function isKey(text: string, end: number): boolean {
  let at = end
  while (text[at] === ' ' || text[at] === '\n' || text[at] === '\r' || text[at] === '\t') at++
  return text[at] === ':'
}
