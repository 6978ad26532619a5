/** Field names and list positions from the outermost message inward. */
export type Trail = (string | number)[]

/** Who complains about a field: `model at graph.node[3].opType`. */
export function describePlace(who: string, trail: Trail): string {
  const path = trail.map(step => (typeof step === 'number' ? `[${step}]` : `.${step}`)).join('')
  return path ? `${who} at ${path.slice(1)}` : who
}
