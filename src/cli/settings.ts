import { ConfigError, unknownName } from '../base/index.ts'
import { families, familyUnder, optionalSettings, templateOf } from './kinds.ts'
import type { Description, Settings } from './make.ts'
import { changeWholeModel, wholeModelSettings } from './whole-model.ts'

/** Where a value stands, and what may stand there. */
interface Place {
  readonly path: string
  readonly family?: string | undefined
}

/**
 * An experiment with settings changed, each `path=value`: a number or word as `optimizer.learningRate=0.01`,
 * a whole description by its kind's name as `optimizer=sgd`, which takes that kind's defaults, or by JSON.
 * `init` and `model.activation` change all layers of the model: see `wholeModelSettings`.
 * `null` takes a setting away that may be left out.
 * Throws ConfigError when a path does not exist or a value does not fit.
 */
export function changeSettings<T extends object>(experiment: T, assignments: readonly string[]): T {
  return assignments.reduce((changed, assignment) => {
    const equals = assignment.indexOf('=')
    if (equals < 1)
      throw new ConfigError({
        who: '--set',
        expected: 'PATH=VALUE, such as optimizer.learningRate=0.01',
        received: `"${assignment}"`,
      })
    const [path, text] = [assignment.slice(0, equals), assignment.slice(equals + 1)]
    return (
      changeWhole(changed, path, text) ??
      (changeAt(changed, path.split('.'), text, { path: '' }) as T)
    )
  }, experiment)
}

/** The experiment with a setting of its whole model changed; undefined where the path is none of these. */
function changeWhole<T extends object>(experiment: T, path: string, text: string): T | undefined {
  if (!Object.hasOwn(wholeModelSettings, path)) return undefined
  const { family } = wholeModelSettings[path]!
  const { model } = experiment as unknown as { readonly model: Description }
  const value = describe(parse(text), { path, family }) as Description
  return { ...experiment, model: changeWholeModel(model, path, value) }
}

function changeAt(old: unknown, names: readonly string[], text: string, place: Place): unknown {
  const [name, ...rest] = names
  if (name === undefined || (name === 'kind' && place.family && rest.length === 0))
    return place.family
      ? describe(parse(text), place)
      : sameType(old, typeof old === 'string' ? text : parse(text), place)
  if (Array.isArray(old)) {
    if (!(name in old) || !/^\d+$/.test(name))
      throw unknownName(where(place), name, [...old.keys()].map(String))
    const inside = { path: under(place, name), family: place.family }
    return Object.freeze(old.with(Number(name), changeAt(old[Number(name)], rest, text, inside)))
  }
  if (typeof old !== 'object' || old === null)
    throw new ConfigError({
      who: where(place),
      expected: `"=" after ${place.path}, which has no settings of its own`,
      received: `".${name}"`,
    })
  return changeSetting(old as Settings, name, rest, text, place)
}

function changeSetting(
  old: Settings,
  name: string,
  rest: readonly string[],
  text: string,
  place: Place,
): unknown {
  const optional = optionalSettings[place.path ? String(old.kind) : 'experiment'] ?? {}
  const names = [...new Set([...Object.keys(old), ...Object.keys(optional)])].filter(isSetting)
  if (!names.includes(name)) throw unknownName(where(place), name, names)
  const inside = { path: under(place, name), family: familyUnder[name] }
  const { [name]: before = optional[name], ...others } = old
  if (text === 'null' && rest.length === 0 && name in optional) return remade(others, place)
  return remade({ ...old, [name]: changeAt(before, rest, text, inside) }, place)
}

/** Data are no setting, and a kind is changed with its description. */
const isSetting = (name: string): boolean => name !== 'data' && name !== 'kind'

/** A description made anew by its factory, which checks it. */
function remade(changed: Settings, place: Place): Settings {
  const { kind, ...settings } = changed
  const make = place.family ? families[place.family]?.[String(kind)] : undefined
  return make ? checked(place, () => make(settings)) : changed
}

/** The description that a value stands for: a kind's name, a description, or a list of them. */
function describe(value: unknown, place: Place): unknown {
  const kinds = families[place.family!]!
  const isList = /(^|\.)(layers|branches|schedules|augment|metrics)$/.test(place.path)
  if (isList || (place.path === 'penalty' && Array.isArray(value))) {
    if (Array.isArray(value))
      return value.map((item, i) => describe(item, { ...place, path: under(place, `${i}`) }))
    throw new ConfigError({
      who: where(place),
      expected: `a list of ${place.family}s as JSON`,
      received: JSON.stringify(value),
    })
  }
  const { kind, ...settings }: Settings =
    typeof value === 'object' && value !== null ? (value as Settings) : { kind: value }
  const make = Object.hasOwn(kinds, String(kind)) ? kinds[String(kind)] : undefined
  if (!make) throw unknownName(where(place), String(kind), Object.keys(kinds))
  const template = templateOf(make, String(kind))
  const inner = Object.entries(settings).map(([name, setting]) => {
    if (!Object.hasOwn(template, name)) throw unknownName(where(place), name, Object.keys(template))
    const inside = { path: under(place, name), family: familyUnder[name] }
    return [
      name,
      inside.family ? describe(setting, inside) : sameType(template[name], setting, inside),
    ]
  })
  return checked(place, () => make(Object.fromEntries(inner)))
}

/** Settings that are a number, two of them or a word: the factory knows. */
const isSize = /\.(kernel|stride|padding|dilation)$/

/**
 * A value, once it has the type of the one before; a list, once each of its items has that of the first.
 * What objects in a list hold is left to the factory.
 */
function sameType(old: unknown, value: unknown, place: Place): unknown {
  if (isSize.test(place.path)) return value
  if (Array.isArray(old) && Array.isArray(value))
    return typeof old[0] === 'object'
      ? value
      : value.map((item, i) =>
          sameType(old[0], item, { path: under(place, `${i}`), family: undefined }),
        )
  if (typeof value === typeof old && typeof value !== 'object') return value
  throw new ConfigError({
    who: where(place),
    expected: Array.isArray(old) ? `a list of ${typeof old[0]}s as JSON` : `a ${typeof old}`,
    received: typeof value === 'string' ? `"${value}"` : JSON.stringify(value),
  })
}

/** What a factory complains about, with the path in front. */
function checked(place: Place, make: () => Description): Description {
  try {
    return make()
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    throw new ConfigError(`${where(place)}: ${error.message}`)
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

const where = ({ path }: Place): string => (path ? `--set ${path}` : '--set')
const under = ({ path }: Place, name: string): string => (path ? `${path}.${name}` : name)
