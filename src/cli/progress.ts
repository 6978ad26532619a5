import type { PretrainingRecord, Recorder, RunDescription, StepRecord } from '../runs/index.ts'
import { formatBar, formatCount, formatGuess, formatLoss, formatPercent } from './format.ts'
import type { Output } from './output.ts'

const terminalEveryMs = 100
const plainEveryMs = 2000
const barWidth = 20

/** What is known of a run while it trains. */
export interface Snapshot {
  readonly title: string
  readonly unit: string
  readonly epoch: number
  readonly epochs: number
  /** Done, of the whole run. */
  readonly share: number
  /** Means over the epoch under way, so far; absent before the first step. */
  readonly loss?: number
  readonly accuracy?: number
  /** Examples a second; absent before there is a rate. */
  readonly rate?: number
  readonly secondsLeft?: number
}

/** A snapshot as one line, with a bar where it is watched live. */
export function progressLine(snapshot: Snapshot, hasBar: boolean): string {
  const { title, unit, epoch, epochs, share, loss, accuracy, rate, secondsLeft } = snapshot
  return [
    title,
    ...(hasBar ? [formatBar(share, barWidth)] : []),
    `epoch ${epoch}/${epochs}`,
    ...(hasBar ? [] : [`${Math.floor(share * 100)} %`]),
    ...(loss === undefined ? [] : [`loss ${formatLoss(loss)}`]),
    ...(accuracy === undefined ? [] : [`accuracy ${formatPercent(accuracy)}`]),
    ...(rate === undefined ? [] : [`${formatCount(rate)} ${unit}/s`]),
    ...(secondsLeft === undefined ? ['compiling'] : [`${formatGuess(secondsLeft)} left`]),
  ].join('  ')
}

/** How far the pre-training of first weights is, as one line. */
function pretrainingLine(title: string, record: PretrainingRecord, hasBar: boolean): string {
  const { machine, machines, epoch, epochs, squaredError } = record
  return [
    title,
    ...(hasBar ? [formatBar((machine - 1 + epoch / epochs) / machines, barWidth)] : []),
    `pre-training machine ${machine}/${machines}`,
    `${epoch} of ${epochs} epochs`,
    ...(squaredError === undefined ? [] : [`squared error ${formatLoss(squaredError)}`]),
  ].join('  ')
}

/**
 * Recorders that show runs, one after the other: a bar on a terminal, elsewhere a line at once and
 * then at most one every two seconds. One may show several runs that make their steps together: their
 * means, and their examples a second in all.
 */
export function progressOn(
  output: Output,
  unit: string,
): (title: string, runs?: number) => Recorder {
  const everyMs = output.isTerminal ? terminalEveryMs : plainEveryMs
  let shownAt = Number.NEGATIVE_INFINITY
  const show = (line: (hasBar: boolean) => string) => {
    if (performance.now() - shownAt < everyMs) return
    shownAt = performance.now()
    if (output.isTerminal) output.update(line(true))
    else output.print(line(false))
  }
  return (title, runs = 1) => progressOf({ title, unit, runs }, show, line => output.print(line))
}

function progressOf(
  { title, unit, runs }: { readonly title: string; readonly unit: string; readonly runs: number },
  show: (line: (hasBar: boolean) => string) => void,
  say: (line: string) => void,
): Recorder {
  let total = 0
  let epochs = 0
  let clock: Clock | undefined
  let sums = { epoch: 0, loss: 0, correct: 0, examples: 0, isClassified: false }
  const snapshot = (step: number): Snapshot => {
    const { epoch, loss, correct, examples, isClassified } = sums
    return {
      title,
      unit,
      epoch: Math.max(1, epoch),
      epochs,
      share: step / total,
      ...(examples > 0 ? { loss: loss / examples } : {}),
      ...(isClassified ? { accuracy: correct / examples } : {}),
      ...clock?.read(total - step),
    }
  }
  const showStep = (step: number) => show(hasBar => progressLine(snapshot(step), hasBar))
  return {
    pretrain(record) {
      show(hasBar => pretrainingLine(title, record, hasBar))
    },
    begin({ steps, experiment }: RunDescription, resumedAt) {
      total = steps.total
      epochs = Number(experiment.epochs)
      sums = { ...sums, epoch: Math.floor(resumedAt / steps.perEpoch) + 1 }
      showStep(resumedAt)
    },
    recover({ step, action, sentence }) {
      const did = action === 'skip' ? 'its batch is left out' : 'the learning rate is halved'
      say(`Step ${step} left the finite numbers; ${did}. ${sentence}`)
    },
    steps(records: readonly StepRecord[]) {
      for (const { epoch, loss, accuracy, examples } of records) {
        if (epoch !== sums.epoch)
          sums = { epoch, loss: 0, correct: 0, examples: 0, isClassified: false }
        sums.loss += loss * examples
        sums.correct += (accuracy ?? 0) * examples
        sums.examples += examples
        sums.isClassified = accuracy !== undefined
      }
      const { step = 0 } = records.at(-1) ?? {}
      // The first call compiles, so the clock starts after it.
      clock ??= new Clock(step, runs)
      clock.add(records)
      showStep(step)
    },
  }
}

/** Measures the rate of some runs from a step on. */
class Clock {
  readonly #startedAt = performance.now()
  readonly #startStep: number
  readonly #runs: number
  /** Of each run. */
  #steps = 0
  #examples = 0

  constructor(startStep: number, runs: number) {
    this.#startStep = startStep
    this.#runs = runs
  }

  add(records: readonly StepRecord[]): void {
    for (const { step, examples } of records) {
      if (step <= this.#startStep) continue
      this.#steps += 1 / this.#runs
      this.#examples += examples
    }
  }

  /** The rate so far, and how long so many steps more of each run will take; nothing before the first ones. */
  read(stepsLeft: number): Pick<Snapshot, 'rate' | 'secondsLeft'> {
    const seconds = (performance.now() - this.#startedAt) / 1000
    if (this.#steps === 0) return {}
    return {
      rate: this.#examples / seconds,
      secondsLeft: (stepsLeft * seconds) / this.#steps,
    }
  }
}
