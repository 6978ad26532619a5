/** The settings of a description, by name, without its kind. */
export type Settings = Readonly<Record<string, unknown>>

/** A description: its kind and its settings. */
export type Description = Settings & { readonly kind: string }

/** Makes the description of a kind; what is not given is that kind's default. */
export type Make = (settings: Settings) => Description

/** Settings come from texts: a factory that takes them has checked what it needs. */
export function by<S>(make: (settings: S) => object): Make {
  return settings => make(settings as S) as Description
}
