import { mapNamed, type Named } from '../../src/base/index.ts'
import { gradients } from '../../src/grad/index.ts'
import { constant, input, mul, sum, type Value } from '../../src/ir/index.ts'
import { type Attributes, Given, Unsupported } from './given.ts'
import { asObject, asTensor, tensorsOf } from './golden.ts'
import { type Runner, runOnce } from './runner.ts'

/** The outputs of a function from its inputs and attributes. */
export type Build = (inputs: Given<Value>, attrs: Attributes) => Named<Value>

/** Compares the outputs of a function, and the gradients of `sum(out * gradOut)` by its inputs. */
export function functionRunner(build: Build): Runner {
  return async (golden, bench) => {
    const { dtype } = bench
    const feeds = tensorsOf(golden, 'inputs', dtype)
    const inputs = mapNamed(feeds, (tensor, name) => input(name, tensor.shape, tensor.dtype))
    const given = new Given('input', inputs)
    const attrs = new Given('attribute', asObject(golden.attrs ?? {}, 'attrs'))
    const built = build(given, attrs)
    given.refuseRest()
    attrs.refuseRest()

    const outputs = tensorsOf(golden, 'outputs', dtype)
    const slopes = tensorsOf(golden, 'grads', dtype)
    const expected = {
      ...rename(outputs, name => `output ${name}`),
      ...rename(slopes, name => `gradient of ${name}`),
    }
    const values = Object.keys(outputs).map(name => built[name] ?? missing(name))
    if (Object.keys(slopes).length > 0) {
      const weights = constant(asTensor(golden.gradOut, dtype, 'gradOut'))
      const wrt = Object.keys(slopes).map(name => given.get(name))
      values.push(...gradients(sum(mul(built.out ?? missing('out'), weights)), wrt))
    }
    const names = Object.keys(expected)
    const found = await runOnce(
      bench,
      Object.fromEntries(names.map((name, i) => [name, values[i]!])),
      feeds,
    )
    return names.map(what => ({ what, found: found[what]!, expected: expected[what]! }))
  }
}

function rename<T>(named: Named<T>, change: (name: string) => string): Named<T> {
  return Object.fromEntries(Object.entries(named).map(([name, value]) => [change(name), value]))
}

function missing(name: string): never {
  throw new Unsupported(`output ${name}`)
}
