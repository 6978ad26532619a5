/**
 * Counts as a line of blocks, the highest full: `▁▂▅█▅▂▁`. Of more counts than columns as many neighbours
 * are added up everywhere as make them fit; a column with anything in it shows.
 */
export function sparkline(counts: readonly number[], columns = counts.length): string {
  const together = Math.ceil(counts.length / columns)
  const sums = new Array<number>(Math.ceil(counts.length / together)).fill(0)
  counts.forEach((count, i) => {
    sums[Math.floor(i / together)]! += count
  })
  const most = Math.max(...sums)
  return sums
    .map(sum => ' ▁▂▃▄▅▆▇█'[sum > 0 ? Math.max(1, Math.round((8 * sum) / most)) : 0])
    .join('')
}
