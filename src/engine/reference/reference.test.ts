import { contractSuite } from '../../../test/contract/suite.ts'
import { referenceEngine } from './index.ts'

contractSuite('reference', async () => referenceEngine(), {}, ['float32', 'float64'])
