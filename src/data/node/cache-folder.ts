import { homedir } from 'node:os'
import { join } from 'node:path'

/**
 * The folder for what was downloaded or decoded: `JUSTRIGHT_CACHE`, else `justright` in `XDG_CACHE_HOME`,
 * else in `~/.cache`. Everything in it can be deleted at any time.
 * Source: XDG Base Directory Specification 0.8.
 */
export function cacheFolder(environment: NodeJS.ProcessEnv = process.env): string {
  const { JUSTRIGHT_CACHE, XDG_CACHE_HOME } = environment
  return JUSTRIGHT_CACHE || join(XDG_CACHE_HOME || join(homedir(), '.cache'), 'justright')
}
