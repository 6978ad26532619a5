import { type DataSource, sampleRows } from 'justright'
import { mnist } from 'justright/node'

const { test: _, ...whole } = await mnist()

/** Some digits of MNIST, and others to validate with. */
export const digits = (train: number, validation = 500): Promise<DataSource> =>
  sampleRows(whole as DataSource, { train, validation }) as Promise<DataSource>
