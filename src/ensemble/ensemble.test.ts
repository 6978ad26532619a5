import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { assertTensor } from '../../test/assert-tensor.ts'
import { runModel } from '../../test/run-model.ts'
import { points, small } from '../../test/training.ts'
import { mapNamed, type Tensor, tensor, tensorOf } from '../base/index.ts'
import { type DataSource, dataOf, normalized, rowsAt, rowsOf } from '../data/index.ts'
import { referenceEngine } from '../engine/index.ts'
import {
  binaryCrossEntropy,
  crossEntropy,
  dropout,
  embedding,
  flatten,
  jointLoss,
  type LayerConfig,
  type LossConfig,
  linear,
  meanSquaredError,
  relu,
  sequential,
  tanh,
} from '../nn/index.ts'
import { adam } from '../optim/index.ts'
import { fit, fitSeeds, inferenceModel, scoreModel, summaryOf } from '../train/index.ts'
import type { Combination } from './combine.ts'
import { ensemble, membersOf } from './ensemble.ts'
import type { Member } from './member.ts'

const engine = referenceEngine()

async function trained(
  model: LayerConfig,
  data: DataSource,
  loss: LossConfig = crossEntropy(),
  learningRate = 0.05,
): Promise<Member> {
  const optimizer = adam({ learningRate })
  const run = await fit({ ...small, model, data, loss, optimizer, epochs: 3, engine })
  return { model, data, loss, parameters: run.parameters }
}

/** What the exported model of a member, or of all, answers for rows; by ONNX Runtime alone. */
async function answersOf(onnx: Uint8Array, inputs: Tensor): Promise<Tensor> {
  return (await runModel(onnx, { input: inputs })).output!
}

/** The answers of each member for the held rows of the first. */
function alone(members: readonly Member[]): Promise<Tensor[]> {
  const rows = heldRows(members[0]!)
  return Promise.all(
    members.map(member => answersOf(inferenceModel(member, member.parameters), rows)),
  )
}

const heldRows = ({ data: { validation } }: Member): Tensor =>
  rowsAt(validation!.inputs, 0, rowsOf(validation!))

/** Columns of rows of the same length. */
const columnsOf = ([first = [], ...rest]: readonly number[][]): number[][] =>
  first.map((value, k) => [value, ...rest.map(row => row[k] ?? Number.NaN)])

const meanOf = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length

/** Element by element, in float64. */
function combined(answers: readonly Tensor[], combine: (values: number[]) => number): Tensor {
  const [{ shape, data }] = answers as [Tensor]
  const result = Float32Array.from(data, (_, i) => combine(answers.map(({ data }) => data[i]!)))
  return tensorOf('float32', shape, result)
}

const rowOf = ({ shape, data }: Tensor, i: number): number[] => {
  const size = shape[1]!
  return [...data.subarray(i * size, (i + 1) * size)]
}
const greatest = (row: readonly number[]): number => row.indexOf(Math.max(...row))

function shareRight(answers: Tensor, targets: ArrayLike<number>): number {
  const right = Array.from(targets, (label, i) => Number(greatest(rowOf(answers, i)) === label))
  return meanOf(right)
}

/** How a combination of probabilities of classes is defined, one row at a time. */
const ofClasses: Readonly<Record<string, (rows: readonly number[][]) => number[]>> = {
  probabilities: rows => columnsOf(rows).map(meanOf),
  logits(rows) {
    const products = columnsOf(rows).map(column => Math.exp(meanOf(column.map(Math.log))))
    const total = products.reduce((a, b) => a + b, 0)
    return products.map(product => product / total)
  },
  votes(rows) {
    return columnsOf(rows).map((column, k) => {
      const votes = rows.filter(row => greatest(row) === k).length
      return (votes + meanOf(column)) / (rows.length + 1)
    })
  },
}

