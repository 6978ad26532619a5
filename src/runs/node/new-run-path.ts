import { access } from 'node:fs/promises'
import { join } from 'node:path'

/**
 * A path in the folder that nothing stands at yet: `mnist-20260131-235959`, in local time, with `-2`
 * and so on where that is taken. Characters that file names do without become `-`.
 */
export async function newRunPath(
  parent: string,
  name: string,
  now: Date = new Date(),
): Promise<string> {
  const slug = name.replace(/[^\p{L}\p{N}._-]+/gu, '-').replace(/^[.-]+|[.-]+$/g, '') || 'run'
  const path = join(parent, `${slug}-${stamp(now)}`)
  for (let copy = 1; ; copy++) {
    const candidate = copy === 1 ? path : `${path}-${copy}`
    if (!(await exists(candidate))) return candidate
  }
}

function stamp(now: Date): string {
  const day = [now.getFullYear(), now.getMonth() + 1, now.getDate()]
  const time = [now.getHours(), now.getMinutes(), now.getSeconds()]
  return [day, time].map(part => part.map(n => String(n).padStart(2, '0')).join('')).join('-')
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}
