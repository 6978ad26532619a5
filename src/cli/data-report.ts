import Table from 'cli-table3'
import { formatShape, type Json, sizeOf } from '../base/index.ts'
import { drawChart, padText, textWidth } from '../charts/index.ts'
import {
  type DataSource,
  type Dataset,
  type NumberSummary,
  rowsAt,
  rowsOf,
  type SplitName,
  type SplitSummary,
  splitNames,
} from '../data/index.ts'
import { formatBar, formatCount, formatNumber, formatPercent } from './format.ts'

/** How a report is drawn. */
export interface ReportStyle {
  readonly hasColors: boolean
  /** Characters in a line. */
  readonly width: number
}

type Summaries = { readonly [S in SplitName]?: SplitSummary }

const barWidth = 20
const mostBars = 30
const mostSamples = 10
const mostColumns = 8
const sampleRows = 5

/** What a source is like, for people: its splits, its classes, and some of its rows. */
export function dataReport(source: DataSource, summaries: Summaries, style: ReportStyle): string {
  const { description } = source
  return [
    description.source,
    splitTable(source, summaries),
    ...notesOn(source, summaries),
    ...classBars(source, summaries),
    '',
    samples(source, style),
  ].join('\n')
}

function splitTable({ scale = 1 }: DataSource, summaries: Summaries): string {
  const table = new Table({
    head: ['', 'rows', 'inputs', 'range', 'mean', 'deviation', 'missing', 'duplicates'],
    style: { head: [], border: [], compact: true },
  })
  for (const [split, { rows, inputs, duplicates }] of entriesOf(summaries))
    table.push([
      split,
      formatCount(rows),
      `${inputs.dtype} ${formatShape(['N', ...inputs.shape.slice(1)])}`,
      `${short(inputs.min)} to ${short(inputs.max)}`,
      short(inputs.mean * scale),
      short(inputs.std * scale),
      formatCount(inputs.missing),
      duplicates === undefined ? 'not counted' : formatCount(duplicates),
    ])
  return table.toString()
}

/** Lines on what needs a word. */
function notesOn({ scale, description }: DataSource, summaries: Summaries): string[] {
  const { normalization, droppedRows, badRows, skipped } = description
  const { channels } = summaries.train!.inputs
  const listed = Array.isArray(skipped) ? skipped.length : 0
  const byChannel = (pick: (c: { mean: number; std: number }) => number) =>
    channels!.map(channel => short(pick(channel) * (scale ?? 1))).join(', ')
  return [
    ...(scale === undefined ? [] : [`Mean and deviation are after the scale ${scaleText(scale)}.`]),
    ...(channels
      ? [`Channels of train: mean ${byChannel(c => c.mean)}; deviation ${byChannel(c => c.std)}.`]
      : []),
    ...(isObject(normalization)
      ? [`The graph normalises inputs: ${String(normalization.method)}, fitted on train.`]
      : []),
    ...targetLines(summaries),
    ...entriesOf(summaries).flatMap(([split, { alsoInTraining = 0 }]) =>
      alsoInTraining > 0
        ? [`${formatCount(alsoInTraining)} rows of ${split} have inputs that are also in train.`]
        : [],
    ),
    ...counted(badRows, 'rows were left out, whose fields do not fit the header'),
    ...counted(droppedRows, 'rows were left out, with missing values'),
    ...counted(listed, 'images were left out, which do not decode'),
  ]
}

function targetLines(summaries: Summaries): string[] {
  const { targets } = summaries.train!
  return targets ? [`Targets of train: ${numbersText(targets)}.`] : []
}

const numbersText = ({ dtype, shape, min, max, mean, std }: NumberSummary): string =>
  `${dtype} ${formatShape(['N', ...shape.slice(1)])}, ${short(min)} to ${short(max)}, ` +
  `mean ${short(mean)}, deviation ${short(std)}`

function counted(count: Json | undefined, what: string): string[] {
  return typeof count === 'number' && count > 0 ? [`${formatCount(count)} ${what}.`] : []
}

