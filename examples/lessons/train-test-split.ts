// Why a net is tested on images that it never saw: a notebook of all answers is perfect, and no use.
import { dataOf, splitParts, type Tensor } from 'justright'
import { type Lesson, words } from 'justright/lessons'
import { mnist } from 'justright/node'

const lesson: Lesson = {
  name: 'train-test-split',
  group: 'overfitting',
  claims: ['41'],
  title: {
    en: 'Only images that it never saw tell what a learner is worth',
    ko: '한 번도 보지 못한 그림만이 실력을 알려 준다',
  },
  story: {
    en: 'Who writes every training image and its answer into a notebook, and looks up the one most alike, is right about all of them without having learned anything. What that is worth for other images, only other images can tell; and only if none of them is in the notebook. So two things are checked here. Do the parts of MNIST, and those that `splitParts` makes, share a single example? And how far is the notebook right about images in it, and about others?',
    ko: '훈련 그림과 답을 모두 공책에 적어 두고 가장 비슷한 것을 찾아 답하면, 배운 것이 없어도 훈련 그림은 모두 맞힌다. 그것이 다른 그림에서 얼마나 쓸모 있는지는 다른 그림으로만 알 수 있고, 그 그림이 공책에 없어야 한다. 그래서 두 가지를 확인한다. MNIST의 부분들과 `splitParts`가 나눈 부분들이 한 장이라도 겹치는가? 그리고 공책은 거기에 적힌 그림과 다른 그림을 각각 얼마나 맞히는가?',
  },
  seconds: { short: 3, full: 3 },
  isExact: true,
  async run({ progress, show, text }) {
    progress(0, { en: 'looking for images twice', ko: '겹치는 그림 찾기' })
    const { train, validation, test } = await mnist()
    const parts = [train, validation!, test].map(({ inputs }) => rowsAsText(inputs))
    const shared = countShared(parts)

    // Rows that are numbers, so that it can be seen where each of them went.
    const rows = 1000
    const numbers = Array.from({ length: rows }, (_, i) => [i])
    const whole = await dataOf({ train: { inputs: numbers, targets: numbers } })
    const dealt = splitParts(whole.train, { validation: 0.2, test: 0.1, seed: 4 })
    const places = [dealt.train, dealt.validation!, dealt.test!].flatMap(
      ({ inputs }) => [...(inputs as Tensor).data], // biome-ignore format: fits
    )
    const isWhole = places.length === rows && new Set(places).size === rows

    progress(0.5, { en: 'the notebook', ko: '공책' })
    const size = 500
    const notebook = { images: train.inputs, labels: train.targets.data, size }
    const seen = shareRight(notebook, train.inputs, train.targets.data, size)
    const unseen = shareRight(notebook, test!.inputs, test.targets.data, size)
    show({
      kind: 'bars',
      title: text({ en: `A notebook of ${size} images`, ko: `그림 ${size}장을 적은 공책` }),
      value: { label: text(words.accuracy), range: [0, 1] },
      format: 'percent',
      bars: [
        { name: text({ en: 'images in it', ko: '공책에 있는 그림' }), value: seen },
        { name: text({ en: 'images not in it', ko: '공책에 없는 그림' }), value: unseen },
      ],
    })
    const percent = (share: number) => `${(100 * share).toFixed(1)} %`
    return [
      {
        claim: '41',
        verdict: shared === 0 && isWhole && seen === 1 && unseen < 0.95 ? 'holds' : 'fails',
        reason: {
          en: `Of the 70,000 images of MNIST ${shared} are in two of its parts, and each of ${rows} rows dealt by \`splitParts\` is in exactly one. The notebook is right about ${percent(seen)} of the images in it, which says nothing; about images that are not in it, ${percent(unseen)}.`,
          ko: `MNIST의 그림 70,000장 가운데 두 부분에 겹쳐 있는 것은 ${shared}장이고, \`splitParts\`로 나눈 ${rows}행은 저마다 정확히 한 부분에 들어 있다. 공책은 거기 적힌 그림의 ${percent(seen)}를 맞히지만 이것은 아무것도 말해 주지 않는다. 적혀 있지 않은 그림은 ${percent(unseen)}를 맞힌다.`,
        },
        measures: [
          {
            name: { en: 'images in two parts of MNIST', ko: 'MNIST의 두 부분에 있는 그림' },
            values: [shared],
            expected: [0, 0],
          },
          {
            name: { en: 'accuracy on images in the notebook', ko: '공책에 있는 그림의 정확도' },
            values: [seen],
            format: 'percent',
            expected: [1, 1],
          },
          {
            name: { en: 'accuracy on other images', ko: '다른 그림의 정확도' },
            values: [unseen],
            format: 'percent',
            expected: [0.7, 0.95],
          },
        ],
      },
    ]
  },
}

export default lesson

/** Each image as a text, so that equal images are equal texts. */
function rowsAsText({ shape, data }: Tensor): string[] {
  const [rows = 0, pixels = 0] = shape
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength)
  return Array.from({ length: rows }, (_, i) =>
    bytes.toString('latin1', i * pixels, (i + 1) * pixels),
  )
}

/** How many texts are in a list and in one before it. */
function countShared(lists: readonly (readonly string[])[]): number {
  const known = new Set<string>()
  let shared = 0
  for (const list of lists) {
    shared += list.filter(item => known.has(item)).length
    for (const item of list) known.add(item)
  }
  return shared
}

interface Notebook {
  readonly images: Tensor
  readonly labels: ArrayLike<number>
  /** How many of them are written down. */
  readonly size: number
}

/** The share of the first `count` images whose nearest image in the notebook has the same label. */
function shareRight(
  notebook: Notebook,
  { data }: Tensor,
  labels: ArrayLike<number>,
  count: number,
) {
  const pixels = notebook.images.shape[1]!
  const known = notebook.images.data
  let right = 0
  for (let i = 0; i < count; i++) {
    let [nearest, least] = [0, Number.POSITIVE_INFINITY]
    for (let j = 0; j < notebook.size; j++) {
      let distance = 0
      for (let k = 0; k < pixels && distance < least; k++)
        distance += (data[i * pixels + k]! - known[j * pixels + k]!) ** 2
      if (distance < least) [nearest, least] = [j, distance]
    }
    if (labels[i] === notebook.labels[nearest]) right++
  }
  return right / count
}
