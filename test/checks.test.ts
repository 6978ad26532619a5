import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

const script = fileURLToPath(new URL('../scripts/check.mjs', import.meta.url))

const checks = {
  types: 'the types of all sources hold',
  style: 'format and lint have nothing to say, warnings included',
}

for (const [name, promise] of Object.entries(checks)) {
  test(promise, () => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [script, name])
    assert.equal(status, 0, `${stdout}${stderr}`)
  })
}
