import { contractSuite } from '../../../test/contract/suite.ts'
import { jsEngine } from './index.ts'

contractSuite('js', async () => jsEngine(), {}, ['float32', 'float64'])
