import type { Place } from './kernel.ts'
import type { Plan } from './plan.ts'
import type { Block } from './view.ts'

/** Where everything lies, in elements from the start. */
export interface Memory {
  readonly size: number
  readonly offsetOf: (place: Place) => number
  /** Constants that kernels read, to be written once. */
  readonly constants: readonly Block[]
}

interface Life {
  first: number
  last: number
}

/**
 * Places for all blocks of a plan. Inputs, state and constants have places of their own, since a state
 * may hold any input from step to step; the others share places in turn.
 */
export function allocate(plan: Plan): Memory {
  const { tasks, placed } = plan
  const rootOf = ({ block, offset }: Place): Place => {
    const host = placed.get(block)
    return host ? rootOf({ block: host.block, offset: host.offset + offset }) : { block, offset }
  }
  const edges = [...Object.values(plan.inputs), ...Object.values(plan.state)]
  const lasting = new Set(edges.map(({ block }) => block))
  const lives = new Map<Block, Life>()
  const use = (block: Block, at: number) => {
    const root = rootOf({ block, offset: 0 }).block
    if (root.constant) lasting.add(root)
    const life = lives.get(root)
    if (!life) lives.set(root, { first: at, last: at })
    else life.last = at
  }
  tasks.forEach(({ kernel }, at) => {
    for (const { block } of kernel.places) use(block, at)
  })
  for (const { block } of Object.values(plan.outputs)) use(block, tasks.length)
  for (const { next } of Object.values(plan.state)) use(next, tasks.length)

  const offsets = new Map<Block, number>()
  let size = 0
  for (const block of lasting) {
    offsets.set(block, size)
    size += block.size
  }
  const shared = [...lives].filter(([block]) => !lasting.has(block))
  const end = size + placeInTurn(shared, size, offsets)
  return {
    size: end,
    offsetOf(place) {
      const { block, offset } = rootOf(place)
      return offsets.get(block)! + offset
    },
    constants: [...lasting].filter(({ constant }) => constant),
  }
}

/** Places blocks from `start` on, each in the first gap among those that live when it does. */
function placeInTurn(
  lives: readonly (readonly [Block, Life])[],
  start: number,
  offsets: Map<Block, number>,
): number {
  let size = 0
  let placed: { readonly from: number; readonly to: number; readonly last: number }[] = []
  for (const [block, { first, last }] of lives.toSorted((a, b) => a[1].first - b[1].first)) {
    placed = placed.filter(other => other.last >= first)
    let from = start
    for (const other of placed) {
      if (other.from - from >= block.size) break
      from = Math.max(from, other.to)
    }
    offsets.set(block, from)
    const to = from + block.size
    const next = placed.findIndex(other => other.from > from)
    placed.splice(next < 0 ? placed.length : next, 0, { from, to, last })
    size = Math.max(size, to - start)
  }
  return size
}
