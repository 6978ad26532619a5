import { RunError } from '../base/index.ts'
import { lossRowOf } from '../nn/index.ts'
import type { Progress, Scores, StepRecord } from '../runs/index.ts'
import { type Evaluator, scoresFrom } from './evaluate.ts'
import type { FitOptions } from './experiment.ts'
import { tell } from './tell.ts'
import type { Trainer } from './trainer.ts'

const none = { lossSum: 0, correct: 0, examples: 0 }
const start: Progress = { step: 0, epoch: 0, partial: none, history: [], seconds: 0 }

/** Milliseconds between checkpoints within an epoch, unless asked otherwise. */
const checkpointEveryMs = 30_000

/** One sitting of a run: makes steps, closes epochs, saves, and stops when asked to. */
export class Session {
  #progress: Progress
  readonly #options: FitOptions
  readonly #trainer: Trainer
  readonly #evaluator: Evaluator
  readonly #secondsBefore: number
  readonly #startedAt = performance.now()
  #savedAt = performance.now()

  constructor(options: FitOptions, trainer: Trainer, evaluator: Evaluator) {
    this.#options = options
    this.#trainer = trainer
    this.#evaluator = evaluator
    this.#progress = options.resume?.progress ?? start
    this.#secondsBefore = this.#progress.seconds
  }

  /** How far the run is. */
  get progress(): Progress {
    return this.#progress
  }

  /** Trains until so many epochs are done; false when the signal stopped it before. */
  async runTo(epochs: number): Promise<boolean> {
    const { signal, recorders = [] } = this.#options
    if (this.#progress.step === 0) await this.#save(false)
    while (this.#progress.epoch < epochs) {
      if (signal?.aborted) {
        await this.#save(false)
        await tell(recorders, recorder => recorder.end?.(this.#interrupted()))
        return false
      }
      await this.#advance()
      await breathe()
    }
    return true
  }

  async #advance(): Promise<void> {
    const { recorders = [] } = this.#options
    const records = await this.#trainer.advance(this.#progress.step)
    const bad = records.findIndex(({ loss }) => !Number.isFinite(loss))
    const good = bad < 0 ? records : records.slice(0, bad + 1)
    await tell(recorders, recorder => recorder.steps?.(good))
    if (bad >= 0) throw notFinite(records[bad]!)
    this.#progress = {
      ...this.#progress,
      step: records.at(-1)!.step,
      partial: records.reduce(added, this.#progress.partial),
      seconds: this.#seconds(),
    }
    if (this.#progress.step % this.#trainer.stepsPerEpoch === 0) await this.#closeEpoch()
    else if (this.#isSaveDue()) await this.#save(false)
  }

  async #closeEpoch(): Promise<void> {
    const { data, recorders = [] } = this.#options
    const { partial, history, best, step } = this.#progress
    const { validation: held } = data
    const validation = held && (await this.#evaluator.score(held, this.#trainer.state))
    const epoch = this.#progress.epoch + 1
    const seconds = this.#seconds()
    const train = scoresFrom(
      partial.lossSum,
      lossRowOf(this.#options.loss).isCorrect && partial.correct,
      partial.examples,
    )
    const record = {
      epoch,
      step,
      train,
      ...(validation ? { validation } : {}),
      seconds,
      examplesPerSecond: partial.examples / (seconds - (history.at(-1)?.seconds ?? 0)),
    }
    const value = worth(validation ?? train)
    const isBest = best === undefined || value > best.value
    this.#progress = {
      step,
      epoch,
      partial: none,
      history: [...history, record],
      ...(isBest ? { best: { epoch, value } } : { best }),
      seconds,
    }
    await tell(recorders, recorder => recorder.epoch?.(record))
    await this.#save(isBest)
  }

  async #save(isBest: boolean): Promise<void> {
    const { recorders = [] } = this.#options
    this.#savedAt = performance.now()
    if (!recorders.some(({ checkpoint }) => checkpoint)) return
    const checkpoint = { tensors: await this.#trainer.tensors(), progress: this.#progress }
    await tell(recorders, recorder => recorder.checkpoint?.(checkpoint, isBest))
  }

  #isSaveDue(): boolean {
    const every = this.#options.checkpointEveryMs ?? checkpointEveryMs
    return performance.now() - this.#savedAt >= every
  }

  #seconds(): number {
    return this.#secondsBefore + (performance.now() - this.#startedAt) / 1000
  }

  #interrupted() {
    const { epoch, step, history, partial, seconds } = this.#progress
    const train = history.at(-1)?.train ?? scoresFrom(partial.lossSum, undefined, partial.examples)
    return { status: 'interrupted' as const, epochs: epoch, steps: step, seconds, train }
  }
}

function added(sums: Progress['partial'], record: StepRecord): Progress['partial'] {
  const { loss, accuracy = 0, examples } = record
  return {
    lossSum: sums.lossSum + loss * examples,
    correct: sums.correct + Math.round(accuracy * examples),
    examples: sums.examples + examples,
  }
}

/** Greater is better. */
function worth({ accuracy, loss }: Scores): number {
  return accuracy ?? -loss
}

/** Lets timers, signals and servers have their turn. */
function breathe(): Promise<void> {
  return new Promise(resolve => {
    if (typeof setImmediate === 'function') setImmediate(resolve)
    else setTimeout(resolve)
  })
}

function notFinite({ step, epoch, loss }: StepRecord): RunError {
  return new RunError({
    who: `step ${step} (epoch ${epoch})`,
    expected: 'a finite loss',
    received: String(loss),
    hint: 'Training stopped there and the last good checkpoint is kept; a smaller learning rate often helps',
  })
}
