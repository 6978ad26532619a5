import { contractSuite } from '../../../test/contract/suite.ts'
import { capiEngine } from './capi/engine.ts'
import { nativeEngine } from './native.ts'
import { wasmEngine } from './wasm.ts'

contractSuite('native', () => nativeEngine())
contractSuite('wasm', () => wasmEngine())
contractSuite('capi', () => capiEngine())
