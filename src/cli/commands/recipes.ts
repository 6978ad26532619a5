import { recipes } from '../../recipes/index.ts'
import { type Call, type CommandRow, exitCodes } from '../command.ts'
import { formatPercent } from '../format.ts'

/** Lists the recipes with their rungs. */
export const recipesCommand: CommandRow = {
  doc: 'Lists the recipes',
  options: ['help'],
  run: async ({ output }: Call) => {
    for (const { name, summary, rungs, epochs } of Object.values(recipes)) {
      output.print(`${name}: ${summary} (${epochs.short} epochs, ${epochs.full} with --full)`)
      for (const [i, { name: rung, changed, published }] of rungs.entries()) {
        const figure = published === undefined ? '' : `, published ${formatPercent(published)}`
        output.print(`  ${i + 1} ${rung}: ${changed}${figure}`)
      }
    }
    return exitCodes.done
  },
}
