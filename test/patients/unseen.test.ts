import assert from 'node:assert/strict'
import { test } from 'node:test'
import { linear, preflight, sequential } from 'justright'
import { isFound, named, requireWhole } from './checks.ts'
import { base, classed, times } from './data.ts'
import { diagnosed } from './run-patient.ts'
import { illRuns } from './runs.ts'
import { illJudged } from './unseen-judged.ts'
import { healthySequences, illSequences } from './unseen-sequences.ts'
import { healthyToys, illToys } from './unseen-toys.ts'

const ill = { ...illSequences, ...illToys, ...illJudged }
const healthy = { ...healthySequences, ...healthyToys }

/** Told without trials; `runs.slow.ts` has all, and those that have to be trained. */
const before = [
  'a plain recurrent net whose weights are five times orthogonal',
  'a GRU whose gates are held shut by biases of 20',
  'convolutions along time with a dead layer',
  'targets of ten thousand',
  'targets of a millionth',
  'yes and no as 1 and -1',
  'a sigmoid before targets from -3 to 3',
  'one yes in sixty',
]
const after = [
  'a plain recurrent net that forgets over forty steps',
  'an embedding at a rate of a hundred-thousandth with SGD',
  'a cosine that ends at 0 in the first of thirty epochs',
  'four frozen units before the layer that is trained',
  'running statistics of the last eight rows alone',
  'sixty rows of a regression, learnt by heart',
  'one tanh unit for twenty kinds',
  'a GRU and labels that have nothing to do with its melodies',
]
const well = [
  'an LSTM on waves',
  'an LSTM on embedded words',
  'an embedding of words',
  'targets of thousands that are normalised',
  'features weighed by attention',
]

for (const name of before)
  test(`${ill[name]!.rule} is found in ${name}`, async () => {
    const { findings } = await preflight(ill[name]!.experiment, { trials: false })
    assert.ok(isFound(findings, ill[name]!), `found ${named(findings)}`)
    requireWhole(findings, ill[name]!.experiment)
  })

for (const name of after)
  test(`a run tells ${ill[name]!.rule}: ${name}`, async () => {
    const { findings } = await diagnosed(ill[name]!.experiment)
    assert.ok(isFound(findings, ill[name]!), `found ${named(findings)}`)
    requireWhole(findings, ill[name]!.experiment)
  })

for (const name of well)
  test(`nothing is found in ${name}`, async () => {
    const { findings } = await preflight(healthy[name]!, { trials: false })
    assert.equal(named(findings), 'nothing')
  })

test('a rate that throws weights off is told, and not the gradients that vanish by it', async () => {
  const { findings } = await diagnosed(ill['RMSprop at a rate of 1 on a regression']!.experiment)
  assert.equal(named(findings), 'learning-rate-too-high')
})

test('running statistics that lag are told since the step in which they were measured to', async () => {
  const { experiment } = illRuns['running statistics that replace a ten-thousandth']!
  const { findings } = await diagnosed(experiment)
  for (const { rule, step, evidence } of findings) {
    assert.equal(rule, 'norm-statistics')
    assert.ok(step! < 60)
    assert.match(evidence[0]!.name.en, /over that of chance/)
    assert.ok(evidence[0]!.value > evidence[0]!.limit!)
  }
})

const inOrder = async (of: (i: number) => number) => {
  const data = await classed(2, {
    inputs: times(100, i => [of(i), i % 7]),
    targets: times(100, of),
  })
  return { ...base, data, model: sequential(linear(2)), shuffle: false }
}

test('sorted rows that are not shuffled are told, and those that take turns are not', async () => {
  const rulesOf = async (of: (i: number) => number) =>
    (await preflight(await inOrder(of), { trials: false })).findings.map(({ rule }) => rule)
  const halves = await rulesOf(i => Number(i > 50))
  assert.ok(halves.includes('rows-in-order') && halves.includes('splits-differ'), `${halves}`)
  const turns = await rulesOf(i => i % 2)
  assert.ok(!turns.includes('rows-in-order') && !turns.includes('splits-differ'), `${turns}`)
})
