import { type DType, dtypes, mapNamed, type Named, type Shape, type Tensor } from '../base/index.ts'
import type { DataSource, Dataset, Rows } from '../data/index.ts'
import type { RunDescription } from '../runs/index.ts'
import type { Experiment } from './experiment.ts'

/** One row of a tensor. */
interface RowType {
  readonly dtype: DType
  readonly shape: Shape
}

/** Everything that a program has to know of its data, which is all but the rows; plain data. */
export interface DataSignature
  extends Omit<DataSource, 'train' | 'validation' | 'test' | 'description'> {
  readonly inputs: RowType
  readonly targets: RowType
  readonly targetsAre?: 'inputs'
  readonly classes?: number
  readonly more?: Named<RowType>
}

/** What a program has to know of a data source. */
export function signatureOf(source: DataSource): DataSignature {
  const { train, validation, test, description, ...rest } = source
  const { inputs, targets, targetsAre, classes, more } = train
  return {
    ...rest,
    inputs: rowType(inputs),
    targets: rowType(targets),
    ...(targetsAre ? { targetsAre } : {}),
    ...(classes === undefined ? {} : { classes }),
    ...(more ? { more: mapNamed(more, rowType) } : {}),
  }
}

/** A data source of this signature without a row: enough to build programs and exports. */
function sourceWithoutRows(
  signature: DataSignature,
  description: DataSource['description'],
): DataSource {
  const { inputs, targets, targetsAre, classes, more, ...rest } = signature
  const train: Dataset = {
    name: description.source,
    inputs: noRows(inputs),
    targets: noRows(targets),
    ...(targetsAre ? { targetsAre } : {}),
    ...(classes === undefined ? {} : { classes }),
    ...(more ? { more: mapNamed(more, noRows) } : {}),
  }
  return { ...rest, train, description }
}

/**
 * The experiment of a stored run, as its description tells; its data have no rows.
 * What the run recorded as absent (`null`) is left out.
 */
export function storedExperiment({ name, experiment, data }: RunDescription): Experiment {
  const { signature, ...description } = data
  const given = Object.entries(experiment).filter(([, value]) => value !== null)
  return {
    ...(Object.fromEntries(given) as unknown as Omit<Experiment, 'data'>),
    name,
    data: sourceWithoutRows(signature as DataSignature, description as DataSource['description']),
  }
}

const rowType = ({ dtype, shape }: Rows): RowType => ({ dtype, shape: shape.slice(1) })

const noRows = ({ dtype, shape }: RowType): Tensor => ({
  dtype,
  shape: [0, ...shape],
  data: new dtypes[dtype].array(0),
})
