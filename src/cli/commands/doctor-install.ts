import { availableParallelism } from 'node:os'
import { version } from '../../base/index.ts'
import { type EngineReport, reportEngines } from '../../engine/index.ts'
import { type Call, type CommandRow, exitCodes } from '../command.ts'

/** Tells which engines and devices work here and why others do not. */
export const doctorInstallCommand: CommandRow = {
  doc: 'Tells which engines and devices work here, and why others do not',
  options: ['help'],
  run: async ({ output }: Call) => {
    output.print(`justright ${version}`)
    output.print(
      `node ${process.versions.node} on ${process.platform} ${process.arch}, ${availableParallelism()} threads`,
    )
    const reports = await reportEngines()
    for (const report of reports) output.print(lineOf(report))
    // The reference engine always works, and is too slow to train with.
    const fit = reports.filter(
      ({ name, device, engine }) => engine && !device && name !== 'reference',
    )
    output.print(
      fit.length > 0
        ? `Training works here: ${enginesOf(fit)}.`
        : 'Training does not work here: reinstall with "npm install justright", then ask again.',
    )
    return fit.length > 0 ? exitCodes.done : exitCodes.failed
  },
}

function enginesOf(fit: readonly EngineReport[]): string {
  const [{ name: first }, ...others] = fit as [EngineReport, ...EngineReport[]]
  const isSplit = others.some(({ name }) => name === 'js')
  return isSplit ? `large programs with the ${first} engine, small ones with js` : `with ${first}`
}

function lineOf({ name, device, needs, engine, problem }: EngineReport): string {
  const what = device ? `${name} on ${device}` : name
  if (engine) return `${what}: works, ${engine.description}`
  return `${what}: does not work, ${problem}${needs ? `. ${needs}` : ''}`
}
