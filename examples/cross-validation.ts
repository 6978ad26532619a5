// How good is a model really? Five trainings, each scored on the fifth of the rows that it has not seen.
import { adam, crossEntropy, dataOf, fit, kFold, linear, relu, sequential, toys } from 'justright'

const { train } = await toys.spirals({ count: 500, noise: 0.03, validation: 0 })
const accuracies: number[] = []
for (const fold of kFold(train, { folds: 5, stratified: true })) {
  const run = await fit({
    model: sequential(linear(32), relu(), linear(32), relu(), linear(2)),
    loss: crossEntropy(),
    optimizer: adam({ learningRate: 0.01 }),
    // Mean and deviation are fitted on the training rows of each fold alone.
    data: await dataOf({ ...fold, classes: 2, normalize: 'standard' }),
    epochs: 60,
    batchSize: 25,
  })
  accuracies.push(run.validation!.accuracy!)
}
const mean = accuracies.reduce((sum, accuracy) => sum + accuracy, 0) / accuracies.length
console.log(
  `accuracy ${mean.toFixed(2)}, from ${Math.min(...accuracies)} to ${Math.max(...accuracies)}`,
)
