import {
  abs,
  erf,
  exp,
  floor,
  log,
  neg,
  not,
  relu,
  sigmoid,
  sign,
  sqrt,
  stopGradient,
  tanh,
} from '../../src/ir/index.ts'
import { bool, byHand, highPrecision, ieee, int32, type OpCase } from './op-case.ts'
import { type UnaryRow, unaryCases } from './rows.ts'

const nan = Number.NaN
const inf = Number.POSITIVE_INFINITY

/** A few neighbouring numbers away. */
const close = { epsilons: 4 }
/** For functions that engines approximate to an absolute error. */
const closeToOne = { epsilons: 4, scale: 1 }
const ordinary = [-3, -1.5, -0.5, 0.25, 1.25, 2, 4]
const edges = [0, -0, 1e4, -1e4, inf, -inf, nan]

const rows: readonly UnaryRow[] = [
  ['negates', 'neg', neg, [1.5, -2, 0, -0, inf, nan], [-1.5, 2, -0, 0, -inf, nan], byHand],
  ['negates integers', 'neg', neg, int32([3, -7, 0]), [-3, 7, 0], byHand],
  ['drops the sign', 'abs', abs, [1.5, -2, -0, -inf, nan], [1.5, 2, 0, inf, nan], byHand],
  ['drops the sign of integers', 'abs', abs, int32([3, -7, 0]), [3, 7, 0], byHand],
  [
    'gives -1, 0, 1 or NaN',
    'sign',
    sign,
    [0.5, -2, ...edges],
    [1, -1, 0, 0, 1, -1, 1, -1, nan],
    byHand,
  ],
  [
    'rounds down',
    'floor',
    floor,
    [1.5, -1.5, -0.5, 2, ...edges],
    [1, -2, -1, 2, 0, -0, 1e4, -1e4, inf, -inf, nan],
    byHand,
  ],
  ['clips below 0', 'relu', relu, [1.5, -2, ...edges], [1.5, 0, 0, 0, 1e4, 0, inf, 0, nan], byHand],
  ['inverts bool', 'not', not, bool([0, 1, 1]), [1, 0, 0], byHand],
  ['passes the elements on', 'stopGradient', stopGradient, [1.5, -2, nan], [1.5, -2, nan], byHand],

  [
    'of ordinary numbers',
    'exp',
    exp,
    ordinary,
    [
      0.049787068367863944, 0.22313016014842982, 0.6065306597126334, 1.2840254166877414,
      3.4903429574618414, 7.38905609893065, 54.598150033144236,
    ],
    highPrecision,
    close,
  ],
  [
    'of large numbers',
    'exp',
    exp,
    [-80, -16, 16, 80],
    [1.8048513878454153e-35, 1.1253517471925912e-7, 8886110.520507872, 5.54062238439351e34],
    highPrecision,
    { epsilons: 16 },
  ],
  ['reaches its limits', 'exp', exp, edges, [1, 1, inf, 0, inf, 0, nan], ieee],

  [
    'of ordinary numbers',
    'log',
    log,
    [0.125, 0.75, 3, 7, 1024, 10000],
    [
      -2.0794415416798357, -0.2876820724517809, 1.0986122886681098, 1.9459101490553132,
      6.931471805599453, 9.210340371976184,
    ],
    highPrecision,
    close,
  ],
  [
    'at 1, at 0 and below it',
    'log',
    log,
    [1, 0, -0, -1, inf, -inf, nan],
    [0, -inf, -inf, nan, inf, nan, nan],
    ieee,
  ],

  [
    'of ordinary numbers',
    'sqrt',
    sqrt,
    [0.25, 1, 3, 10, 10000],
    [0.5, 1, 1.7320508075688772, 3.1622776601683795, 100],
    highPrecision,
    { epsilons: 1 },
  ],
  [
    'at 0 and below it',
    'sqrt',
    sqrt,
    [0, -0, -1, inf, -inf, nan],
    [0, -0, nan, inf, nan, nan],
    ieee,
  ],

  [
    'of ordinary numbers',
    'tanh',
    tanh,
    ordinary,
    [
      -0.9950547536867305, -0.9051482536448664, -0.46211715726000974, 0.24491866240370913,
      0.8482836399575129, 0.9640275800758169, 0.999329299739067,
    ],
    highPrecision,
    closeToOne,
  ],
  [
    'of a small number',
    'tanh',
    tanh,
    [2 ** -10, -(2 ** -10)],
    [0.0009765621895592603, -0.0009765621895592603],
    highPrecision,
    close,
  ],
  ['reaches its limits', 'tanh', tanh, edges, [0, -0, 1, -1, 1, -1, nan], ieee],

  [
    'of ordinary numbers',
    'sigmoid',
    sigmoid,
    ordinary,
    [
      0.04742587317756678, 0.18242552380635635, 0.37754066879814546, 0.5621765008857981,
      0.7772998611746912, 0.8807970779778824, 0.9820137900379085,
    ],
    highPrecision,
    closeToOne,
  ],
  [
    'of large numbers',
    'sigmoid',
    sigmoid,
    [-80, -16, 16, 80],
    [1.8048513878454153e-35, 1.12535162055095e-7, 0.9999998874648379, 1],
    highPrecision,
    closeToOne,
  ],
  [
    'reaches its limits',
    'sigmoid',
    sigmoid,
    edges,
    [0.5, 0.5, 1, 0, 1, 0, nan],
    'limits of the exponential',
  ],

  [
    'of ordinary numbers',
    'erf',
    erf,
    ordinary,
    [
      -0.9999779095030014, -0.9661051464753108, -0.5204998778130465, 0.27632639016823696,
      0.9229001282564583, 0.9953222650189527, 0.9999999845827421,
    ],
    highPrecision,
    closeToOne,
  ],
  [
    'of a small number',
    'erf',
    erf,
    [2 ** -10, -(2 ** -10)],
    [0.0011019324300718147, -0.0011019324300718147],
    highPrecision,
    close,
  ],
  ['reaches its limits', 'erf', erf, edges, [0, -0, 1, -1, 1, -1, nan], 'limits of the integral'],
]

/** Cases of the ops with one operand. */
export const elementwiseCases: readonly OpCase[] = unaryCases(rows)
