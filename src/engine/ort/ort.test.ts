import { contractSuite } from '../../../test/contract/suite.ts'
import { nativeEngine } from './native.ts'
import { wasmEngine } from './wasm.ts'

contractSuite('native', () => nativeEngine())
contractSuite('wasm', () => wasmEngine())
