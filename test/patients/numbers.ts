/** A number in [0, 1) that looks drawn, the same everywhere. */
export function noise(i: number): number {
  const x = Math.sin(i * 12.9898) * 43758.5453
  return x - Math.floor(x)
}