const isObject = (value: Json | undefined): value is { readonly [key: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** How many rows there are of every class, in training. */
function classBars({ description }: DataSource, summaries: Summaries): string[] {
  const { classCounts, rows } = summaries.train!
  if (!classCounts) return []
  const names = classCounts.map((_, label) => nameOf(description.classNames, label))
  const width = Math.max(...names.map(textWidth))
  const most = Math.max(...classCounts)
  const shown = classCounts.slice(0, mostBars)
  const more = classCounts.length - shown.length
  return [
    '',
    `Classes of train, ${classCounts.length}:`,
    ...shown.map(
      (count, label) =>
        `  ${padText(names[label]!, width)}  ${formatBar(count / most, barWidth)}  ` +
        `${formatCount(count)}  ${formatPercent(count / rows)}`,
    ),
    ...(more > 0 ? [`  and ${more} more`] : []),
  ]
}

function nameOf(names: Json | undefined, label: number): string {
  return String((Array.isArray(names) ? names[label] : undefined) ?? label)
}

/** Some training rows: images where they are some, else a table. */
function samples(source: DataSource, style: ReportStyle): string {
  const { train, description } = source
  const shape = imageShapeOf(source)
  return shape
    ? imageSamples(train, shape, description.classNames, style)
    : tableSamples(train, description.features, description.classNames)
}

type ImageShape = readonly [channels: number, height: number, width: number]

/** [C, H, W] of rows that can be drawn. */
function imageShapeOf({ train, description }: DataSource): ImageShape | undefined {
  const { inputs } = train
  const declared = Array.isArray(description.imageShape)
    ? (description.imageShape as readonly number[])
    : undefined
  const shape = inputs.shape.length === 4 ? inputs.shape.slice(1) : declared
  const [channels, height, width] = shape?.length === 2 ? [1, ...shape] : (shape ?? [])
  if (inputs.dtype !== 'uint8' || !(channels === 1 || channels === 3)) return undefined
  if (height === undefined || width === undefined) return undefined
  const image = [channels, height, width] as const
  return sizeOf(image) === sizeOf(inputs.shape.slice(1)) ? image : undefined
}

/** One image of every class, the first ones there are. */
function imageSamples(
  train: Dataset,
  shape: ImageShape,
  names: Json | undefined,
  style: ReportStyle,
): string {
  const labels = Array.from(train.targets.data)
  const rows = [...new Set(labels)].sort((a, b) => a - b).map(label => labels.indexOf(label))
  const images = rows.slice(0, mostSamples).map(row => ({
    caption: nameOf(names, labels[row]!),
    data: rowsAt(train.inputs, row, 1).data,
  }))
  return drawChart(
    {
      kind: 'images',
      title: 'The first of each class:',
      shape,
      images,
      range: [0, 255],
      columns: mostSamples,
    },
    style,
  ).join('\n')
}

function tableSamples(train: Dataset, features: Json | undefined, names: Json | undefined): string {
  const columns = sizeOf(train.inputs.shape.slice(1))
  const shown = Math.min(columns, mostColumns)
  const headOf = (column: number) => nameOf(features, column)
  const more = columns > shown ? [`and ${columns - shown} more`] : []
  const table = new Table({
    head: [...Array.from({ length: shown }, (_, column) => headOf(column)), ...more, 'target'],
    style: { head: [], border: [], compact: true },
  })
  const count = Math.min(sampleRows, rowsOf(train))
  const { data } = rowsAt(train.inputs, 0, count)
  const targets = rowsAt(train.targets, 0, count).data
  const size = targets.length / count
  for (let row = 0; row < count; row++) {
    const values = Array.from(data.subarray(row * columns, row * columns + shown), short)
    const target = Array.from(targets.subarray(row * size, (row + 1) * size))
    const text =
      train.classes === undefined ? target.map(short).join(', ') : nameOf(names, target[0]!)
    table.push([...values, ...more.map(() => '…'), text])
  }
  return table.toString()
}

function entriesOf(summaries: Summaries): (readonly [SplitName, SplitSummary])[] {
  return splitNames.flatMap(split => {
    const summary = summaries[split]
    return summary ? [[split, summary] as const] : []
  })
}

/** Four digits that matter. */
const short = (x: number): string => formatNumber(x, 4)

/** `1/255` where it is one through a whole number. */
function scaleText(scale: number): string {
  const inverse = 1 / scale
  return Number.isInteger(inverse) && inverse > 1 ? `1/${inverse}` : String(scale)
}
