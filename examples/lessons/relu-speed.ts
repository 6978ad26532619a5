// How long ReLU, tanh and sigmoid take, forward and backward; and what that is of a training step.
import {
  chooseEngine,
  crossEntropy,
  type Engine,
  type Executable,
  fit,
  linear,
  relu as reluLayer,
  sampleRows,
  sequential,
  sgd,
  sigmoid as sigmoidLayer,
  tanh as tanhLayer,
  tensor,
} from 'justright'
import type { Lesson } from 'justright/lessons'
import { mnist } from 'justright/node'
import { gradients, input, mul, pureProgram, relu, sigmoid, sum, tanh, type Value } from 'justright/ops' // biome-ignore format: fits

const lesson: Lesson = {
  name: 'relu-speed',
  group: 'activations',
  claims: ['44'],
  title: {
    en: 'ReLU is quicker than tanh and sigmoid',
    ko: 'ReLU는 tanh와 시그모이드보다 빠르다',
  },
  story: {
    en: 'ReLU is one comparison, and so is its derivative; tanh and sigmoid need an exponential, and theirs a product. Here each is computed for a million numbers, with its derivative multiplied by a gradient from above, again and again in turn, so that whatever else the machine does meets all of them alike; of each the fastest time counts, since other work can only add to it. Two engines do it: plain JavaScript, one number after the other, and the one that trains nets here. Then a whole training of an MLP with each: what does the choice save where matrices are multiplied too?',
    ko: 'ReLU도 그 도함수도 비교 한 번이면 되지만, tanh와 시그모이드는 지수 함수를, 그 도함수는 곱셈을 쓴다. 여기서는 수 백만 개에 대해 각각을 계산하고 도함수에 위에서 온 기울기를 곱하는 일을 번갈아 되풀이한다. 컴퓨터가 다른 일을 하더라도 모두가 똑같이 영향을 받게 하고, 다른 일은 시간을 늘리기만 하므로 가장 빠른 시간을 비교한다. 엔진은 둘이다. 수를 하나씩 계산하는 단순한 JavaScript와, 여기서 신경망을 훈련하는 엔진이다. 그다음 각각으로 MLP 훈련 전체를 해 본다. 행렬 곱셈까지 있을 때 이 선택이 시간을 얼마나 아껴 주는가?',
  },
  seconds: { short: 5, full: 5 },
  async run({ progress, show, signal, text }) {
    const size = 1_000_000
    const x = tensor(Array.from({ length: size }, (_, i) => 3 * Math.sin(i)))
    const upstream = tensor(Array.from({ length: size }, (_, i) => Math.cos(i)))
    // Forward and backward, summed up so that a million numbers need not be handed out.
    const programOf = (f: (x: Value) => Value) => {
      const [at, from] = [input('x', [size]), input('upstream', [size])]
      const loss = sum(mul(f(at), from))
      const [slope] = gradients(loss, [at])
      return pureProgram({ loss, slope: sum(mul(slope!, slope!)) })
    }
    const functions = { ReLU: relu, tanh, sigmoid }

    /** Milliseconds of each function alone: the sums and products around it are measured and taken off. */
    const measure = async (engine: Engine, rounds: number) => {
      const executables = new Map<string, Executable>()
      for (const [name, f] of Object.entries({ nothing: (x: Value) => x, ...functions }))
        executables.set(name, await engine.compile(programOf(f)))
      const least = new Map<string, number>()
      for (let round = 0; round < rounds; round++)
        for (const [name, executable] of executables) {
          signal.throwIfAborted()
          const start = performance.now()
          await executable.run({ x, upstream })
          const ms = performance.now() - start
          least.set(name, Math.min(ms, least.get(name) ?? ms))
        }
      for (const executable of executables.values()) await executable.release()
      return Object.keys(functions).map(name =>
        Math.max(0, least.get(name)! - least.get('nothing')!),
      ) as [number, number, number]
    }
    const fast = await chooseEngine()
    progress(0, { en: 'JavaScript', ko: 'JavaScript' })
    const plainMs = await measure(await chooseEngine('js'), 20)
    progress(0.2, { en: fast.name, ko: fast.name })
    const fastMs = await measure(fast, 150)
    for (const [engine, times] of [['JavaScript', plainMs], [fast.name, fastMs]] as const) // biome-ignore format: fits
      show({
        kind: 'bars',
        title: text({
          en: `Forward and backward, a million numbers, ${engine}`,
          ko: `순전파와 역전파, 수 백만 개, ${engine}`,
        }),
        value: { label: text({ en: 'milliseconds', ko: '밀리초' }) },
        bars: Object.keys(functions).map((name, i) => ({ name, value: times[i]! })),
      })

    // A training of 784-256-256-10 for an epoch of 10,000 images, in turn.
    const data = await sampleRows(await mnist(), { train: 10_000, validation: 100, test: 100 })
    const layers = { ReLU: reluLayer(), tanh: tanhLayer(), sigmoid: sigmoidLayer() }
    const trainings = Object.fromEntries(Object.keys(layers).map(name => [name, [] as number[]]))
    for (let round = 0; round < 9; round++) {
      progress(0.3 + (0.7 * round) / 9, { en: 'training, in turn', ko: '번갈아 훈련' })
      for (const [name, layer] of Object.entries(layers)) {
        signal.throwIfAborted()
        const run = await fit({
          model: sequential(linear(256), layer, linear(256), layer, linear(10)),
          loss: crossEntropy(),
          optimizer: sgd({ learningRate: 0.1 }),
          data,
          epochs: 1,
          batchSize: 100,
        })
        trainings[name]!.push(run.seconds)
      }
    }

    // Quicker by a fifth at least: less is within what such measurements vary by.
    const isQuicker = ([ofRelu, ...others]: readonly number[]) =>
      ofRelu! < 0.8 * Math.min(...others)
    const verdicts = [isQuicker(plainMs), isQuicker(fastMs)]
    const list = (values: readonly number[], unit: string, digits = 2) =>
      Object.keys(functions)
        .map((name, i) => `${name} ${values[i]!.toFixed(digits)} ${unit}`)
        .join(', ')
    const seconds = Object.values(trainings).map(times => Math.min(...times))
    return [
      {
        claim: '44',
        verdict: verdicts.every(Boolean) ? 'holds' : verdicts.some(Boolean) ? 'conditional' : 'fails', // biome-ignore format: fits
        reason: {
          en: `Computed one number after the other, forward and backward over a million take ${list(plainMs, 'ms', 1)}. The engine that trains here (${fast.name}) computes many numbers at once: ${list(fastMs, 'ms')}: there an exponential costs hardly more than a comparison. A whole training of 784-256-256-10 takes ${list(seconds, 's')}: most of it goes into products of matrices.`,
          ko: `수를 하나씩 계산하면 백만 개의 순전파와 역전파에 ${list(plainMs, 'ms', 1)}가 걸린다. 여기서 훈련에 쓰는 엔진(${fast.name})은 여러 수를 한꺼번에 계산한다: ${list(fastMs, 'ms')}. 그때는 지수 함수도 비교 한 번과 거의 같은 시간이 든다. 784-256-256-10의 훈련 전체에는 ${list(seconds, 's')}가 걸린다. 대부분은 행렬 곱셈에 드는 시간이다.`,
        },
        measures: Object.keys(functions).flatMap((name, i) => [
          {
            name: { en: `${name}: ms for a million numbers, JavaScript`, ko: `${name}: 수 백만 개에 드는 ms, JavaScript` }, // biome-ignore format: fits
            values: [plainMs[i]!],
          },
          {
            name: { en: `${name}: ms for a million numbers, ${fast.name}`, ko: `${name}: 수 백만 개에 드는 ms, ${fast.name}` }, // biome-ignore format: fits
            values: [fastMs[i]!],
          },
          {
            name: { en: `${name}: seconds of a training`, ko: `${name}: 훈련에 드는 초` },
            values: trainings[name]!,
          },
        ]),
      },
    ]
  },
}

export default lesson
