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
    source:
      'He initialisation leaves none, and healthy nets in the tests end with up to .5; AutoTrainer speaks of dying ReLU at 0.7 of gradients',
  },
  /** The factor by which a recurrent layer hands a gradient back over one step. */
  forgetting: {
    value: 0.2,
    source:
      'Pascanu et al. 2013, 2.1: gradients through time go with powers of it; fresh layers of the usual kinds have about .5',
  },
  /** rms of inputs as the model sees them. */
  inputRms: {
    value: 10,
    source: 'LeCun et al. 1998, "Efficient BackProp", 4.3: inputs near variance 1',
  },
  inputRmsLow: { value: 0.01, source: 'LeCun et al. 1998, "Efficient BackProp", 4.3' },
  /** rms of the targets of a regression as the loss sees them, and their standard deviation. */
  targetRms: {
    value: 10,
    source:
      'Bishop 1995, "Neural Networks for Pattern Recognition", 8.2: targets of order 1, as inputs',
  },
  targetStdLow: { value: 0.01, source: 'Bishop 1995, 8.2: targets of order 1, as inputs' },
  /** By how many of their standard deviations targets are beyond what the last layer can give. */
  reach: { value: 0.5, source: 'algebra: the answer nearest to such a target is still wrong' },
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
  /** Distance of a validation split's mean from that of training, in standard deviations, and of log deviations. */
  splitShift: {
    value: 0.5,
    source:
      'means of rows drawn alike differ by 1/sqrt(n) of a deviation: half of one takes 100 rows with luck of 5',
  },
  /** Shares of classes that would have to change hands for a split to be like training. */
  splitClasses: { value: 0.3, source: 'total variation; drawn alike it is about sqrt(K / n)' },
  /** Share of neighbouring rows of one class, beyond that of rows in any order. */
  inOrder: { value: 0.3, source: 'rows in any order: 0, within a few standard errors' },
  /** Share of units that dropout switches off. */
  dropout: { value: 0.6, source: 'Srivastava et al. 2014, figure 9: flat up to 0.6 dropped' },
  /** Rows in a batch that a batch normalisation goes by. */
  normBatch: {
    value: 8,
    source: 'Wu & He 2018, "Group Normalization", figure 1: errors rise below 16',
  },
  /** rms change of a step over rms weight, in a typical step. */
  usualUpdate: {
    value: 3e-3,
    source: 'Bengio 2012, "Practical recommendations", about 1e-3; Karpathy, CS231n, the same',
  },
  usualUpdateMost: {
    value: 1e-2,
    source: 'healthy nets in the tests begin at up to 0.13 and have medians up to 8e-3',
  },
  updateHigh: {
    value: 0.1,
    source:
      'CS231n: near 1e-3; at 0.1 ten steps can replace a weight; medians of healthy nets in the tests end at 8e-3',
  },
  /** The same in the first step: over the weight, or the usual size of one where it is smaller. */
  replaced: {
    value: 1,
    source:
      'a step as long as a weight leaves nothing of it; healthy nets in the tests begin at up to 0.13',
  },
  updateLow: {
    value: 1e-4,
    source: 'CS231n: near 1e-3; at 1e-4 a thousand steps change a weight by a tenth',
  },
  /** The rate as scheduled over that of the optimiser, in the median step. */
  heldRate: {
    value: 0.01,
    source: 'a cosine to 0 has .5; at a hundredth the steps of a hundred epochs are those of one',
  },
  /** The gradient over the limit of its clip, in nine steps of ten. */
  clipped: {
    value: 10,
    source:
      'Pascanu et al. 2013, 3.2: a limit of half to ten times the mean norm clips now and then',
  },
  /** The last loss over that of knowing nothing, and over the first. */
  risenLoss: { value: 1.5, source: 'a loss above that of a constant answer has been thrown there' },
  /** The greatest loss over that of the start. */
  thrown: {
    value: 3,
    source:
      'a step that lands three times as high went past the valley; healthy nets in the tests rise to 2.4',
  },
  /** Mean move of the loss between tenths of a run that go up and down, over the loss. */
  swing: { value: 0.25, source: 'AutoTrainer (Zhang et al. 2021): oscillating loss' },
  swingProgress: { value: 0.8, source: 'near the floor swings are small beside the fall' },
  /** The share of its fall that the loss falls in the second half. */
  lateFall: { value: 0.3, source: 'a straight line has .5, a curve that levels out under .2' },
  leastFall: { value: 0.01, source: 'less is the noise of batches' },
  /** Share of the loss of knowing nothing that is gone at the end. */
  plateau: { value: 0.1, source: 'a loss within a tenth of that of a constant answer' },
  learnt: { value: 0.5, source: 'less than half of the loss of a constant answer is gone' },
  /** rms change over rms value that float32 loses. */
  stalled: {
    value: 2 ** -26,
    source: 'IEEE 754 binary32: half a unit in the last place is 2^-25 to 2^-24',
  },
  /** The norm of a weight, last over first. */
  decayed: {
    value: 0.2,
    source:
      'Krogh & Hertz 1992: decay moves w by -rate factor w; weights of healthy nets in the tests keep .19 of their norm or more',
  },
  /** Validation loss, last over least. */
  overfitting: {
    value: 1.2,
    source: 'Prechelt 1998, "Early stopping - but when?": generalisation loss',
  },
  /** Accuracy of training less that of validation. */
  gap: {
    value: 0.3,
    source: 'three rows in ten are answered by heart; healthy nets in the tests end below .2',
  },
  /** Lead of training over validation in the loss of a regression, as a share of the loss of the start. */
  lead: {
    value: 0.1,
    source: 'a tenth of what there was to learn holds for the training rows alone',
  },
  /** Share of the initial running statistics that is left. */
  normLag: { value: 0.1, source: 'Ioffe & Szegedy 2015: running statistics (1 - momentum)^steps' },
  /** Distances of running statistics from those of a batch, over what chance makes of them. */
  normDrift: {
    value: 3,
    source: 'a mean of n values misses by 1/sqrt(n), the log of their variance by sqrt(2/n)',
  },
  /** Values that running statistics stand for: n (2 - momentum) / momentum of batches of n. */
  normValues: {
    value: 32,
    source:
      'variance of an exponential mean; of 32 values the log of the variance misses by a quarter',
  },
  normGap: {
    value: 1.5,
    source: 'validation loss over training loss, of nets that were not trained long',
  },
  /** Standard errors by which validation is ahead of training. */
  easier: {
    value: 3,
    source: 'rows drawn alike differ by less than 3 standard errors in 99.7 of 100 cases',
  },
  /** Standard errors by which neighbours agree more than strangers. */
  kinship: {
    value: 3,
    source:
      'Cover & Hart 1967: a nearest neighbour errs at most twice as often as the best rule; by chance 3 standard errors come up once in 700',
  },
  /** How many times lower than suggested a rate is low. */
  rateLow: {
    value: 100,
    source: 'Smith 2017, "Cyclical Learning Rates", 3.3: learning rate range test',
  },
  /** Share of the loss of eight rows that is gone after 300 steps. */
  fewRows: {
    value: 0.2,
    source: 'Karpathy 2019, "A Recipe for Training Neural Networks": overfit one batch',
  },
} as const satisfies Readonly<Record<string, Limit>>
