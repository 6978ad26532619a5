import assert from 'node:assert/strict'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { cacheFolder } from './cache-folder.ts'

test('the cache lies where JUSTRIGHT_CACHE says, else in XDG_CACHE_HOME, else in the home folder', () => {
  const [own, shared] = [join('a', 'own'), join('a', 'shared')]
  assert.equal(cacheFolder({ JUSTRIGHT_CACHE: own, XDG_CACHE_HOME: shared }), own)
  assert.equal(cacheFolder({ XDG_CACHE_HOME: shared }), join(shared, 'justright'))
  assert.equal(cacheFolder({ JUSTRIGHT_CACHE: '' }), join(homedir(), '.cache', 'justright'))
})
