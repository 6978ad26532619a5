import type { Lesson } from 'justright/lessons'
import activationIdentities from './activation-identities.ts'
import adamFirstStep from './adam-first-step.ts'
import adaptiveSteps from './adaptive-steps.ts'
import autoencoder from './autoencoder.ts'
import batchNormMnist from './batch-norm-mnist.ts'
import batchNormRules from './batch-norm-rules.ts'
import batchNormScales from './batch-norm-scales.ts'
import batchNormSigmoid from './batch-norm-sigmoid.ts'
import buildingBricks from './building-bricks.ts'
import deepBeliefNet from './deep-belief-net.ts'
import deepMlpInit from './deep-mlp-init.ts'
import dropout from './dropout.ts'
import dropoutRules from './dropout-rules.ts'
import ensembles from './ensembles.ts'
import initFormulas from './init-formulas.ts'
import initOnCifar from './init-on-cifar.ts'
import linearCollapse from './linear-collapse.ts'
import mnistLadder from './mnist-ladder.ts'
import momentumOnMnist from './momentum-on-mnist.ts'
import moreData from './more-data.ts'
import nesterovAhead from './nesterov-ahead.ts'
import newerChoices from './newer-choices.ts'
import oneLineEach from './one-line-each.ts'
import optimizerPaths from './optimizer-paths.ts'
import optimizersGrid from './optimizers-grid.ts'
import overfitting from './overfitting.ts'
import pretrainingDeepNets from './pretraining-deep-nets.ts'
import randomStarts from './random-starts.ts'
import rbmLearning from './rbm-learning.ts'
import rbmStructure from './rbm-structure.ts'
import reluScales from './relu-scales.ts'
import reluSpeed from './relu-speed.ts'
import sigmoidPileUp from './sigmoid-pile-up.ts'
import tanhNumbers from './tanh-numbers.ts'
import tanhScales from './tanh-scales.ts'
import trainTestSplit from './train-test-split.ts'
import vanishingGradients from './vanishing-gradients.ts'
import weightDecay from './weight-decay.ts'
import xorDepth from './xor-depth.ts'
import xorOneUnit from './xor-one-unit.ts'
import xorRelu from './xor-relu.ts'
import zeroWeights from './zero-weights.ts'

/** The lessons, in the order of their chapters. */
export const lessons: readonly Lesson[] = [
  xorOneUnit,
  vanishingGradients,
  linearCollapse,
  xorDepth,
  activationIdentities,
  tanhNumbers,
  xorRelu,
  reluSpeed,
  zeroWeights,
  initFormulas,
  sigmoidPileUp,
  tanhScales,
  reluScales,
  deepMlpInit,
  randomStarts,
  newerChoices,
  initOnCifar,
  rbmStructure,
  rbmLearning,
  autoencoder,
  deepBeliefNet,
  pretrainingDeepNets,
  batchNormRules,
  batchNormSigmoid,
  batchNormScales,
  batchNormMnist,
  trainTestSplit,
  overfitting,
  moreData,
  weightDecay,
  dropoutRules,
  dropout,
  ensembles,
  buildingBricks,
  oneLineEach,
  optimizerPaths,
  momentumOnMnist,
  adaptiveSteps,
  nesterovAhead,
  adamFirstStep,
  optimizersGrid,
  mnistLadder,
]
