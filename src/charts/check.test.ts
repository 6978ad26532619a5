import assert from 'node:assert/strict'
import { test } from 'node:test'
import { activations, closeUp, digits, ladder, losses } from '../../test/chart-cases.ts'
import type { Chart } from './chart.ts'
import { checkChart } from './check.ts'

const point = (y: number) => ({ ...losses, series: [{ name: 'net', points: [[1, y]] as const }] })
const panel = (edges: number[], counts: number[]) => ({
  ...activations,
  panels: [{ name: 'layer', edges, counts }],
})

const refused: readonly (readonly [what: string, chart: Chart, message: RegExp])[] = [
  ['lines without series', { ...losses, series: [] }, /"Loss by epoch": expected a series .* none/],
  ['lines without a finite point', point(Number.NaN), /at least one finite point, received none/],
  ['0 on a log axis', point(0), /above 0 on the log axis "loss", received 0 in "net"\. Leave/],
  ['a negative number on a log axis', point(-1), /received -1 in "net"/],
  [
    'an x that is not finite',
    { ...losses, series: [{ name: 'net', points: [[Number.NaN, 1]] }] },
    /finite x in "net", received NaN/,
  ],
  [
    'a band of another length',
    { ...losses, series: [{ name: 'net', points: [[1, 1]], band: [] }] },
    /a band of 1 pairs in "net", received 0/,
  ],
  [
    'a range from high to low',
    { ...losses, x: { label: 'epoch', range: [2, 1] } },
    /a range of "epoch" from low to high, received 2 to 1/,
  ],
  [
    'a log range from 0',
    { ...losses, y: { label: 'loss', scale: 'log', range: [0, 1] } },
    /a range of "loss" above 0/,
  ],
  ['no bars', { ...ladder, bars: [] }, /at least one bar with a finite value, received none/],
  [
    'a bar of 0 on a log axis',
    { ...ladder, value: { label: 'error', scale: 'log' }, bars: [{ name: 'net', value: 0 }] },
    /log axis "error", received 0 in "net"/,
  ],
  [
    'half an interval',
    { ...closeUp, bars: [{ name: 'net', value: 1, low: 0 }] },
    /both ends of the interval of "net", or none, received one/,
  ],
  [
    'an interval from high to low',
    { ...closeUp, bars: [{ name: 'net', value: 1, low: 2, high: 0 }] },
    /an interval of "net" from low to high, received 2 to 0/,
  ],
  ['no panels', { ...activations, panels: [] }, /at least one panel, received none/],
  ['as many edges as counts', panel([0, 1], [1, 2]), /received 2 edges and 2 counts/],
  ['edges that do not ascend', panel([0, 1, 1], [1, 2]), /ascending edges in "layer"/],
  ['a negative count', panel([0, 1], [-1]), /counts of at least 0 in "layer", received -1/],
  ['counts of 0 alone', panel([0, 1], [0]), /a count above 0 in "layer", received none/],
  ['no images', { ...digits, images: [] }, /at least one image, received none/],
  [
    'an image of another size',
    { ...digits, images: [{ data: [1, 2] }] },
    /9 numbers in image 0, received 2/,
  ],
  ['two channels', { ...digits, shape: [2, 3, 3] }, /one channel or three, received \[2, 3, 3\]/],
  ['a range of one number', { ...digits, range: [1, 1] }, /two different finite numbers/],
  ['half a column', { ...digits, columns: 0.5 }, /a number of columns, at least 1, received 0.5/],
  [
    'a kind there is not',
    { ...digits, kind: 'image' } as unknown as Chart,
    /chart kind: .* received "image". Did you mean images/,
  ],
]

for (const [what, chart, message] of refused)
  test(`${what}: refused in a sentence`, () =>
    assert.throws(() => checkChart(chart), { name: 'ConfigError', message }))