describe('an ensemble of different nets on classes', () => {
  let members: Member[]
  let answers: Tensor[]
  let labels: Tensor['data']

  before(async () => {
    // Two batches of scoring and a rest.
    const data = await points(38, 2300)
    members = [
      await trained(sequential(linear(5), relu(), linear(3)), data),
      await trained(sequential(linear(7), tanh(), dropout(0.2), linear(3)), data),
      await trained(linear(3), await normalized(data)),
      await trained(
        linear(3),
        { ...data, scale: 0.5 },
        crossEntropy({ labelSmoothing: 0.1 }),
        0.001,
      ),
    ]
    answers = await alone(members)
    labels = rowsAt(data.validation!.targets, 0, 2300).data
  })

  for (const [by, combine] of Object.entries(ofClasses))
    test(`by ${by} answers as its members' answers combined, in scores and as one ONNX model`, async () => {
      const team = ensemble(members, { by: by as Combination })
      const rows = Array.from(labels, (_, i) => combine(answers.map(answer => rowOf(answer, i))))
      const expected = tensorOf('float32', answers[0]!.shape, Float32Array.from(rows.flat()))
      assertTensor(await answersOf(team.toOnnx(), heldRows(members[0]!)), expected, {
        epsilons: 32,
        scale: 1,
      })
      const scores = await team.score({ engine })
      assert.equal(scores.ensemble.examples, 2300)
      assert.equal(scores.ensemble.accuracy, shareRight(expected, labels))
      const losses = rows.map((row, i) => -Math.log(row[labels[i]!]!))
      assert.ok(Math.abs(scores.ensemble.loss - meanOf(losses)) < 1e-5)
      assert.equal(scores.ensemble.metrics!.accuracy, scores.ensemble.accuracy)
    })

  test('scores its members as scoreModel does, by the loss of the first, and their mean', async () => {
    const { members: scores, mean } = await ensemble(members).score({ engine })
    const loss = members[0]!.loss
    for (const [i, member] of members.entries()) {
      const expected = await scoreModel({ ...member, loss }, member.parameters, {
        engine,
        metrics: [],
      })
      assert.equal(scores[i]!.accuracy, expected.accuracy)
      assert.ok(Math.abs(scores[i]!.loss - expected.loss) < 1e-6)
    }
    assert.equal(mean.accuracy, meanOf(scores.map(({ accuracy }) => accuracy!)))
  })

  test('its members differ in as many answers as counted by hand', async () => {
    const { disagreement } = await ensemble(members).score({ engine })
    const pairs = [0, 1, 2, 3].flatMap(a =>
      [0, 1, 2, 3].filter(b => b > a).map(b => [a, b] as const),
    )
    const differ = Array.from(labels, (_, i) => {
      const chosen = answers.map(answer => greatest(rowOf(answer, i)))
      return meanOf(pairs.map(([a, b]) => Number(chosen[a] !== chosen[b])))
    })
    assert.ok(Math.abs(disagreement! - meanOf(differ)) < 1e-6, `${disagreement}`)
    assert.ok(disagreement! > 0.05)
  })

  for (const by of ['probabilities', 'logits'] as const)
    test(`the loss by ${by} is never above that of the mean member`, async () => {
      const { ensemble: all, mean } = await ensemble(members, { by }).score({ engine })
      assert.ok(all.loss < mean.loss, `${all.loss} ${mean.loss}`)
    })

  for (const by of ['probabilities', 'logits', 'votes'] as const)
    test(`twice the same net by ${by} answers as the net`, async () => {
      const [one] = members as [Member]
      const scores = await ensemble([one, one], { by }).score({ engine })
      assert.equal(scores.disagreement, 0)
      assert.equal(scores.ensemble.accuracy, scores.members[0]!.accuracy)
      if (by !== 'votes') assert.ok(Math.abs(scores.ensemble.loss - scores.mean.loss) < 1e-6)
    })

  test('nets that are very sure have a finite loss together', async () => {
    const sure = (factor: number): Member => ({
      ...members[0]!,
      parameters: mapNamed(members[0]!.parameters, ({ shape, data }) =>
        tensorOf(
          'float32',
          shape,
          Float32Array.from(data, x => x * factor),
        ),
      ),
    })
    const { ensemble: all, mean } = await ensemble([sure(60), sure(-60)]).score({ engine })
    // Beyond 100 a probability is 0 in float32.
    assert.ok(all.loss > 100 && all.loss < mean.loss, `${all.loss} ${mean.loss}`)
  })

  test('its model says what it is, and the normalisation only where it is that of all', () => {
    const facts = (chosen: readonly Member[]) => summaryOf(ensemble(chosen).toOnnx(), 'x').facts
    assert.equal(facts(members).model, 'ensemble of 4: experiment')
    assert.equal(facts(members).normalization, undefined)
    assert.ok(facts([members[2]!, members[2]!]).normalization)
    assert.equal(facts(members).task, 'classes')
  })
})

test('the runs of several seeds are the members of an ensemble', async () => {
  const runs = await fitSeeds({ ...small, seeds: [1, 2, 3], engine })
  const scores = await ensemble(membersOf(small, runs)).score({ engine })
  assert.deepEqual(
    scores.members.map(({ accuracy }) => accuracy),
    runs.map(({ validation }) => validation!.accuracy),
  )
})

