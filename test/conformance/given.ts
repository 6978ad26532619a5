/** Why a case is left out: it asks for something that does not exist here. */
export class Unsupported extends Error {}

/** Named things of a case that remember which of them were asked for. */
export class Given<T> {
  readonly #kind: string
  readonly #things: Readonly<Record<string, T>>
  readonly #asked = new Set(['note'])

  constructor(kind: 'attribute' | 'input', things: Readonly<Record<string, T>>) {
    this.#kind = kind
    this.#things = things
  }

  /** The thing of a name, or undefined. */
  find(name: string): T | undefined {
    this.#asked.add(name)
    return Object.hasOwn(this.#things, name) ? this.#things[name] : undefined
  }

  /** The thing of a name. Throws an Error when there is none. */
  get(name: string): T {
    const found = this.find(name)
    if (found === undefined) throw new Error(`the case has no ${this.#kind} "${name}"`)
    return found
  }

  /** Throws Unsupported when there is a thing that nobody asked for. */
  refuseRest(): void {
    const rest = Object.keys(this.#things).find(name => !this.#asked.has(name))
    if (rest !== undefined)
      throw new Unsupported(
        `${this.#kind} ${rest}${this.#kind === 'input' ? '' : this.#value(rest)}`,
      )
  }

  #value(name: string): string {
    return ` = ${JSON.stringify(this.#things[name])}`
  }
}

/** The attributes of a case. */
export type Attributes = Given<unknown>

/** A number, or the default. Throws Unsupported when it is something else. */
export function numberOf(attrs: Attributes, name: string, fallback?: number): number {
  const value = (fallback === undefined ? attrs.get(name) : attrs.find(name)) ?? fallback
  if (typeof value === 'number') return value
  throw new Unsupported(`attribute ${name} = ${JSON.stringify(value)}`)
}

/** Throws Unsupported unless the attribute is left out or is one of these values; returns its place among them. */
export function choiceOf(attrs: Attributes, name: string, ...values: readonly unknown[]): number {
  const value = attrs.find(name)
  const found =
    value === undefined
      ? 0
      : values.findIndex(known => JSON.stringify(known) === JSON.stringify(value))
  if (found < 0) throw new Unsupported(`attribute ${name} = ${JSON.stringify(value)}`)
  return found
}
