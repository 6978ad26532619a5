import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { type FloatDType, tensor } from '../../src/base/index.ts'
import type { Engine } from '../../src/engine/index.ts'
import { valuesOf } from '../../src/ir/index.ts'
import { assertTensor } from '../assert-tensor.ts'
import { type OpCase, opCases, programOf } from '../op-cases.ts'
import { feedLaws } from './feeds.ts'
import type { Law } from './law.ts'
import { runLaws } from './runs.ts'
import { stateLaws } from './state.ts'

/**
 * Registers the tests that every engine has to pass: all op cases in the given float types, and the
 * laws of feeds, runs and state. `skips` names tests that an engine cannot pass, each with a reason;
 * a skip that names no test fails. `isAbsent` says why the engine cannot be here at all.
 */
export function contractSuite(
  name: string,
  createEngine: () => Promise<Engine>,
  skips: Readonly<Record<string, string>> = {},
  dtypes: readonly FloatDType[] = ['float32'],
  isAbsent: string | false = false,
): void {
  const laws: Readonly<Record<string, Law>> = {
    ...Object.fromEntries(dtypes.flatMap(opLaws)),
    ...feedLaws,
    ...runLaws,
    ...stateLaws,
  }
  describe(`the ${name} engine`, { skip: isAbsent }, () => {
    let engine: Engine
    before(async () => {
      engine = await createEngine()
    })
    for (const [law, holds] of Object.entries(laws))
      test(law, { skip: skips[law] ?? false }, () => holds(engine))
    test('every skip names a test', () => {
      assert.deepEqual(
        Object.keys(skips).filter(skip => !Object.hasOwn(laws, skip)),
        [],
      )
    })
  })
}

function opLaws(dtype: FloatDType): [string, Law][] {
  return opCases.map(opCase => [
    `${opCase.op} ${opCase.name}, ${dtype}`,
    engine => holds(engine, opCase, dtype),
  ])
}

async function holds(engine: Engine, opCase: OpCase, dtype: FloatDType): Promise<void> {
  const { program, feeds } = programOf(opCase, dtype)
  const { y } = program.outputs
  assert.ok(
    valuesOf([y!]).some(({ op }) => op === opCase.op),
    `the case does not use ${opCase.op}`,
  )
  const executable = await engine.compile(program)
  const outputs = await executable.run(feeds)
  assertTensor(outputs.y, tensor(opCase.expected, y!.dtype), opCase)
  await executable.release()
}
