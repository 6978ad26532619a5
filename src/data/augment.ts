import {
  checked,
  fillBits,
  formatShape,
  type Key,
  type NumericArray,
  oneOf,
  requirements,
  rowNamed,
  type Shape,
  ShapeError,
  splitKey,
} from '../base/index.ts'
import { clearSquare, flipImage, type Image, moveImage } from './image.ts'

/** The settings of every augmentation, by its kind. */
export interface AugmentConfigs {
  readonly randomCrop: {
    readonly kind: 'randomCrop'
    /** Pixels put around the image before a window of its own size is cut out of it. */
    readonly padding: number
    /** What the padding shows: black, or the image mirrored at its border. */
    readonly mode: 'zeros' | 'reflect'
  }
  readonly shift: {
    readonly kind: 'shift'
    /** The most pixels down or up. */
    readonly rows: number
    /** The most pixels to the right or left. */
    readonly columns: number
  }
  readonly horizontalFlip: {
    readonly kind: 'horizontalFlip'
    readonly probability: number
  }
  readonly cutout: {
    readonly kind: 'cutout'
    /** The side of the square, in pixels. */
    readonly size: number
  }
}

/** The kinds of augmentation. */
export type AugmentKind = keyof AugmentConfigs

/** A random change of training images: a plain description. */
export type AugmentConfig = AugmentConfigs[AugmentKind]

/**
 * Each image moved by up to `padding` pixels both ways, each way as likely as any other: as padding it
 * and cutting a window of the old size out. Inputs [B, C, H, W].
 * Throws ConfigError when the padding is not an integer of at least 1.
 * Source: Krizhevsky, "cuda-convnet" (2011) with zeros, as He et al. (2015), section 4.2, padding 4;
 * Jordan, "94% on CIFAR-10 in 3.29 seconds" (2024) with reflection.
 */
export function randomCrop(
  options: { readonly padding?: number; readonly mode?: 'zeros' | 'reflect' } = {},
): AugmentConfigs['randomCrop'] {
  const { padding = 4, mode = 'zeros' } = options
  return checked(
    { kind: 'randomCrop', padding, mode },
    { padding: requirements.count, mode: oneOf('zeros', 'reflect') },
  )
}

/**
 * Each image moved by up to so many rows and columns, each way as likely as any other; black moves in.
 * Inputs [B, C, H, W].
 * Throws ConfigError when a number is not an integer of at least 0.
 */
export function shift(
  options: { readonly rows?: number; readonly columns?: number } = {},
): AugmentConfigs['shift'] {
  const { rows = 2, columns = 2 } = options
  const { countOrNone } = requirements
  return checked({ kind: 'shift', rows, columns }, { rows: countOrNone, columns: countOrNone })
}

/**
 * Each image mirrored left to right with the given probability. Inputs [B, C, H, W].
 * Throws ConfigError when it is outside 0 .. 1.
 */
export function horizontalFlip(
  options: { readonly probability?: number } = {},
): AugmentConfigs['horizontalFlip'] {
  const { probability = 0.5 } = options
  return checked({ kind: 'horizontalFlip', probability }, { probability: requirements.wholeShare })
}

/**
 * A square of each image made black, its centre anywhere in the image, so that parts of it may lie
 * outside. Inputs [B, C, H, W].
 * Throws ConfigError when the size is not an integer of at least 1.
 * Source: DeVries and Taylor, "Improved Regularization of Convolutional Neural Networks with Cutout" (2017).
 */
export function cutout(options: { readonly size?: number } = {}): AugmentConfigs['cutout'] {
  const { size = 8 } = options
  return checked({ kind: 'cutout', size }, { size: requirements.count })
}

interface AugmentRow<C> {
  /** One line for the catalogue. */
  readonly doc: string
  /** Random words for one image. */
  readonly words: number
  /** Changes one image in place; `words` are its own. */
  readonly apply: (config: C, image: Image, words: Uint32Array) => void
  /** The least height and width of an image. */
  readonly least?: (config: C) => number
}

/** One row per kind of change. */
export const augmentTable: { readonly [K in AugmentKind]: AugmentRow<AugmentConfigs[K]> } = {
  randomCrop: {
    doc: 'a window of the padded image, of the old size',
    words: 2,
    apply: ({ padding, mode }, image, [a, b]) =>
      moveImage(image, offset(a!, padding), offset(b!, padding), mode),
    least: ({ padding, mode }) => (mode === 'reflect' ? 2 * padding + 1 : padding),
  },
  shift: {
    doc: 'moved by whole pixels; black moves in',
    words: 2,
    apply: ({ rows, columns }, image, [a, b]) =>
      moveImage(image, offset(a!, rows), offset(b!, columns), 'zeros'),
    least: ({ rows, columns }) => Math.max(rows, columns),
  },
  horizontalFlip: {
    doc: 'mirrored left to right with a probability',
    words: 1,
    apply: ({ probability }, image, [a]) => {
      if (a! < probability * 2 ** 32) flipImage(image)
    },
  },
  cutout: {
    doc: 'a square somewhere made black',
    words: 2,
    apply: ({ size }, image, [a, b]) =>
      clearSquare(image, below(a!, image.height), below(b!, image.width), size),
  },
}

/** 0 .. n - 1 from a random word; for images, n / 2^32 is no bias that could be measured. */
const below = (word: number, n: number): number => Math.floor((word * n) / 2 ** 32)

/** -most .. most from a random word. */
const offset = (word: number, most: number): number => below(word, 2 * most + 1) - most

/**
 * Changes a batch of images in place, every image on its own: one augmentation after the other. What is
 * drawn follows from the key alone.
 * Shapes: `data` holds whole images of `imageShape` [C, H, W].
 */
export function augmentBatch(
  augment: readonly AugmentConfig[],
  data: NumericArray,
  imageShape: Shape,
  key: Key,
): void {
  const [channels, height, width] = imageShape as readonly [number, number, number]
  const size = channels * height * width
  const count = data.length / size
  for (const [place, config] of augment.entries()) {
    const { words, apply } = augmentTable[config.kind] as AugmentRow<AugmentConfig>
    const drawn = new Uint32Array(count * words)
    fillBits(splitKey(key, place, config.kind), drawn)
    for (let i = 0; i < count; i++)
      apply(
        config,
        { data, start: i * size, channels, height, width },
        drawn.subarray(i * words, (i + 1) * words),
      )
  }
}

/**
 * Checks that inputs are images that can be changed so.
 * Throws ShapeError when rows are not [C, H, W] or an image is too small, ConfigError when a kind is unknown.
 */
export function checkAugment(augment: readonly AugmentConfig[], inputShape: Shape): void {
  for (const config of augment) {
    const row = rowNamed('augment', augmentTable, config.kind) as AugmentRow<AugmentConfig>
    const [, , height = 0, width = 0] = inputShape
    const least = row.least?.(config) ?? 1
    if (inputShape.length === 4 && Math.min(height, width) >= least) continue
    throw new ShapeError({
      who: `augment ${config.kind}`,
      expected:
        least > 1 ? `images [N, C, H, W] of at least ${least} x ${least}` : 'images [N, C, H, W]',
      received: `inputs of shape ${formatShape(inputShape)}`,
      ...(inputShape.length === 2 && {
        hint: "Loaders of images take shape: 'image'; a model of linear layers then begins with flatten()",
      }),
    })
  }
}
