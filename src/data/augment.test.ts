import assert from 'node:assert/strict'
import { test } from 'node:test'
import { keyOf, type NumericArray, splitKey } from '../base/index.ts'
import {
  type AugmentConfig,
  augmentBatch,
  checkAugment,
  cutout,
  horizontalFlip,
  randomCrop,
  shift,
} from './index.ts'

const key = keyOf(2006)
const shape = [3, 7, 6] as const
const [channels, height, width] = shape
const size = channels * height * width
const count = 400

/** Images whose pixels all differ and are not 0. */
function images(make: (n: number) => NumericArray = n => new Int32Array(n)): NumericArray {
  return make(count * size).map((_, i) => 1 + (i % 251))
}

function augmented(augment: readonly AugmentConfig[], from = images(), under = key): NumericArray {
  const data = from.slice() as NumericArray
  augmentBatch(augment, data, shape, under)
  return data
}

const pixel = (data: NumericArray, image: number, c: number, y: number, x: number): number =>
  data[((image * channels + c) * height + y) * width + x]!

/** A coordinate beyond the border, mirrored at the outermost pixels. */
const mirrored = (at: number, n: number): number => (at < 0 ? -at : at >= n ? 2 * (n - 1) - at : at)

/** Where an image came from: the one offset that explains every pixel, by the plain definition. */
function offsetOf(
  after: NumericArray,
  before: NumericArray,
  image: number,
  most: readonly [number, number],
  mode: 'zeros' | 'reflect',
): string {
  const [rows, columns] = most
  const found: string[] = []
  for (let dy = -rows; dy <= rows; dy++)
    for (let dx = -columns; dx <= columns; dx++) {
      const source = (c: number, y: number, x: number) => {
        const isInside = y >= 0 && y < height && x >= 0 && x < width
        if (!isInside && mode === 'zeros') return 0
        return pixel(before, image, c, mirrored(y, height), mirrored(x, width))
      }
      let isSame = true
      for (let c = 0; c < channels; c++)
        for (let y = 0; y < height; y++)
          for (let x = 0; x < width; x++)
            isSame &&= pixel(after, image, c, y, x) === source(c, y + dy, x + dx)
      if (isSame) found.push(`${dy} ${dx}`)
    }
  assert.equal(found.length, 1, `image ${image}: ${found.length} offsets explain it`)
  return found[0]!
}

for (const [what, config, most, mode] of [
  ['a random crop', randomCrop({ padding: 2 }), [2, 2], 'zeros'],
  ['a reflected crop', randomCrop({ padding: 2, mode: 'reflect' }), [2, 2], 'reflect'],
  ['a shift', shift({ rows: 0, columns: 3 }), [0, 3], 'zeros'],
  ['a shift that leaves a row', shift({ rows: 6, columns: 0 }), [6, 0], 'zeros'],
] as const)
  test(`${what} is the image moved, every way about as often`, () => {
    const before = images()
    const after = augmented([config], before)
    const seen = new Map<string, number>()
    for (let image = 0; image < count; image++) {
      const offset = offsetOf(after, before, image, most, mode)
      seen.set(offset, (seen.get(offset) ?? 0) + 1)
    }
    const ways = (2 * most[0] + 1) * (2 * most[1] + 1)
    assert.equal(seen.size, ways)
    const expected = count / ways
    for (const [offset, times] of seen)
      assert.ok(Math.abs(times - expected) < 4 * Math.sqrt(expected), `${offset}: ${times} times`)
  })

test('a flip mirrors left and right, half of the images, and twice is the identity', () => {
  const before = images()
  const after = augmented([horizontalFlip()], before)
  let flipped = 0
  for (let image = 0; image < count; image++) {
    const rows = before.subarray(image * size, (image + 1) * size)
    const now = [...after.subarray(image * size, (image + 1) * size)]
    const isFlipped = now[0] !== rows[0]
    flipped += Number(isFlipped)
    const expected = Array.from(rows, (_, i) => {
      const x = i % width
      return isFlipped ? rows[i - x + (width - 1 - x)] : rows[i]
    })
    assert.deepEqual(now, expected)
  }
  assert.ok(Math.abs(flipped - count / 2) < 2 * Math.sqrt(count), `${flipped} of ${count}`)
  const always = horizontalFlip({ probability: 1 })
  assert.deepEqual(augmented([always, always], before), before)
  assert.deepEqual(augmented([horizontalFlip({ probability: 0 })], before), before)
})

