import type { Named } from '../../src/base/index.ts'
import { logSoftmax, relu, sigmoid, tanh, type Value } from '../../src/ir/index.ts'
import { applyModel, maxout } from '../../src/nn/index.ts'
import {
  elu,
  gelu,
  geluTanh,
  hardtanh,
  leakyRelu,
  logSigmoid,
  mish,
  selu,
  silu,
  softmax,
  softplus,
  softsign,
} from '../../src/ops/index.ts'
import type { Build } from './functions.ts'
import { type Attributes, choiceOf, numberOf } from './given.ts'

const of =
  (f: (x: Value, attrs: Attributes) => Value): Build =>
  (inputs, attrs) => ({ out: f(inputs.get('x'), attrs) })
const plain = (f: (x: Value) => Value): Build => of(x => f(x))

/** Activations by the names of the golden cases. */
export const activations: Named<Build> = {
  sigmoid: plain(sigmoid),
  tanh: plain(tanh),
  relu: plain(relu),
  leakyRelu: of((x, attrs) => leakyRelu(x, numberOf(attrs, 'negativeSlope', 0.01))),
  elu: of((x, attrs) => elu(x, numberOf(attrs, 'alpha', 1))),
  selu: plain(selu),
  gelu: of((x, attrs) => [gelu, geluTanh][choiceOf(attrs, 'approximate', 'none', 'tanh')]!(x)),
  geluTanh: of((x, attrs) => {
    choiceOf(attrs, 'approximate', 'tanh')
    return geluTanh(x)
  }),
  silu: plain(silu),
  softplus: of((x, attrs) => {
    choiceOf(attrs, 'beta', 1)
    // Beyond it PyTorch takes x itself, which is the same to 2e-9.
    choiceOf(attrs, 'threshold', 20)
    return softplus(x)
  }),
  softsign: plain(softsign),
  hardtanh: of((x, attrs) => {
    choiceOf(attrs, 'min', -1)
    choiceOf(attrs, 'max', 1)
    return hardtanh(x)
  }),
  mish: plain(mish),
  logSigmoid: plain(logSigmoid),
  maxout: of((x, attrs) => applyModel(maxout(numberOf(attrs, 'pieces'), { axis: -1 }), x).output),
  softmax: of((x, attrs) => softmax(x, numberOf(attrs, 'axis', -1))),
  logSoftmax: of((x, attrs) => logSoftmax(x, numberOf(attrs, 'axis', -1))),
}
