import { cpus, totalmem } from 'node:os'
import type { Outcome } from './contest.ts'
import { matmulFlops, type Workload } from './workloads.ts'

/** One workload against one peer. */
export interface Row {
  readonly workload: string
  readonly ours: Outcome
  readonly peer: string
  readonly peerEngine: string
  readonly peerVersion: string
  readonly peerMedianMs: number | null
  /** Ours divided by the peer's: below 1 we are faster. */
  readonly ratio: number | null
  /** Billions of floating point operations per second, counting matrix products only. */
  readonly gflops: { readonly ours: number | null; readonly peer: number | null }
  /** Why a figure is missing or not to be trusted. */
  readonly note?: string
}

/** The row of the fastest way to run a peer. */
export function makeRow(
  workload: Workload,
  ours: Outcome,
  peer: string,
  ways: readonly Outcome[],
): Row {
  const speed = ({ medianMs }: Outcome) => medianMs ?? Number.POSITIVE_INFINITY
  const best = ways.reduce((fastest, way) => (speed(way) < speed(fastest) ? way : fastest))
  const gflopsOf = ({ medianMs }: Outcome) =>
    medianMs === null ? null : matmulFlops(workload) / medianMs / 1e6
  const notes = [
    ours.note && `ours: ${ours.note}`,
    best.note,
    best.engine.includes('reference BLAS') &&
      'this PyTorch uses the reference BLAS, many times slower than others in large products: install libopenblas0-openmp',
  ].filter(note => note)
  return {
    workload: workload.name,
    ours,
    peer,
    peerEngine: best.engine,
    peerVersion: best.version,
    peerMedianMs: best.medianMs,
    ratio: ours.medianMs !== null && best.medianMs !== null ? ours.medianMs / best.medianMs : null,
    gflops: { ours: gflopsOf(ours), peer: gflopsOf(best) },
    ...(notes.length ? { note: notes.join('; ') } : {}),
  }
}

/** Where and when the figures were taken. */
export function describeMachine(): string {
  const model = cpus()[0]?.model.trim() ?? 'unknown CPU'
  const memory = Math.round(totalmem() / 2 ** 30)
  const date = new Date().toISOString().slice(0, 10)
  return `${model}, ${cpus().length} cores, ${memory} GiB, ${process.platform} ${process.arch}, Node ${process.versions.node}, ${date}`
}

/** The rows as a Markdown table with its notes below, columns aligned. */
export function formatTable(rows: readonly Row[]): string {
  const head = ['workload', 'ours', 'ms', 'peer', 'ms', 'ours/peer', 'GFLOP/s ours', 'peer', '']
  const notes = [...new Set(rows.flatMap(({ note }) => (note ? [note] : [])))]
  const lines = rows.map(row => [
    row.workload,
    row.ours.engine,
    figure(row.ours.medianMs),
    row.peerEngine ? `${row.peer}: ${row.peerEngine} ${row.peerVersion}` : row.peer,
    figure(row.peerMedianMs),
    figure(row.ratio),
    figure(row.gflops.ours),
    figure(row.gflops.peer),
    row.note ? `[${notes.indexOf(row.note) + 1}]` : '',
  ])
  const widths = head.map((title, i) => Math.max(3, title.length, ...lines.map(l => l[i]!.length)))
  const format = (cells: string[]) => `| ${cells.map((c, i) => c.padEnd(widths[i]!)).join(' | ')} |`
  const rule = widths.map(width => '-'.repeat(width))
  return [
    ...[head, rule, ...lines].map(format),
    ...(notes.length ? ['', ...notes.map((note, i) => `[${i + 1}] ${note}`)] : []),
  ].join('\n')
}

function figure(value: number | null): string {
  if (value === null) return ''
  return value < 100 ? value.toPrecision(3) : value.toFixed(0)
}
