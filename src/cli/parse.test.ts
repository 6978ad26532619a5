import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type OptionName, options } from './options.ts'
import { parseCall } from './parse.ts'

const all = Object.keys(options) as OptionName[]

const good: Readonly<Record<string, readonly [readonly string[], object]>> = {
  '': [[], {}],
  'mnist-ladder': [['mnist-ladder'], {}],
  'a b': [['a', 'b'], {}],
  '--epochs 3': [[], { epochs: 3 }],
  'x --epochs=3 --full': [['x'], { epochs: 3, full: true }],
  '--seed 0 --seeds 5': [[], { seed: 0, seeds: 5 }],
  '--set a=1': [[], { set: ['a=1'] }],
  '--set a=-1 --set b=x=y': [[], { set: ['a=-1', 'b=x=y'] }],
  '--engine wasm --threads 2 --steps-per-call 7': [
    [],
    { engine: 'wasm', threads: 2, 'steps-per-call': 7 },
  ],
  '--out some/where --resume runs/x --json': [
    [],
    { out: 'some/where', resume: 'runs/x', json: true },
  ],
  '--epochs 3 --epochs 4': [[], { epochs: 4 }],
  '-- --epochs': [['--epochs'], {}],
}

for (const [line, [positionals, values]] of Object.entries(good))
  test(`"${line}" is understood`, () => {
    assert.deepEqual(parseCall(line.split(' ').filter(Boolean), all), { positionals, values })
  })

const bad: Readonly<Record<string, RegExp>> = {
  '--epoch 3': /received "--epoch"\. Did you mean --epochs\?$/,
  '--Full': /Did you mean --full\?/,
  '-e 3': /received "-e"/,
  '--epochs': /--epochs: expected N after it, received nothing/,
  '--out --json': /--out: expected PATH after it, received nothing/,
  '--epochs 0': /--epochs: expected an integer of at least 1, received "0"/,
  '--epochs 1.5': /received "1.5"/,
  '--epochs 1e3': /received "1e3"/,
  '--epochs 99999999999999999999': /an integer/,
  '--seed -1': /--seed: expected an integer of at least 0, received "-1"/,
  '--json=yes': /--json: expected no value, received "yes"/,
  '--engine nativ': /one of auto, .*native, .*Did you mean native\?/,
}

for (const [line, message] of Object.entries(bad))
  test(`"${line}" is refused with a reason`, () => {
    assert.throws(() => parseCall(line.split(' '), all), { name: 'ConfigError', message })
  })

test('an option of another command is unknown', () => {
  assert.throws(() => parseCall(['--json'], ['out', 'help']), { message: /one of --out, --help/ })
})