test('labels are combined one by one', async () => {
  const raw = await points(38, 30)
  const labelled = (rows: Tensor) => ({
    inputs: rows,
    targets: tensorOf(
      'float32',
      [rows.shape[0]!, 2],
      Float32Array.from({ length: 2 * rows.shape[0]! }, (_, i) => Number(rows.data[2 * i]! > 0)),
    ),
  })
  const rows = (dataset: DataSource['train']) => rowsAt(dataset.inputs, 0, rowsOf(dataset))
  const data = await dataOf({
    train: labelled(rows(raw.train)),
    validation: labelled(rows(raw.validation!)),
  })
  const members: Member[] = []
  for (const units of [4, 6])
    members.push(
      await trained(sequential(linear(units), tanh(), linear(2)), data, binaryCrossEntropy()),
    )
  const answers = await alone(members)
  const odds = (p: number) => Math.log(p / (1 - p))
  const sigmoid = (x: number) => 1 / (1 + Math.exp(-x))
  const definitions: Readonly<Record<string, (ps: number[]) => number>> = {
    probabilities: meanOf,
    logits: ps => sigmoid(meanOf(ps.map(odds))),
    votes: ps => (ps.filter(p => p > 0.5).length + meanOf(ps)) / (ps.length + 1),
  }
  for (const [by, combine] of Object.entries(definitions)) {
    const team = ensemble(members, { by: by as Combination })
    const found = await answersOf(team.toOnnx(), heldRows(members[0]!))
    assertTensor(found, combined(answers, combine), { epsilons: 64, scale: 1 })
    const { ensemble: all, disagreement } = await team.score({ engine })
    const right = Array.from(found.data, (p, i) => {
      const target = data.validation!.targets as Tensor
      return Number(p > 0.5 === target.data[i]! > 0.5)
    })
    assert.ok(Math.abs(all.accuracy! - meanOf(right)) < 1e-6)
    const differ = Array.from(found.data, (_, i) => {
      const [a, b] = answers.map(({ data }) => data[i]! > 0.5)
      return Number(a !== b)
    })
    assert.ok(Math.abs(disagreement! - meanOf(differ)) < 1e-6)
  }
})

test('numbers are averaged, in the unit of the targets', async () => {
  const part = (from: number) => {
    const inputs = Array.from({ length: 30 }, (_, i) => [Math.sin(i + from), Math.cos(2 * i)])
    return { inputs, targets: inputs.map(([a = 0, b = 0]) => [5000 + 1000 * a * b]) }
  }
  const raw = await dataOf({ train: part(0), validation: part(40) })
  const data = await normalized(raw, { targets: true })
  const members: Member[] = []
  for (const units of [4, 6])
    members.push(
      await trained(sequential(linear(units), tanh(), linear(1)), data, meanSquaredError()),
    )
  const team = ensemble(members)
  assert.equal(team.by, 'mean')
  const answers = await alone(members)
  const found = await answersOf(team.toOnnx(), heldRows(members[0]!))
  assertTensor(found, combined(answers, meanOf), { epsilons: 64, scale: 5000 })
  const scores = await team.score({ engine })
  assert.ok(scores.ensemble.loss <= scores.mean.loss)
  assert.ok(scores.ensemble.metrics!.rootMeanSquaredError! > 1)
  assert.equal(scores.disagreement, undefined)
  assert.equal(scores.mean.accuracy, undefined)
})

test('indices have to be known by every member', async () => {
  const data = await dataOf({
    train: {
      inputs: tensor(
        [
          [0, 1],
          [2, 3],
        ],
        'int32',
      ),
      targets: tensor([0, 1], 'uint8'),
    },
    classes: 2,
  })
  const member = (size: number): Member => ({
    model: sequential(embedding(size, 1), flatten(), linear(2)),
    data,
    loss: jointLoss({ main: crossEntropy() }),
    parameters: {
      '0.weight': tensorOf('float32', [size, 1], new Float32Array(size)),
      '2.weight': tensorOf('float32', [2, 2], new Float32Array(4)),
      '2.bias': tensorOf('float32', [2], new Float32Array(2)),
    },
  })
  const team = ensemble([member(9), member(6)])
  assert.equal(summaryOf(team.toOnnx(), 'x').facts.indicesBelow, 6)
  assert.equal(team.by, 'probabilities')
})
