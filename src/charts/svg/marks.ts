import { element, short } from './xml.ts'

type Corner = readonly [x: number, y: number]

/** The shape of a mark around (0, 0), about 9 pixels wide: a series differs by it as well as by colour. */
const shapes: readonly {
  readonly corners: readonly Corner[] | 'circle'
  readonly isOpen?: true
}[] = [
  { corners: 'circle' },
  { corners: polygon(3, 5.2, -90) },
  { corners: polygon(4, 5.2, 45) },
  { corners: polygon(4, 5.4, 0) },
  { corners: 'circle', isOpen: true },
  { corners: polygon(3, 5.2, -90), isOpen: true },
  { corners: polygon(4, 5.2, 45), isOpen: true },
  { corners: polygon(4, 5.4, 0), isOpen: true },
]

function polygon(corners: number, radius: number, degrees: number): readonly Corner[] {
  return Array.from({ length: corners }, (_, i) => {
    const angle = ((degrees + (360 * i) / corners) * Math.PI) / 180
    return [radius * Math.cos(angle), radius * Math.sin(angle)]
  })
}

/** The mark of the i-th series at a place. */
export function markAt(i: number, x: number, y: number, color: string): string {
  const { corners, isOpen } = shapes[i % shapes.length]!
  const paint = isOpen
    ? { fill: '#ffffff', stroke: color, 'stroke-width': 1.75 }
    : { fill: color, stroke: '#ffffff', 'stroke-width': 1 }
  return corners === 'circle'
    ? element('circle', { cx: x, cy: y, r: 4.2, ...paint })
    : element('polygon', {
        points: corners.map(([dx, dy]) => `${short(x + dx)},${short(y + dy)}`).join(' '),
        ...paint,
      })
}