test('cutout clears one square in all channels, cut at the border, and leaves the rest', () => {
  const before = images()
  const after = augmented([cutout({ size: 4 })], before)
  const places = new Set<string>()
  for (let image = 0; image < count; image++) {
    const cleared = (c: number) =>
      Array.from({ length: height * width }, (_, i) => i).filter(i => {
        const [y, x] = [Math.floor(i / width), i % width]
        const value = pixel(after, image, c, y, x)
        assert.ok(value === 0 || value === pixel(before, image, c, y, x))
        return value === 0
      })
    const first = cleared(0)
    assert.deepEqual([cleared(1), cleared(2)], [first, first])
    const ys = first.map(i => Math.floor(i / width))
    const xs = first.map(i => i % width)
    const [top, bottom] = [Math.min(...ys), Math.max(...ys)]
    const [left, right] = [Math.min(...xs), Math.max(...xs)]
    const [tall, wide] = [bottom - top + 1, right - left + 1]
    assert.equal(first.length, tall * wide, 'a full rectangle')
    // Four pixels a side, or what the border leaves of them: the centre is always inside.
    for (const [span, low, high] of [
      [tall, top, height - 1 - bottom],
      [wide, left, width - 1 - right],
    ] as const)
      assert.ok(span === 4 || (span >= 2 && span < 4 && (low === 0 || high === 0)))
    places.add(`${top} ${left} ${tall} ${wide}`)
  }
  assert.equal(places.size, height * width, 'every centre was drawn')
})

test('what is drawn follows from the key, the place in the list and nothing else', () => {
  const crop = randomCrop({ padding: 2 })
  assert.deepEqual(augmented([crop]), augmented([crop]))
  assert.notDeepEqual(augmented([crop]), augmented([crop], images(), splitKey(key, 1)))
  // Two flips that were drawn alike would undo each other.
  assert.notDeepEqual(augmented([horizontalFlip(), horizontalFlip()]), images())
  const [ints, bytes, floats] = [
    augmented([crop, horizontalFlip(), cutout({ size: 2 })]),
    augmented(
      [crop, horizontalFlip(), cutout({ size: 2 })],
      images(n => new Uint8Array(n)),
    ),
    augmented(
      [crop, horizontalFlip(), cutout({ size: 2 })],
      images(n => new Float32Array(n)),
    ),
  ]
  assert.deepEqual([...bytes], [...ints])
  assert.deepEqual([...floats], [...ints])
})

test('descriptions survive JSON and cannot be changed', () => {
  const all = [randomCrop(), shift(), horizontalFlip(), cutout()]
  assert.deepEqual(JSON.parse(JSON.stringify(all)), all)
  assert.ok(all.every(config => Object.isFrozen(config)))
})

for (const [what, make, message] of [
  [
    'a padding of half a pixel',
    () => randomCrop({ padding: 0.5 }),
    /randomCrop padding: expected a positive integer, received 0.5/,
  ],
  [
    'an unknown mode',
    () => randomCrop({ mode: 'wrap' as never }),
    /"zeros" or "reflect", received "wrap"/,
  ],
  ['a negative shift', () => shift({ rows: -1 }), /shift rows: expected an integer >= 0/],
  [
    'a probability above 1',
    () => horizontalFlip({ probability: 2 }),
    /in 0 <= x <= 1, received 2$/,
  ],
  ['a cutout of nothing', () => cutout({ size: 0 }), /cutout size/],
  [
    'an unknown kind',
    () => checkAugment([{ kind: 'rotate' } as never], [9, 3, 8, 8]),
    /augment: expected one of randomCrop, .*, received "rotate"/,
  ],
] as const)
  test(`${what} is refused`, () => assert.throws(make, { name: 'ConfigError', message }))

test('inputs that are no images, or too small ones, are refused with a way out', () => {
  checkAugment([randomCrop({ mode: 'reflect' })], [10, 1, 9, 9])
  for (const [inputs, message] of [
    [
      [60_000, 784],
      /augment randomCrop: expected images \[N, C, H, W\] of at least 9 x 9, received inputs of shape \[60000, 784\]\. Loaders of images take shape: 'image'/,
    ],
    [[10, 1, 8, 9], /at least 9 x 9, received inputs of shape \[10, 1, 8, 9\]$/],
  ] as const)
    assert.throws(() => checkAugment([randomCrop({ mode: 'reflect' })], inputs), {
      name: 'ShapeError',
      message,
    })
})
