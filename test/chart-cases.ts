import type { BarChart, Chart, HistogramChart, ImageChart, LineChart } from '../src/charts/index.ts'

/** Small charts of every kind, with what each kind can have, for the tests of both drawings. */
export const losses: LineChart = {
  kind: 'lines',
  title: 'Loss by epoch',
  x: { label: 'epoch' },
  y: { label: 'loss', scale: 'log' },
  series: [
    {
      name: 'SGD',
      points: [
        [1, 2],
        [2, 1],
        [3, Number.NaN],
        [4, 0.4],
        [5, 0.3],
      ],
      band: [
        [1.5, 2.5],
        [0.8, 1.2],
        [1, 1],
        [-0.1, 0.8],
        [0.1, 0.6],
      ],
    },
    {
      name: '드롭아웃',
      points: [
        [1, 1.5],
        [3, 0.2],
        [5, 0.05],
      ],
    },
    {
      name: 'theory',
      points: [
        [1, 0.1],
        [5, 0.1],
      ],
      isReference: true,
    },
  ],
}

export const ladder: BarChart = {
  kind: 'bars',
  title: '정확도',
  value: { label: 'test accuracy' },
  format: 'percent',
  bars: [
    { name: 'softmax', value: 0.6, low: 0.4, high: 0.8, reference: 0.9 },
    { name: '드롭아웃', value: 0.98 },
    { name: 'diverged', value: Number.NaN },
  ],
}

export const differences: BarChart = {
  kind: 'bars',
  title: 'Differences',
  value: { label: 'points' },
  bars: [
    { name: 'better', value: 2 },
    { name: 'worse', value: -1 },
  ],
}

export const closeUp: BarChart = {
  ...ladder,
  title: 'Close up',
  value: { label: 'test accuracy', range: [0.9, 1] },
  bars: [{ name: 'net', value: 0.96, low: 0.94, high: 0.98, reference: 0.92 }],
}

export const activations: HistogramChart = {
  kind: 'histograms',
  title: 'Activations',
  x: { label: 'activation' },
  panels: [
    { name: 'layer 1', edges: [-1, -0.5, 0, 0.5, 1], counts: [1, 2, 3, 4] },
    { name: '2층', edges: [-1, 0, 1], counts: [0, 8] },
  ],
}

export const digits: ImageChart = {
  kind: 'images',
  title: 'Digits',
  shape: [1, 3, 3],
  images: [
    { caption: '0', data: [0, 1, 0, 0, 0, 0, 1, 1, 1] },
    { caption: '숫자', data: [5, 5, 5, 5, 9, 5, 5, 5, 5] },
  ],
}

export const colors: ImageChart = {
  kind: 'images',
  title: 'Colours',
  shape: [3, 2, 1],
  images: [{ data: [1, 2, 3, 4, 5, 6] }],
  range: [0, 255],
}

export const charts: readonly Chart[] = [
  losses,
  ladder,
  differences,
  closeUp,
  activations,
  digits,
  colors,
]
