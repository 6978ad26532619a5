/** A limit beyond which a rule speaks. */
interface Limit {
  readonly value: number
  readonly source: string
}

/** Every limit of every rule, in one place. */
export const limits = {
  /** Loss before the first step, over that of answering every class alike. */
  startLoss: {
    value: 5,
    source:
      'a fresh classifier should know nothing: ln K; healthy nets in the tests start at up to 4.0 of it',
  },
  /** rms of dL/dy at the first layer with weights over that at the last. */
  vanishing: {
    value: 1e-3,
    source: 'AutoTrainer (Zhang et al. 2021): first over last gradient below 1e-3',
  },
  exploding: {
    value: 70,
    source: 'AutoTrainer (Zhang et al. 2021): gradients that grow by more than 70',
  },
  /** Share of outputs at the ends of a bounded activation. */
  saturated: {
    value: 0.5,
    source: 'Glorot & Bengio 2010, figure 2: layers that saturate pass little on',
  },
  /** Share of units that are 0 for every example. */
  silent: {
    value: 0.5,
    source: 'He initialisation leaves none; AutoTrainer speaks of dying ReLU at 0.7 of gradients',
  },
  /** rms of inputs as the model sees them. */
  inputRms: {
    value: 10,
    source: 'LeCun et al. 1998, "Efficient BackProp", 4.3: inputs near variance 1',
  },
  inputRmsLow: { value: 0.01, source: 'LeCun et al. 1998, "Efficient BackProp", 4.3' },
  /** Rows of the largest class over those of the smallest. */
  imbalance: {
    value: 10,
    source: 'He & Garcia 2009, "Learning from Imbalanced Data": from 10:1 on',
  },
  /** Share of test rows that are training rows too. */
  leak: {
    value: 0.01,
    source: 'Barz & Denzler 2020: 3.3 % of CIFAR-10 test images have near duplicates in training',
  },
  /** Share of units that dropout switches off. */
  dropout: { value: 0.6, source: 'Srivastava et al. 2014, figure 9: flat up to 0.6 dropped' },
  /** Rows in a batch that a batch normalisation goes by. */
  normBatch: {
    value: 8,
    source: 'Wu & He 2018, "Group Normalization", figure 1: errors rise below 16',
  },
} as const satisfies Readonly<Record<string, Limit>>
