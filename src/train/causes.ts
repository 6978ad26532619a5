import type { Operands, OpName } from '../ir/index.ts'
import type { Operand } from './first-bad-value.ts'

/** `e^x` leaves float32 above this. Source: ln of the greatest float32, 3.4028e38. */
const mostExponent = 88.72

/** Why an op of finite operands gave a number that is not: what the operands have to do with it. */
type Cause<K extends OpName> = (operands: Operands<K, Operand>) => string | undefined

const atOr = ({ there, least }: Operand): number => there ?? least

const rows: { readonly [K in OpName]?: Cause<K> } = {
  log: ([x]) => {
    const number = atOr(x)
    if (number > 0) return undefined
    return `log of ${number === 0 ? '0' : `a negative number, ${show(number)}`}, from ${x.name}; use a loss of logits, or add a small number`
  },
  sqrt: ([x]) =>
    atOr(x) < 0 ? `the root of a negative number, ${show(atOr(x))}, from ${x.name}` : undefined,
  div: ([x, y]) => {
    const holdsZero = y.there === 0 || (y.least <= 0 && y.greatest >= 0)
    if (!holdsZero) return undefined
    return `${x.there === undefined ? 'a division' : show(x.there)} by 0, from ${y.name}; an eps in the denominator is missing or too small`
  },
  exp: ([x]) => {
    const number = x.there ?? x.greatest
    if (number < mostExponent) return undefined
    return `e^${show(number)} is above the greatest float32, from ${x.name}; subtract the greatest first, or use a loss of logits`
  },
  pow: ([x, y]) =>
    atOr(x) < 0
      ? `a power of a negative number, ${show(atOr(x))}, from ${x.name}`
      : atOr(x) === 0 && atOr(y) < 0
        ? `a negative power of 0, from ${x.name}`
        : undefined,
}

/** Why a value is not finite though all it was computed from is, in words. */
export function causeOf(op: OpName, value: number, operands: readonly Operand[]): string {
  const cause = rows[op] as Cause<OpName> | undefined
  return cause?.(operands as Operands<OpName, Operand>) ?? overflow(value, operands)
}

function overflow(value: number, operands: readonly Operand[]): string {
  const ranges = operands.map(
    ({ name, least, greatest, there }) =>
      `${name} ${there === undefined ? `from ${show(least)} to ${show(greatest)}` : show(there)}`,
  )
  const what = Number.isNaN(value)
    ? 'no number comes of'
    : 'the result is beyond the greatest float32:'
  return `${what} ${ranges.join(', ')}; lower the learning rate or clip the gradients`
}

const show = (x: number): string => String(Number(x.toPrecision(4)))
