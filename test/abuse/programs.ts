import { tensor, zerosTensor } from '../../src/base/index.ts'
import type { Engine } from '../../src/engine/index.ts'
import {
  add,
  gather,
  input,
  matmul,
  mul,
  type Program,
  sum,
  type Value,
} from '../../src/ir/index.ts'

export const x = input('x', [2])
const total = input('total', [2])
export const counter: Program = { outputs: { before: total }, state: { total: add(total, x) } }
export const feeds = { x: tensor([1, 10]) }
export const initial = { total: tensor([0, 0]) }

const size = 700
/** A step that takes long enough for things to happen meanwhile, some 100 ms. */
export const long: Program = (() => {
  const weights = input('weights', [size, size])
  let product: Value = weights
  for (let i = 0; i < 6; i++) product = mul(matmul(product, weights), 1e-3)
  const index = input('index', [2], 'int32')
  return { outputs: { sum: sum(product), picked: gather(x, index) }, state: { weights: product } }
})()
export const longState = { weights: zerosTensor('float32', [size, size]) }
export const longFeeds = () => ({ x: tensor([1, 10]), index: tensor([0, 1], 'int32') })

/** An executable whose last run was long, and a state for it. */
export async function warm(engine: Engine) {
  const executable = await engine.compile(long)
  const state = engine.createState(longState)
  await executable.run(longFeeds(), state)
  return { executable, state }
}
