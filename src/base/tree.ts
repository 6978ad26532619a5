/** Values under dotted path names such as `layers.0.weight`, in insertion order. */
export type Named<T> = Readonly<Record<string, T>>

/** The same names with every value replaced. */
export function mapNamed<T, U>(named: Named<T>, change: (value: T, name: string) => U): Named<U> {
  return Object.fromEntries(
    Object.entries(named).map(([name, value]) => [name, change(value, name)]),
  )
}

/** Every name with a prefix put in front. */
export function prefixNamed<T>(prefix: string, named: Named<T>): Named<T> {
  return Object.fromEntries(Object.entries(named).map(([name, value]) => [prefix + name, value]))
}

/** The names that start with a prefix, with the prefix taken off. */
export function unprefixNamed<T>(prefix: string, named: Named<T>): Named<T> {
  return Object.fromEntries(
    Object.entries(named)
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, value]) => [name.slice(prefix.length), value]),
  )
}
