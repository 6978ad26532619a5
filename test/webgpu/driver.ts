import { existsSync } from 'node:fs'
import { chooseEngine } from '../../src/engine/index.ts'

/** The software driver that Debian's chromium brings: slow, and enough to test with. */
const softwareDriver = '/usr/lib/chromium/vk_swiftshader_icd.json'

/** Why WebGPU does not work here; false when it does. Without a driver of its own, by software. */
export async function webgpuProblem(): Promise<string | false> {
  if (existsSync(softwareDriver)) {
    process.env.VK_ICD_FILENAMES ??= softwareDriver
    process.env.XDG_RUNTIME_DIR ??= '/tmp'
  }
  try {
    await chooseEngine('native', { device: 'webgpu' })
    return false
  } catch (error) {
    return String(error)
  }
}
