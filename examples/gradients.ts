import {
  constant,
  div,
  evaluate,
  exp,
  formatProgram,
  gradients,
  mul,
  pureProgram,
  simplify,
  sum,
} from 'justright/ops'

// Any expression has gradients, and gradients of gradients. There is nothing to dispose.
const x = constant([1, 2, 3])
const y = sum(div(exp(mul(x, x)), 2))
const [dx] = gradients(y, [x])
const [ddx] = gradients(sum(dx!), [x])

for (const tensor of evaluate([y, dx!, ddx!])) console.log(tensor.data)
console.log(formatProgram(simplify(pureProgram({ dx: dx! }))))
