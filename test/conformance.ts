// npm run conformance -- [FOLDER | FILE]: every golden case that the project knows, by default ours.
//
// A case passes when it holds in float64 on the reference engine and in float32 on the fastest engine
// that works here, each within the tolerance of its file. The last line counts; a failure is exit code 1.
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chooseBenches } from './conformance/benches.ts'
import { formatReport, runFolder } from './conformance/report.ts'

const ours = fileURLToPath(new URL('goldens', import.meta.url))
const given = process.argv[2]
// npm starts scripts in the root of the repository, and says where it was called.
const folder = given === undefined ? ours : resolve(process.env.INIT_CWD ?? '.', given)

const benches = await chooseBenches()
for (const { dtype, engine } of benches)
  console.log(`${dtype} on ${engine.name}: ${engine.description}`)
const report = await runFolder(folder, benches)
console.log(formatReport(report))
process.exitCode = report.failed.length > 0 ? 1 : 0
