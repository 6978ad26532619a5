import { DataError, zerosTensor } from '../base/index.ts'
import { sha256 } from './content-hash.ts'
import { type DataSource, type Dataset, rowsOf } from './dataset.ts'
import type { Rows } from './rows.ts'

/**
 * The same examples with their inputs as what a model should answer, as auto-encoders are trained: the
 * targets are gone, and the graph takes the inputs, scaled and normalised, in their place. A batch is
 * still fed once.
 * Throws DataError when the source is one of this kind, or has further inputs or targets.
 */
export async function inputsAsTargets<R extends Rows>(
  source: DataSource<R>,
): Promise<DataSource<R>> {
  const { train, validation, test, targetNormalization: _, description, ...rest } = source
  if (train.targetsAre || train.more)
    throw new DataError({
      who: `inputs as targets of "${description.source}"`,
      expected: 'a source with targets of its own, and without further inputs and targets',
      received: train.targetsAre
        ? 'one whose targets are its inputs'
        : Object.keys(train.more!).join(', '),
    })
  const text = `${description.hash} inputs as targets`
  const { classes: __, ...described } = description
  return {
    ...rest,
    train: unlabelled(train),
    ...(validation && { validation: unlabelled(validation) }),
    ...(test && { test: unlabelled(test) }),
    description: {
      ...described,
      targets: 'inputs',
      hash: await sha256(new TextEncoder().encode(text)),
    },
  }
}

function unlabelled<R extends Rows>({ name, inputs }: Dataset<R>): Dataset<R> {
  const targets = zerosTensor('float32', [rowsOf({ inputs }), 0])
  return { name, inputs, targets, targetsAre: 'inputs' }
}
